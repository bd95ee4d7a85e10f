class xmlparser(Markup):
    """Calls handlers for what a document consists of."""

    buffer_size, buffer_used = 8192, 0
    buffer_text = namespace_prefixes = ordered_attributes = specified_attributes = False
    StartElementHandler = EndElementHandler = CharacterDataHandler = ProcessingInstructionHandler = None
    CommentHandler = StartCdataSectionHandler = EndCdataSectionHandler = DefaultHandler = None
    DefaultHandlerExpand = XmlDeclHandler = StartDoctypeDeclHandler = EndDoctypeDeclHandler = None
    EntityDeclHandler = UnparsedEntityDeclHandler = NotationDeclHandler = ElementDeclHandler = None
    AttlistDeclHandler = StartNamespaceDeclHandler = EndNamespaceDeclHandler = None
    ExternalEntityRefHandler = SkippedEntityHandler = NotStandaloneHandler = None

    def __init__(self, encoding, separator, intern):
        self.intern = {} if intern is None else intern
        self._encoding, self._separator = encoding, separator
        self._decoder, self._raw, self._text = None, b"", ""
        self._line, self._column, self._offset = 1, 0, 0
        self._open, self._scopes, self._entities = [], [({"xml": XML_NAMESPACE}, [])], {}
        self._expanding, self._expanded, self._size = [], 0, 0
        self._started = self._had_root = self._finished = self._is_lax = False
        self._base, self._standalone = None, False
        self.ErrorCode = 0

    CurrentLineNumber = ErrorLineNumber = property(lambda self: self._line)
    CurrentColumnNumber = ErrorColumnNumber = property(lambda self: self._column)
    CurrentByteIndex = ErrorByteIndex = property(lambda self: self._offset)

    def SetBase(self, base):
        self._base = base

    def GetBase(self):
        return self._base

    def GetInputContext(self):
        return None

    def UseForeignDTD(self, flag=True):
        self._is_lax = bool(flag)

    def SetParamEntityParsing(self, flag):
        # Entities of parameters are not read, as where there is nothing to read them from.
        return 1

    def GetReparseDeferralEnabled(self):
        return False

    def SetReparseDeferralEnabled(self, enabled):
        pass

    def ExternalEntityParserCreate(self, context, encoding=None):
        raise PermissionError("an external entity is not permitted in this sandbox: put its text into the document")

    def ParseFile(self, file):
        while data := file.read(65536):
            self.Parse(data, False)
        return self.Parse(b"", True)

    def Parse(self, data, isfinal=False):
        if self._finished:
            self._fail(36)
        self._size += len(data)
        self._text += self._decode(data, isfinal)
        text = self._text
        if text.endswith("\r") and not isfinal:
            return 1
        if "\r" in text:
            self._text = text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._content(text, isfinal)
        if isfinal:
            self._finished = True
            if self._open or not self._had_root:
                self._fail(3)
        return 1

    def _decode(self, data, isfinal):
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogatepass")
            self._encoding = self._encoding or "utf-8"
        if self._decoder is None:
            self._raw += bytes(data)
            head = self._raw[:4]
            if not isfinal and (len(head) < 4 or head[:2] == b"<?" and b">" not in self._raw and len(self._raw) < 1024):
                return ""
            data, self._raw = self._raw, b""
            if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
                name = "utf-16"
            elif head[:3] == b"\xef\xbb\xbf":
                name = "utf-8-sig"
            else:
                declared = DECLARED.match(data)
                name = self._encoding or (declared[1].decode() if declared else "utf-8")
            try:
                self._decoder = codecs.getincrementaldecoder(name)("strict")
            except LookupError:
                self._fail(18)
        try:
            return self._decoder.decode(data, isfinal)
        except UnicodeDecodeError:
            self._fail(4)

    def _fail(self, code, text="", upto=0):
        self._advance(text[:upto])
        message = errors.messages[code]
        made = ExpatError(f"{message}: line {self._line}, column {self._column}")
        made.code, made.lineno, made.offset = code, self._line, self._column
        self.ErrorCode, self._finished = code, True
        raise made

    def _advance(self, passed):
        """Moves the position on, unless this is the text of an entity."""
        if passed and not self._expanding:
            self._offset += len(passed.encode("utf-8", "surrogatepass"))
            if lines := passed.count("\n"):
                self._line += lines
                self._column = len(passed) - passed.rfind("\n") - 1
            else:
                self._column += len(passed)

    def _content(self, text, isfinal):
        """Reads what is complete, and keeps the rest, unless this is the text of an entity."""
        at = 0
        try:
            while at < len(text):
                rest = text[at : at + 9]
                read = self._markup if rest[0] == "<" else self._characters
                end = read(text, at, isfinal)
                if end is None:
                    break
                if self._expanding:
                    at = end
                    continue
                self._advance(text[at:end])
                at = end
        finally:
            if not self._expanding:
                self._text = text[at:]


XMLParserType = xmlparser
