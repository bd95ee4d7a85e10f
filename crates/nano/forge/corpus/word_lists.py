"""Several words at once: order, joining, counting, the longest."""

from corpus._draw import Draw
from corpus._phrasing import ask
from corpus._text import listed, literal, quoted
from corpus._turn import Turn

WEIGHT = 5
LANGUAGE = "en"
SEPARATORS = {
    "-": ["hyphens", "dashes", "a dash", "a hyphen", "-", "dashes"],
    "_": ["underscores", "an underscore", "_"],
    ", ": ["commas", "a comma", "commas"],
    " ": ["spaces", "a space"],
    "/": ["slashes", "a slash", "/"],
    "+": ["plus signs", "+", "a plus"],
    "|": ["pipes", "|", "a vertical bar"],
    ".": ["dots", "periods", "a dot"],
    "": ["nothing", "no space"],
    ":": ["colons", "a colon"],
    "*": ["stars", "asterisks", "*"],
    " and ": ['"and"', "the word and"],
}


def turn(d: Draw) -> Turn:
    return d.pick([order, join, join, word_count, words_reversed, longest])(d)


def order(d: Draw) -> Turn:
    """Words in alphabetical order."""
    words = d.words(3, 6)
    back = d.chance(0.15)
    way = (
        "[in reverse alphabetical order|in reverse order|reverse alphabetically|from z to a]"
        if back
        else "[alphabetically|in alphabetical order|from a to z|by alphabet|alphabetically|]"
    )
    question = ask(
        d,
        noun=[f"the words {{w}} sorted {way}" if not back else f"the words {{w}} {way}"],
        do=[
            f"sort [the words|these words|these|] {{w}} {way}",
            f"[arrange|order|sort|put] [the words|these words|these|] {{w}} {way}",
            f"sort {way}: {{w}}",
            f"sort [these words|the list|this list|these names] {way}: {{w}}",
            "alphabetize {w}" if not back else f"sort {{w}} {way}",
        ],
        full=[f"{{w}}, sorted {way}", "sort: {w}" if not back else f"sort {way}: {{w}}"],
        w=listed(d, words),
    )
    return Turn(
        question,
        "Sorted: {out}",
        f'print(", ".join(sorted([{", ".join(map(literal, words))}]{", reverse=True" if back else ""})))',
    )


def join(d: Draw) -> Turn:
    words = d.words(2, 5)
    separator = d.pick(["-", "_", *SEPARATORS])
    name = d.pick(SEPARATORS[separator])
    question = ask(
        d,
        noun=[f"{{w}} joined [with|by] {name}"],
        do=[
            f"join {{w}} [with|using|by] {name}",
            f"[combine|connect|concatenate|link|glue|merge] {{w}} [with|using] {name}",
            f"join [the words|the strings|these words] {{w}} [with|using|by] {name}",
            f"put {name} between {{w}}",
            f"join [with|using] {name}: {{w}}",
            f"put {name} between [the words|] {{w}}",
        ],
        full=[f"what is {{w}} joined [with|by] {name}[?|]"],
        w=listed(d, words),
    )
    return Turn(question, "Joined: {out}", f"print({literal(separator)}.join([{', '.join(map(literal, words))}]))")


def word_count(d: Draw) -> Turn:
    s = " ".join(d.words(3, 9))
    if d.chance(0.4):
        s = s.capitalize()
    question = ask(
        d,
        noun=["the number of words in {s}", "the word count of {s}"],
        do=["count the words in {s}", "count the words: {s}", "count how many words {s} has"],
        full=[
            "how many words [are there |are |]in [the sentence |the text |]{s}[?|]",
            "how many words does {s} have[?|]",
            "how many words[?|:] {s}",
            "word count: {s}",
        ],
        s=quoted(d, s, 0.25),
    )
    return Turn(question, "It has {out} words.", f"print(len({literal(s)}.split()))")


def words_reversed(d: Draw) -> Turn:
    s = " ".join(d.words(3, 6))
    question = ask(
        d,
        do=[
            "reverse the [word order|order of the words|words] [of|in] {s}",
            "reverse the words of {s}",
            "put the words of {s} in reverse order",
        ],
        noun=["the words of {s} in reverse order"],
        s=quoted(d, s, 0.4),
    )
    return Turn(question, "Reversed: {out}", f'print(" ".join({literal(s)}.split()[::-1]))')


def longest(d: Draw) -> Turn:
    words = d.words(3, 6)
    most, function = d.pick([("longest", "max"), ("shortest", "min")])
    question = ask(
        d,
        noun=[f"the {most} word [of|in|out of|among] {{w}}", f"the {most} of the words {{w}}"],
        do=[f"find the {most} word in {{w}}"],
        full=[
            f"which [word |]is the {most}[:|,|] {{w}}[?|]",
            f"what is the {most} word [of|in|among|:] {{w}}[?|]",
            f"which of {{w}} is [the |]{most}[?|]",
        ],
        w=listed(d, words),
    )
    return Turn(question, f"The {most} is {{out}}.", f"print({function}([{', '.join(map(literal, words))}], key=len))")
