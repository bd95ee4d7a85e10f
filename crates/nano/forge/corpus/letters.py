"""The letters of a word: how many of a kind, which ones, palindromes."""

from corpus._draw import Draw
from corpus._phrasing import ask
from corpus._text import literal, noun_of, quoted, text
from corpus._turn import Turn

WEIGHT = 10
LANGUAGE = "en"
PALINDROMES = "level radar civic kayak rotor madam noon refer stats tenet deed peep solos reviver rotator redder sagas minim toot hannah".split()


def turn(d: Draw) -> Turn:
    return d.pick([count, count, palindrome, palindrome, vowels, vowels, contains, ends, unique, order])(d)


def count(d: Draw) -> Turn:
    """How often a letter occurs."""
    s = text(d, 0.25).lower()
    c = d.pick(s.replace(" ", "")) if d.chance(0.85) else d.pick("abcdefghijklmnopqrstuvwxyz")
    n = noun_of(s)
    shown = d.pick([c, c, c, f'"{c}"', f"'{c}'", c.upper()]) if c.isalpha() else c
    one = d.pick(["the letter {c}", "the letter {c}", "{c}", "{c}"]) if c.isalpha() else "{c}"
    question = ask(
        d,
        noun=[
            f"the number of {{c}}s in {n}{{s}}",
            f"the number of times {one} [appears|occurs|is] in {n}{{s}}",
            f"the count of {one} in {n}{{s}}",
            f"the number of [letters |]{{c}} in {n}{{s}}",
        ],
        do=[
            f"count {one} in {n}{{s}}",
            f"count how [often|many times] {one} [appears|occurs|is] in {n}{{s}}",
            f"count the {{c}}s in {n}{{s}}",
            f"count the [letters|occurrences of|number of] {{c}} in {n}{{s}}",
        ],
        full=[
            f"how many times does {one} [appear|occur|come up|show up|turn up] in {n}{{s}}[?|?|]",
            f"how many {{c}}s [are there |are |]in {n}{{s}}[?|?|]",
            f"how many {{c}}'s [are there |are |]in {n}{{s}}[?|?|]",
            f"how often [does {one} [appear|occur|show up]|is {one}] in {n}{{s}}[?|]",
            f"how many letters {{c}} [are there |are |]in {n}{{s}}[?|]",
            f"how many {{c}} in {n}{{s}}[?|]",
            f"how many times is {one} in {n}{{s}}[?|]",
            "{s}: how many {c}[s|][?|]",
            f"how many times can you find {one} in {n}{{s}}[?|]",
            f"how many {{c}}s does {n}{{s}} [have|contain][?|]",
        ],
        s=quoted(d, s),
        c=shown,
    )
    return Turn(question, "It occurs {out} times.", f'print({literal(s)}.count("{c}"))')


def palindrome(d: Draw) -> Turn:
    if d.chance(0.5):
        s = d.pick(PALINDROMES) if d.chance(0.4) else (lambda w: w + w[-2::-1] if len(w) < 7 else w)(d.word())
    else:
        s = d.word()
    n = "[the word |||]"
    question = ask(
        d,
        full=[
            f"is {n}{{s}} a palindrome[?|?|]",
            f"is {n}{{s}} a palindrome [or not|]?",
            f"does {n}{{s}} read the same [backwards|both ways|backwards and forwards|forwards and backwards|from both sides|in both directions][?|]",
            "{s}, palindrome [or not|][?|]",
            f"is {n}{{s}} the same [backwards|in reverse|when reversed|read backwards][?|]",
            "palindrome[?|:] {s}",
        ],
        do=[
            f"check [if|whether] {n}{{s}} is a palindrome",
            f"tell me [if|whether] {n}{{s}} is a palindrome",
            f"test [if|whether] {n}{{s}} is a palindrome",
            f"find out [if|whether] {n}{{s}} is a palindrome",
        ],
        s=quoted(d, s),
    )
    return Turn(
        question,
        code=f"s = {literal(s)}\nprint(s == s[::-1])",
        by_output={"True": f"Yes, {s} is a palindrome.", "False": f"No, {s} is not a palindrome."},
    )


