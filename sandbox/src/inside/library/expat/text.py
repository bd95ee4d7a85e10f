class Text:
    """Reads characters, and the entities among them."""

    def _characters(self, text, at, isfinal):
        end = text.find("<", at)
        if end < 0:
            if not isfinal:
                return None
            end = len(text)
        part = text[at:end]
        if not self._open:
            blank = len(part) - len(part.lstrip(SPACE))
            if at == 0 and not self._started and part[:1] == "\ufeff":
                return at + 1
            if blank < len(part):
                self._fail(9 if self._had_root else 2, part, blank)
            self._started = True
            return end
        if bad := NOT_XML.search(part):
            self._fail(4, part, bad.start())
        if (bad := part.find("]]>")) >= 0:
            self._fail(4, part, bad + 2)
        if "&" not in part:
            self._data(part)
            return end
        pieces, here = [], 0
        while (found := part.find("&", here)) >= 0:
            pieces.append(part[here:found])
            reference = REFERENCE.match(part, found)
            if reference is None:
                self._fail(4, part, found + 1)
            here = reference.end()
            plain = self._plain(reference, part, found)
            if plain is not None:
                pieces.append(plain)
                continue
            self._data("".join(pieces))
            pieces = []
            self._entity(reference[3], part, found)
        pieces.append(part[here:])
        self._data("".join(pieces))
        return end

    def _data(self, text):
        if text:
            if self.CharacterDataHandler:
                self.CharacterDataHandler(text)
            else:
                self._default(text)

    def _default(self, text):
        handler = self.DefaultHandlerExpand or self.DefaultHandler
        if handler:
            handler(text)

    def _plain(self, reference, text, at):
        """What a reference to a character stands for, or None for an entity of the document."""
        decimal, hexadecimal, name = reference.groups()
        if name is not None:
            return PREDEFINED.get(name)
        digits = (decimal or hexadecimal).lstrip("0")
        number = int(digits, 10 if decimal else 16) if digits and len(digits) < 8 else 0
        if number > 0x10FFFF or 0xD800 <= number < 0xE000 or not number or NOT_XML.match(chr(number)):
            self._fail(14, text, at)
        return chr(number)

    def _enter(self, name, text, at):
        """The text of an entity, whose expansion is counted; None if it is not known and need not be."""
        if name in self._expanding:
            self._fail(12, text, at)
        found = self._entities.get(name)
        if found is None:
            if not self._is_lax or self._standalone:
                self._fail(11, text, at)
            return None
        value = found[0]
        if value is not None:
            self._expanded += len(value) + 1
            if self._expanded > EXPANSION and self._expanded > AMPLIFICATION * self._size:
                self._fail(43, text, at)
        return value

    def _entity(self, name, text, at):
        value = self._enter(name, text, at)
        if value is None:
            self._skip(name)
            return
        depth = len(self._open)
        self._expanding.append(name)
        try:
            self._content(value, True)
        finally:
            self._expanding.pop()
        if len(self._open) != depth:
            self._fail(13)

    def _skip(self, name):
        _, system, public = self._entities.get(name, (None, None, None))
        if system is not None and self.ExternalEntityRefHandler:
            if not self.ExternalEntityRefHandler(name, self._base, system, public):
                self._fail(11)
        elif self.SkippedEntityHandler:
            self.SkippedEntityHandler(name, False)
        else:
            self._default(f"&{name};")

    def _value(self, value):
        """An attribute's value with its references resolved."""
        value = value.translate({9: " ", 10: " ", 13: " "})
        if bad := NOT_XML.search(value):
            self._fail(4)
        if "&" not in value:
            return value
        pieces, here = [], 0
        while (found := value.find("&", here)) >= 0:
            pieces.append(value[here:found])
            reference = REFERENCE.match(value, found)
            if reference is None:
                self._fail(4)
            here = reference.end()
            plain = self._plain(reference, "", 0)
            if plain is None:
                inner = self._enter(reference[3], "", 0)
                if inner is not None:
                    self._expanding.append(reference[3])
                    try:
                        plain = self._value(inner)
                    finally:
                        self._expanding.pop()
            pieces.append(plain or "")
        pieces.append(value[here:])
        return "".join(pieces)


