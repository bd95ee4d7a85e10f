class Markup(Text, Doctype, Tags):
    """Reads whatever begins with a bracket."""

    def _missing(self, isfinal, code, text=""):
        """The end of something that began is not there: it may come."""
        if isfinal:
            self._fail(code)
        return None

    def _markup(self, text, at, isfinal):
        for start, ends, code, read in (
            ("<!--", "-->", 5, self._comment),
            ("<![CDATA[", "]]>", 20, self._cdata),
            ("<?", "?>", 5, self._instruction),
        ):
            if text.startswith(start, at):
                end = text.find(ends, at + len(start))
                if end < 0:
                    return self._missing(isfinal, code)
                read(text[at + len(start) : end], text[at : end + len(ends)])
                self._started = True
                return end + len(ends)
            if not isfinal and len(text) - at < len(start) and start.startswith(text[at:]):
                return None
        if text.startswith("<!DOCTYPE", at):
            return self._doctype(text, at, isfinal)
        if not isfinal and "<!DOCTYPE".startswith(text[at : at + 9]):
            return None
        self._started = True
        end = at
        while True:
            found = QUOTE_OR_END.search(text, end)
            if found is None:
                return self._missing(isfinal, 5)
            if found[0] == ">":
                end = found.start()
                break
            end = text.find(found[0], found.end()) + 1
            if end == 0:
                return self._missing(isfinal, 5)
        tag = text[at : end + 1]
        (self._end if tag[1] == "/" else self._start)(tag)
        return end + 1

    def _comment(self, inner, whole):
        if (bad := (inner + "-").find("--")) >= 0:
            self._fail(4, whole, 4 + bad + 2)
        if NOT_XML.search(inner):
            self._fail(4)
        if self.CommentHandler:
            self.CommentHandler(inner)
        else:
            self._default(whole)

    def _cdata(self, inner, whole):
        if not self._open:
            self._fail(9 if self._had_root else 2)
        if NOT_XML.search(inner):
            self._fail(4)
        if self.StartCdataSectionHandler:
            self.StartCdataSectionHandler()
        self._data(inner)
        if self.EndCdataSectionHandler:
            self.EndCdataSectionHandler()

    def _instruction(self, inner, whole):
        name = NAMED.match(inner)
        if name is None:
            self._fail(4, whole, 2)
        if name[0] == "xml":
            declared = XML_DECLARATION.fullmatch(whole)
            if self._started or self._expanding:
                self._fail(17)
            if declared is None:
                self._fail(4)
            version, encoding, standalone = declared.groups()
            self._standalone = standalone == "yes"
            if self.XmlDeclHandler:
                self.XmlDeclHandler(version, encoding, {None: -1, "no": 0, "yes": 1}[standalone])
            return
        rest = inner[name.end() :]
        if name[0].lower() == "xml" or rest and rest[0] not in SPACE:
            self._fail(4)
        if self.ProcessingInstructionHandler:
            self.ProcessingInstructionHandler(name[0], rest.lstrip(SPACE))
        else:
            self._default(whole)