def vowels(d: Draw) -> Turn:
    s = text(d, 0.2).lower()
    n = noun_of(s)
    kind, test = d.pick([("vowel", "in"), ("vowel", "in"), ("consonant", "not in")])
    question = ask(
        d,
        noun=[f"the number of {kind}s in {n}{{s}}", f"the {kind} count of {n}{{s}}"],
        do=[
            f"count the {kind}s in {n}{{s}}",
            f"count {kind}s in {n}{{s}}",
            f"count [all|how many] {kind}s [are |]in {n}{{s}}",
        ],
        full=[
            f"how many {kind}s [are there |are |are there |]in {n}{{s}}[?|?|]",
            f"how many {kind}s does {n}{{s}} [have|contain|use][?|]",
            f"how many of the letters in {{s}} are {kind}s[?|]",
            f"{{s}}: how many {kind}s[?|]",
            f"how many {kind}s {{s}}[?|]",
        ],
        s=quoted(d, s),
    )
    body = 'c in "aeiou"' if test == "in" else 'c.isalpha() and c not in "aeiou"'
    return Turn(question, f"It has {{out}} {kind}s.", f"print(sum({body} for c in {literal(s)}))")


def contains(d: Draw) -> Turn:
    s = d.word()
    part = s[(i := d.integer(0, len(s) - 3)) : i + d.integer(2, 3)] if d.chance(0.5) else d.word()[:3]
    question = ask(
        d,
        full=[
            "does {s} contain {p}[?|]",
            "is {p} [in|part of|inside|contained in] {s}[?|]",
            "does [the word |]{s} contain {p}[?|]",
            "does {p} [occur|appear] in {s}[?|]",
            "can you find {p} in {s}[?|]",
        ],
        do=["check [if|whether] {s} contains {p}"],
        s=quoted(d, s, 0.4),
        p=quoted(d, part, 0.3),
    )
    return Turn(
        question,
        code=f"print({literal(part)} in {literal(s)})",
        by_output={"True": f"Yes, {s} contains {part}.", "False": f"No, {s} does not contain {part}."},
    )


def ends(d: Draw) -> Turn:
    s = d.word()
    first = d.chance(0.5)
    part = (s[:2] if first else s[-2:]) if d.chance(0.5) else d.word()[:2]
    verb, method = ("start", "startswith") if first else ("end", "endswith")
    question = ask(
        d,
        full=[f"does [the word |]{{s}} {verb} with {{p}}[?|]"],
        do=[f"check [if|whether] {{s}} {verb}s with {{p}}"],
        s=quoted(d, s),
        p=quoted(d, part),
    )
    return Turn(
        question,
        code=f"print({literal(s)}.{method}({literal(part)}))",
        by_output={"True": f"Yes, it {verb}s with {part}.", "False": f"No, it does not {verb} with {part}."},
    )


def unique(d: Draw) -> Turn:
    s = d.word()
    question = ask(
        d,
        noun=["the number of [different|distinct|unique] letters in [the word |]{s}"],
        do=["count the [different|distinct|unique] letters in {s}"],
        full=[
            "how many [different|distinct|unique] letters [are there |are |]in [the word |]{s}[?|]",
            "how many [different|distinct|unique] letters does {s} have[?|]",
        ],
        s=quoted(d, s),
    )
    return Turn(question, "It has {out} different letters.", f"print(len(set({literal(s)})))")


def order(d: Draw) -> Turn:
    """The letters of a word in alphabetical order."""
    s = d.word()
    question = ask(
        d,
        noun=[
            "the [sorted letters|letters in alphabetical order|letters in order] of [the word |]{s}",
            "the letters of [the word |]{s} [sorted|in alphabetical order|alphabetically]",
        ],
        do=[
            "sort the letters [of|in] [the word |]{s}[ alphabetically| in alphabetical order||]",
            "[put|arrange|order|sort|bring] the [letters|characters] [of|in] [the word |]{s} [alphabetically|in alphabetical order|in order|into alphabetical order]",
            "alphabetize the letters of {s}",
        ],
        full=["what are the letters of {s} in alphabetical order[?|]", "letters of {s} sorted"],
        s=quoted(d, s),
    )
    return Turn(question, "Sorted, it is {out}.", f'print("".join(sorted({literal(s)})))')
