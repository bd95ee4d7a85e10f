class Doctype:
    """Reads what a document declares before it begins."""

    def _doctype(self, text, at, isfinal):
        if self._had_root or self._open:
            self._fail(9 if self._had_root and not self._open else 4)
        here, first, last = at + 9, None, None
        while True:
            part = DOCTYPE_PART.search(text, here)
            if part is None:
                return self._missing(isfinal, 5)
            here, what = part.end(), part[0]
            if what in ("<!--", "<?", '"', "'"):
                ends = {"<!--": "-->", "<?": "?>"}.get(what, what)
                here = text.find(ends, here) + len(ends)
                if here < len(ends):
                    return self._missing(isfinal, 5)
            elif what == "[" and first is None:
                first = here
            elif what == "]":
                last = part.start()
            elif what == ">" and (first is None or last is not None):
                break
        name = NAMED.match(text, at + 9 + len(text[at + 9 :]) - len(text[at + 9 :].lstrip(SPACE)))
        if name is None:
            self._fail(2)
        external = EXTERNAL.match(text, name.end())
        system, public = self._identifiers(external)
        self._is_lax = self._is_lax or external is not None
        if self.StartDoctypeDeclHandler:
            self.StartDoctypeDeclHandler(name[0], system, public, first is not None)
        if first is not None:
            self._subset(text[first:last])
        if self.EndDoctypeDeclHandler:
            self.EndDoctypeDeclHandler()
        self._started = True
        return here

    @staticmethod
    def _identifiers(match):
        if match is None:
            return None, None
        a, b, c, d, e, f = match.groups()
        first = lambda x, y: x if x is not None else y
        return (first(a, b), None) if first(a, b) is not None else (first(e, f), first(c, d))

    def _subset(self, subset):
        if subset:
            self._default(subset)
        here = 0
        while here < len(subset):
            if subset[here] in SPACE:
                here += 1
            elif subset[here] == "%":
                end = subset.find(";", here)
                if end < 0:
                    self._fail(4)
                self._is_lax, here = True, end + 1
            elif subset.startswith("<!--", here):
                here = subset.find("-->", here) + 3
            elif subset.startswith("<?", here):
                here = subset.find("?>", here) + 2
            elif subset.startswith("<!", here):
                end = here + 2
                while (found := QUOTE_OR_END.search(subset, end)) and found[0] != ">":
                    end = subset.find(found[0], found.end()) + 1
                if found is None:
                    self._fail(4)
                self._declaration(subset[here + 2 : found.start()])
                here = found.end()
            else:
                self._fail(4)

    def _declaration(self, text):
        if found := ENTITY.match(text):
            is_parameter, name = found[1] is not None, found[2]
            value = VALUE.match(text, found.end())
            system, public = self._identifiers(EXTERNAL.match(text, found.end()))
            if value is None and system is None:
                self._fail(2)
            # References to characters are resolved where an entity is declared, others where it is used.
            inner = value and (value[1] if value[1] is not None else value[2])
            if inner:
                inner = re.sub("&#(?:([0-9]+)|x([0-9a-fA-F]+));", self._declared_character, inner)
            if not is_parameter:
                self._entities.setdefault(name, (inner, system, public))
            if self.EntityDeclHandler:
                self.EntityDeclHandler(name, is_parameter, inner, self._base, system, public, None)
        elif found := NOTATION.match(text):
            if self.NotationDeclHandler:
                self.NotationDeclHandler(found[1], self._base, *self._identifiers(EXTERNAL.match(text, found.end())))
        elif not text.startswith(("ELEMENT", "ATTLIST")):
            self._fail(2)

    def _declared_character(self, match):
        plain = self._plain(REFERENCE.match(match[0]), "", 0)
        # A sign that is written as a character is no markup where the entity is used.
        return match[0] if plain in "&" else plain


