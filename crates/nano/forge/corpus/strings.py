"""Words and sentences as data: reversing, measuring, changing, cutting."""

from corpus._draw import Draw
from corpus._phrasing import ask
from corpus._text import literal, noun_of, quoted, text
from corpus._turn import Turn

WEIGHT = 12
LANGUAGE = "en"
CASES = {
    "upper": (
        [
            "upper case",
            "uppercase",
            "capital letters",
            "capitals",
            "all caps",
            "caps",
            "upper-case letters",
            "big letters",
        ],
        ["uppercase", "capitalize all of", "upper case"],
    ),
    "lower": (
        ["lower case", "lowercase", "small letters", "lower-case letters", "all lowercase"],
        ["lowercase", "lower case"],
    ),
    "title": (
        ["title case", "titlecase"],
        ["title-case", "capitalize each word of", "capitalize every word in", "capitalize the words of"],
    ),
}
PLACES = [
    ("first", 0),
    ("second", 1),
    ("third", 2),
    ("last", -1),
    ("fourth", 3),
    ("1st", 0),
    ("2nd", 1),
    ("3rd", 2),
    ("fifth", 4),
    ("second to last", -2),
    ("final", -1),
    ("4th", 3),
]


def turn(d: Draw) -> Turn:
    return d.pick([reverse, reverse, length, length, case, case, replace, replace, repeat, character, spell])(d)


def reverse(d: Draw) -> Turn:
    s = text(d)
    n = noun_of(s)
    question = ask(
        d,
        noun=[
            f"{n}{{s}} reversed",
            f"{n}{{s}} [backwards|backward|spelled backwards|written backwards|in reverse|in reverse order|the other way around]",
            f"the reverse of {n}{{s}}",
            "the reversed [string|word|text|form] of {s}",
            "{s} reversed",
        ],
        do=[
            f"reverse {n}{{s}}",
            f"reverse {n}{{s}}",
            f"[write|spell|print|say|type] {n}{{s}} [backwards|backward|in reverse|reversed|from back to front]",
            f"[turn|flip] {n}{{s}} [around|backwards|round]",
            f"flip {n}{{s}}",
            f"reverse the letters [of|in] {n}{{s}}",
            f"put the letters of {n}{{s}} in reverse order",
        ],
        full=[
            f"[how do you|how would you|how do i] [spell|write|say] {n}{{s}} backwards[?|]",
            f"what is {n}{{s}} [spelled |written |]backwards[?|]",
            f"what does {n}{{s}} look like [backwards|reversed][?|]",
            "reverse: {s}",
            "{s} backwards[?|]",
            "reverse this: {s}",
            "reverse the following: {s}",
        ],
        s=quoted(d, s),
    )
    return Turn(question, "Reversed, it is {out}.", f"print({literal(s)}[::-1])")


def length(d: Draw) -> Turn:
    s = text(d, 0.15)
    n = noun_of(s)
    if " " in s:
        question = ask(
            d,
            noun=[f"the length of {n}{{s}}", f"the number of characters in {n}{{s}}"],
            do=[f"count the characters in {n}{{s}}"],
            full=[
                f"how many characters [are there |are |]in {n}{{s}}[?|]",
                f"how many characters does {n}{{s}} have[?|]",
                f"how long is {n}{{s}}[?|]",
            ],
            s=quoted(d, s, 0.3),
        )
    else:
        question = ask(
            d,
            noun=[
                f"the length of {n}{{s}}",
                f"the number of [letters|characters] in {n}{{s}}",
                "the letter count of {s}",
                "length of {s}",
                f"the size of {n}{{s}}",
            ],
            do=[
                f"count the [letters|characters] in {n}{{s}}",
                f"count the [letters|characters] of {n}{{s}}",
                f"measure the length of {n}{{s}}",
            ],
            full=[
                f"how many [letters|characters] [are there |are |are there |]in {n}{{s}}[?|?|]",
                f"how many [letters|characters] does {n}{{s}} have[?|]",
                f"how long is {n}{{s}}[?|]",
                f"how many [letters|characters] long is {n}{{s}}[?|]",
                "{s} has how many letters[?|]",
                f"what is the length of {n}{{s}}[?|]",
                f"how many letters make up {n}{{s}}[?|]",
            ],
            s=quoted(d, s),
        )
    return Turn(question, "It has {out} characters.", f"print(len({literal(s)}))")


