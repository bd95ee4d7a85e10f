"""Code that fails: nano says why, or mends its code and tries again."""

from corpus import integers, lists, number_theory
from corpus._draw import Draw
from corpus._phrasing import ask
from corpus._turn import Turn

WEIGHT = 2
LANGUAGE = "en"


def turn(d: Draw) -> Turn:
    return d.pick([by_zero, by_zero, no_such_date, missing_import, missing_import, missing_import])(d)


def by_zero(d: Draw) -> Turn:
    a = d.quantity(0.85)
    operator, noun, do = d.pick(
        [
            ("/", "{a} [divided by|/|over|÷] {z}", "divide {a} by {z}"),
            ("%", "{a} [mod|modulo|%] {z}", "find the remainder of {a} divided by {z}"),
            ("//", "{a} // {z}", "divide {a} by {z} and round down"),
        ]
    )
    if operator == "/":
        code = f'print(f"{{{a}/0:.12g}}")'
    else:
        code = f"print({a}{operator}0)"
    return Turn(
        ask(d, noun=[noun, noun], do=[do], a=a, z=d.pick(["0", "0", "0", "zero"])),
        "That cannot be computed: {out}.",
        code,
    )


def no_such_date(d: Draw) -> Turn:
    month, day = d.pick([(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)])
    year = d.integer(1950, 2050)
    text = f"{year}-{month:02}-{day}"
    question = ask(
        d,
        noun=["the weekday of {t}", "the day of the week of {t}"],
        full=["what day of the week is {t}[?|]", "what weekday was {t}[?|]"],
        t=text,
    )
    return Turn(
        question,
        "That cannot be computed: {out}.",
        f'from datetime import date\nprint(date.fromisoformat("{text}").strftime("%A"))',
    )


def missing_import(d: Draw) -> Turn:
    """A first try without its import; the second has it."""
    while True:
        t = d.pick([number_theory, integers, lists]).turn(d)
        if t.code and t.code.startswith("import ") and "\n" in t.code:
            t.failing = t.code.split("\n", 1)[1]
            return t
