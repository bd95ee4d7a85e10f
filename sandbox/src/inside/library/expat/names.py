# The module `pyexpat`: the interpreter's own drops every handler's exception, and with it each
# element that has attributes, and calls text that is no XML well formed.

import codecs
import re
import sys

EXPAT_VERSION, version_info, native_encoding, features = "expat_2.6.0", (2, 6, 0), "UTF-8", []
XML_PARAM_ENTITY_PARSING_NEVER, XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE, XML_PARAM_ENTITY_PARSING_ALWAYS = 0, 1, 2

MESSAGES = {
    2: ("XML_ERROR_SYNTAX", "syntax error"),
    3: ("XML_ERROR_NO_ELEMENTS", "no element found"),
    4: ("XML_ERROR_INVALID_TOKEN", "not well-formed (invalid token)"),
    5: ("XML_ERROR_UNCLOSED_TOKEN", "unclosed token"),
    7: ("XML_ERROR_TAG_MISMATCH", "mismatched tag"),
    8: ("XML_ERROR_DUPLICATE_ATTRIBUTE", "duplicate attribute"),
    9: ("XML_ERROR_JUNK_AFTER_DOC_ELEMENT", "junk after document element"),
    11: ("XML_ERROR_UNDEFINED_ENTITY", "undefined entity"),
    12: ("XML_ERROR_RECURSIVE_ENTITY_REF", "recursive entity reference"),
    13: ("XML_ERROR_ASYNC_ENTITY", "asynchronous entity"),
    14: ("XML_ERROR_BAD_CHAR_REF", "reference to invalid character number"),
    17: ("XML_ERROR_MISPLACED_XML_PI", "XML or text declaration not at start of entity"),
    18: ("XML_ERROR_UNKNOWN_ENCODING", "unknown encoding"),
    20: ("XML_ERROR_UNCLOSED_CDATA_SECTION", "unclosed CDATA section"),
    27: ("XML_ERROR_UNBOUND_PREFIX", "unbound prefix"),
    36: ("XML_ERROR_FINISHED", "parsing finished"),
    43: (
        "XML_ERROR_AMPLIFICATION_LIMIT_BREACH",
        "limit on input amplification factor (from DTD and entities) breached",
    ),
}
errors, model = type(sys)("pyexpat.errors"), type(sys)("pyexpat.model")
for number, (name, message) in MESSAGES.items():
    setattr(errors, name, message)
errors.codes = {message: number for number, (_, message) in MESSAGES.items()}
errors.messages = {number: message for number, (_, message) in MESSAGES.items()}
for number, name in enumerate("EMPTY ANY MIXED NAME CHOICE SEQ".split(), 1):
    setattr(model, "XML_CTYPE_" + name, number)
for number, name in enumerate("NONE OPT REP PLUS".split()):
    setattr(model, "XML_CQUANT_" + name, number)

NAME = "[A-Za-z_:\u00c0-\U0010ffff][A-Za-z0-9_:.\\-\u00b7-\U0010ffff]*"
SPACE = " \t\r\n"
NAMED = re.compile(NAME)
ATTRIBUTE = re.compile(f"[ \t\r\n]+({NAME})[ \t\r\n]*=[ \t\r\n]*(?:\"([^\"<]*)\"|'([^'<]*)')")
REFERENCE = re.compile(f"&(?:#([0-9]+)|#x([0-9a-fA-F]+)|({NAME}));")
QUOTE_OR_END = re.compile("[\"'>]")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
DOCTYPE_PART = re.compile(r"<!--|<\?|[\"'\[\]>]|<!")
LITERAL = "[ \t\r\n]+(?:\"([^\"]*)\"|'([^']*)')"
EXTERNAL = re.compile(f"[ \t\r\n]+(?:SYSTEM{LITERAL}|PUBLIC{LITERAL}(?:{LITERAL})?)")
ENTITY = re.compile(f"ENTITY[ \t\r\n]+(%[ \t\r\n]+)?({NAME})")
VALUE = re.compile(LITERAL)
NOTATION = re.compile(f"NOTATION[ \t\r\n]+({NAME})")
XML_DECLARATION = re.compile(
    "<\\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*[\"']([^\"']*)[\"']"
    "(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*[\"']([^\"']*)[\"'])?"
    "(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*[\"'](yes|no)[\"'])?[ \t\r\n]*\\?>"
)
DECLARED = re.compile(b"<\\?xml[^>]*?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z0-9._\\-]+)[\"']")
PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

# What entities may expand to: this much in any case, and this many times the document.
EXPANSION, AMPLIFICATION = 1 << 20, 100


class ExpatError(Exception):
    """What is wrong with a document, and where."""


ExpatError.__module__ = "xml.parsers.expat"
error = ExpatError


def ErrorString(code):
    """The words of an error's number."""
    return errors.messages.get(code)


def ParserCreate(encoding=None, namespace_separator=None, intern=None):
    """Makes a parser."""
    if namespace_separator is not None and len(namespace_separator) > 1:
        raise ValueError("namespace_separator must be at most one character, omitted, or None")
    return xmlparser(encoding, namespace_separator, intern)


