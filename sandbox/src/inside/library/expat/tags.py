class Tags:
    """Reads tags, and resolves their namespaces."""

    def _start(self, tag):
        name = NAMED.match(tag, 1)
        if name is None:
            self._fail(4, tag, 1)
        if not self._open and self._had_root:
            self._fail(9)
        here, attributes = name.end(), {}
        while found := ATTRIBUTE.match(tag, here):
            if found[1] in attributes:
                self._fail(8, tag, found.start(1))
            attributes[found[1]] = self._value(found[2] if found[2] is not None else found[3])
            here = found.end()
        tail = tag[here:].lstrip(SPACE)
        if tail not in (">", "/>"):
            self._fail(4, tag, here + len(tag[here:]) - len(tail))
        declared = []
        full = name[0]
        if self._separator is not None:
            full, attributes, declared = self._resolve(full, attributes)
        self._open.append((name[0], full, declared))
        self._had_root = True
        if self.StartElementHandler:
            pairs = [x for pair in attributes.items() for x in pair] if self.ordered_attributes else attributes
            self.StartElementHandler(self._intern(full), pairs)
        else:
            self._default(tag)
        if tail == "/>":
            self._close()

    def _intern(self, name):
        return self.intern.setdefault(name, name)

    def _resolve(self, name, attributes):
        scope, declared, kept = self._scopes[-1][0], [], {}
        for key, value in attributes.items():
            prefix, colon, local = key.partition(":")
            if key == "xmlns" or prefix == "xmlns" and colon:
                declared.append((local or None, value or None))
            else:
                kept[key] = value
        if declared:
            scope = scope | dict(declared)
        self._scopes.append((scope, declared))
        if self.StartNamespaceDeclHandler:
            for prefix, uri in declared:
                self.StartNamespaceDeclHandler(prefix, uri)
        resolved = {}
        for key, value in kept.items():
            key = self._qualify(key, scope, None)
            if key in resolved:
                self._fail(8)
            resolved[key] = value
        return self._qualify(name, scope, scope.get(None)), resolved, declared

    def _qualify(self, name, scope, default):
        prefix, colon, local = name.partition(":")
        if not colon:
            return name if default is None else default + self._separator + name
        uri = scope.get(prefix)
        if uri is None:
            self._fail(27)
        tail = self._separator + prefix if self.namespace_prefixes else ""
        return uri + self._separator + local + tail

    def _end(self, tag):
        name = tag[2:-1].rstrip(SPACE)
        if NAMED.fullmatch(name) is None:
            self._fail(4, tag, 2)
        if not self._open:
            self._fail(9 if self._had_root else 4, tag, 0 if self._had_root else 1)
        if self._open[-1][0] != name:
            self._fail(7, tag, 2)
        self._close()

    def _close(self):
        _, full, declared = self._open.pop()
        if self.EndElementHandler:
            self.EndElementHandler(self._intern(full))
        if self._separator is not None:
            self._scopes.pop()
            if self.EndNamespaceDeclHandler:
                for prefix, _ in reversed(declared):
                    self.EndNamespaceDeclHandler(prefix)