def case(d: Draw) -> Turn:
    method = d.pick(["upper", "upper", "upper", "lower", "lower", "title"])
    s = text(d, 0.55)
    if method == "lower":
        s = d.pick([s.upper(), s.title()])
    nouns, verbs = CASES[method]
    n, target, verb = noun_of(s), d.pick(nouns), d.pick(verbs)
    question = ask(
        d,
        noun=[f"{n}{{s}} in {target}", f"the {target} [form|version] of {n}{{s}}", f"{{s}} in {target}"],
        do=[
            f"[write|print|put|type|spell|say|show] {n}{{s}} in {target}",
            f"[convert|change|turn|transform] {n}{{s}} [to|into] {target}",
            f"{verb} {n}{{s}}",
            f"make {n}{{s}} {target}",
            f"[write|put] {n}{{s}} in {target}",
        ],
        full=[
            f"what is {n}{{s}} in {target}[?|]",
            f"how do you write {n}{{s}} in {target}[?|]",
            f"{target}: {{s}}",
            f"{{s}} in {target} please",
            f"{verb}: {{s}}",
        ],
        s=quoted(d, s),
    )
    return Turn(question, "Here it is: {out}", f"print({literal(s)}.{method}())")


def replace(d: Draw) -> Turn:
    s = text(d, 0.3).lower()
    if " " in s and d.chance(0.5):
        old, new = d.pick(s.split()), d.word()
    else:
        old = d.pick(s.replace(" ", ""))
        new = (
            d.pick([c for c in "abcdefghijklmnopqrstuvwxyz" if c != old])
            if d.chance(0.75)
            else d.pick(["-", "*", "_", "x", "0", "7", "#"])
        )
    n = noun_of(s)
    q = d.pick(["", "", "", '"', "'"])
    e = (
        d.pick(["", "every ", "each ", "all ", "the letter ", "every letter "])
        if len(old) == 1
        else d.pick(["", "", "the word "])
    )
    slots = {"s": quoted(d, s), "a": f"{q}{old}{q}", "b": f"{q}{new}{q}"}
    question = ask(
        d,
        noun=[f"{n}{{s}} with {e}{{a}} replaced [by|with] {{b}}", f"{n}{{s}} with {{b}} instead of {{a}}"],
        do=[
            f"replace {e}{{a}} [with|by] {{b}} in {n}{{s}}",
            f"replace {e}{{a}} in {n}{{s}} [with|by] {{b}}",
            f"[change|turn] {e}{{a}} [to|into] {{b}} in {n}{{s}}",
            f"[change|turn] {e}{{a}} in {n}{{s}} [to|into] {{b}}",
            f"[swap|exchange|switch] {e}{{a}} [for|with] {{b}} in {n}{{s}}",
            f"in {n}{{s}}[,|] [replace|change|substitute] {e}{{a}} [with|by] {{b}}",
            f"substitute {{b}} for {{a}} in {n}{{s}}",
            f"put {{b}} [in place of|instead of|for] {e}{{a}} in {n}{{s}}",
        ],
        full=[
            f"what [is|do you get from|becomes of] {n}{{s}} [if|when] [you replace|i replace|we change] {e}{{a}} with {{b}}[?|]",
            "{s}: {a} -> {b}",
        ],
        **slots,
    )
    return Turn(question, "Here it is: {out}", f"print({literal(s)}.replace({literal(old)}, {literal(new)}))")


def repeat(d: Draw) -> Turn:
    s, n = d.word(), d.integer(2, 9)
    question = ask(
        d,
        do=[
            "repeat [the word |]{s} {n} times",
            "[write|print|say|type] {s} {n} times",
            "[write|print|say] {s} {n} times [in a row|without spaces]",
        ],
        noun=["{s} repeated {n} times"],
        full=["what is {s} repeated {n} times[?|]"],
        s=quoted(d, s),
        n=n,
    )
    return Turn(question, "Here it is: {out}", f"print({literal(s)} * {n})")


def character(d: Draw) -> Turn:
    s = d.word()
    while len(s) < 5:
        s = d.word()
    place, index = d.pick(PLACES)
    question = ask(
        d,
        noun=[f"the {place} [letter|character] [of|in] [the word |]{{s}}"],
        full=[
            f"[what|which] is the {place} [letter|character] [of|in] [the word |]{{s}}[?|?|]",
            f"[what|which] [letter|character] [is|comes] {place} in {{s}}[?|]",
            f"{{s}}: {place} letter[?|]",
            f"which letter is the {place} one [of|in] {{s}}[?|]",
        ],
        do=[f"find the {place} [letter|character] of {{s}}"],
        s=quoted(d, s),
    )
    return Turn(question, "It is {out}.", f"print({literal(s)}[{index}])")


def spell(d: Draw) -> Turn:
    s = d.word()
    question = ask(
        d,
        do=[
            "spell [out |][the word |]{s}",
            "spell {s} letter by letter",
            "[write|put] [the word |]{s} with [spaces|a space] between the letters",
        ],
        full=["how do you spell {s}[?|]", "how is {s} spelled[?|]"],
        s=quoted(d, s),
    )
    return Turn(question, "It is spelled {out}.", f'print(" ".join({literal(s)}))')
