"""Words and phrases as they stand in questions and in code."""

from corpus._draw import Draw


def quoted(d: Draw, text: str, bare: float = 0.5) -> str:
    """A string as it stands in a question: bare or in some quotes."""
    return text if d.chance(bare) else d.pick(['"{}"', "'{}'", '"{}"', "“{}”", "`{}`"]).replace("{}", text)


def text(d: Draw, sentence: float = 0.3) -> str:
    """A word, a name, a phrase or an identifier."""
    if d.chance(sentence):
        phrase = " ".join(d.words(2, 5))
        return phrase if d.chance(0.8) else phrase.capitalize()
    return d.pick(
        [d.word, d.word, d.word, d.word, d.name, lambda: d.word() + str(d.number(1, 3)), lambda: d.word().upper()]
    )()


def literal(s: str) -> str:
    return f'"{s}"'


def noun_of(s: str) -> str:
    """What to call a string in a question."""
    if " " in s:
        return "[the sentence |the phrase |the string |the text |||]"
    return "[the word |the word |the string |the name |the text ||||]"


def listed(d: Draw, words: list[str]) -> str:
    style = d.integer(0, 3)
    if style == 0:
        return ", ".join(words)
    if style == 1:
        return " ".join(words)
    if style == 2:
        return ", ".join(words[:-1]) + " and " + words[-1]
    return ", ".join(f'"{w}"' for w in words)
