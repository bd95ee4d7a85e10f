"""Longer arithmetic: expressions, sums of several numbers, per cent, roots, rounding."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import ask, written
from corpus._turn import Turn

WEIGHT = 13
LANGUAGE = "en"
ANSWER = "The result is {out}."


def turn(d: Draw) -> Turn:
    make = d.pick(
        [
            expression,
            expression,
            expression,
            expression,
            total,
            total,
            product,
            percent,
            percent,
            percent,
            percent,
            change,
            root,
            root,
            root,
            rounding,
            fraction,
            share,
            chain,
        ]
    )
    return make(d)


def expression(d: Draw) -> Turn:
    """An expression with brackets, to be typed into Python as it stands."""
    n = [d.quantity(0.9) for _ in range(4)]
    o = [d.pick(["+", "-", "*", "+", "-", "*", "/"]) for _ in range(3)]
    shape = d.pick(
        [
            "({0}{p}{1}){q}{2}",
            "{0}{p}{1}{q}{2}",
            "{0}{p}({1}{q}{2})",
            "({0}{p}{1}){q}({2}{r}{3})",
            "{0}{p}{1}{q}{2}{r}{3}",
            "({0}{p}{1}){q}{2}{r}{3}",
            "{0}{p}({1}{q}{2}){r}{3}",
            "({0}{p}{1}{q}{2}){r}{3}",
        ]
    )
    code = shape.format(*n, p=o[0], q=o[1], r=o[2])
    gap = d.pick(["", " ", " "])
    times = d.pick(["*", "*", "*", "*", "x", "×"])
    shown = shape.format(*n, **{k: f"{gap}{times if v == '*' else v}{gap}" for k, v in zip("pqr", o, strict=True)})
    question = ask(
        d,
        noun=["{e}", "{e}", "the value of {e}", "the result of {e}"],
        do=["evaluate {e}", "calculate {e}", "compute {e}", "solve {e}", "work out {e}"],
        full=["{e}", "{e} = ?", "{e} =", "{e}?", "what does {e} [equal|give|make][?|]", "how much is {e}[?|]"],
        e=shown,
    )
    return Turn(question, ANSWER, printed(code))


def several(d: Draw, numbers: list[str]) -> str:
    """A list as people write one in a sentence."""
    style = d.integer(0, 4)
    if style == 0:
        return ", ".join(numbers)
    if style == 1:
        return " ".join(numbers)
    if style == 2:
        return ", ".join(numbers[:-1]) + d.pick([" and ", ", and "]) + numbers[-1]
    if style == 3:
        return ",".join(numbers)
    return " and ".join(numbers) if len(numbers) < 5 else ", ".join(numbers[:-1]) + " and " + numbers[-1]


def total(d: Draw) -> Turn:
    numbers = [d.quantity(0.85) for _ in range(d.integer(3, 6))]
    question = ask(
        d,
        noun=[
            "the sum of {n}",
            "the total of {n}",
            "{n} [added together|added up|summed|in total|altogether]",
            "sum of {n}",
            "total of {n}",
        ],
        do=[
            "add [up |together |]{n}",
            "sum [up |]{n}",
            "total {n}",
            "add [these|the|these numbers|the following]: {n}",
            "sum [these|the numbers]: {n}",
            "add up the numbers {n}",
            "tally {n}",
        ],
        full=[
            "what do {n} [add up to|sum to|come to|make][?|]",
            "how much do {n} make [together|in total|altogether][?|]",
            "{n}, what's the [sum|total][?|]",
            "what is the sum of {n}[?|?|]",
            "if you add {n} what do you get[?|]",
        ],
        n=several(d, numbers),
    )
    code = "+".join(numbers)
    return Turn(question, ANSWER, printed(code))


def product(d: Draw) -> Turn:
    numbers = [d.quantity(0.9) if d.chance(0.2) else str(d.number(1, 2)) for _ in range(d.integer(3, 5))]
    joined = d.pick([several(d, numbers), d.pick([" times ", " x ", " * ", "*"]).join(numbers)])
    question = ask(
        d,
        noun=["the product of {n}"],
        do=["multiply {n}", "multiply [these|the numbers]: {n}", "multiply {n} together"],
        full=["what do you get when you multiply {n}[?|]"],
        n=joined,
    )
    if any(mark in joined for mark in (" times ", " x ", "*")):
        question = ask(d, noun=["{n}"], full=["how much is {n}[?|]", "{n}"], n=joined)
    code = "*".join(numbers)
    return Turn(question, ANSWER, printed(code))


def percent(d: Draw) -> Turn:
    p = str(d.integer(1, 100)) if d.chance(0.75) else d.decimal(0.5, 100)
    of = d.quantity(0.85)
    mark = d.pick(["%", "%", "%", " %", " percent", " percent", " per cent", " pct"])
    question = ask(
        d,
        noun=["{p}{m} of {of}", "{p}{m} of {of}", "{p}{m} of {of}", "{p}{m} out of {of}", "{p}{m} from {of}"],
        do=["calculate {p}{m} of {of}", "take {p}{m} of {of}"],
        full=[
            "how much is {p}{m} of {of}[?|?|]",
            "what's {p}{m} of {of}[?|?|]",
            "what is {p}{m} of {of}[?|?|]",
            "{p}{m} of {of}[?|]",
            "if i take {p}{m} of {of} what do i get[?|]",
        ],
        p=p,
        m=mark,
        of=written(d, of),
    )
    return Turn(question, ANSWER, printed(f"{of}*{p}/100"))


def change(d: Draw) -> Turn:
    """A number made larger or smaller by some per cent."""
    p, of = str(d.integer(1, 95)), d.quantity(0.85)
    mark = d.pick(["%", "%", " percent", " %"])
    if d.chance(0.5):
        question = ask(
            d,
            noun=[
                "{of} plus {p}{m}",
                "{of} + {p}{m}",
                "{of} increased by {p}{m}",
                "{of} with {p}{m} added",
                "{of} raised by {p}{m}",
                "{p}{m} more than {of}",
            ],
            do=["increase {of} by {p}{m}", "add {p}{m} to {of}", "raise {of} by {p}{m}"],
            full=[
                "what is {of} after a {p}{m} [increase|rise|raise][?|]",
                "if {of} [grows|rises|goes up] by {p}{m}, what is it [then|now][?|]",
            ],
            p=p,
            m=mark,
            of=written(d, of),
        )
        return Turn(question, ANSWER, printed(f"{of}*(100+{p})/100"))
    question = ask(
        d,
        noun=[
            "{of} minus {p}{m}",
            "{of} - {p}{m}",
            "{of} decreased by {p}{m}",
            "{of} with {p}{m} off",
            "{of} less {p}{m}",
            "{p}{m} less than {of}",
            "{p}{m} off {of}",
        ],
        do=[
            "decrease {of} by {p}{m}",
            "subtract {p}{m} from {of}",
            "reduce {of} by {p}{m}",
            "take {p}{m} off {of}",
            "lower {of} by {p}{m}",
        ],
        full=[
            "what is {of} after a {p}{m} [decrease|drop|fall|cut|discount][?|]",
            "if {of} [shrinks|falls|drops|goes down] by {p}{m}, what is [left|it then][?|]",
        ],
        p=p,
        m=mark,
        of=written(d, of),
    )
    return Turn(question, ANSWER, printed(f"{of}*(100-{p})/100"))


def share(d: Draw) -> Turn:
    """Which percentage one number is of another."""
    b = d.number(1, 4)
    a = d.integer(1, b)
    question = ask(
        d,
        noun=[
            "{a} as a [percentage|percent|share] of {b}",
            "{a} out of {b} as a [percentage|percent]",
            "{a} of {b} in percent",
            "{a}/{b} in percent",
            "the percentage of {a} [in|out of] {b}",
        ],
        full=[
            "what [percentage|percent|share] of {b} is {a}[?|]",
            "{a} is what [percent|percentage] of {b}[?|]",
            "how many percent of {b} is {a}[?|]",
            "what percent is {a} of {b}[?|]",
            "how many percent is {a} [of|out of] {b}[?|]",
        ],
        a=written(d, a),
        b=written(d, b),
    )
    return Turn(question, "That is {out} percent.", printed(f"{a}/{b}*100"))


def root(d: Draw) -> Turn:
    n = d.number(1, 3) ** 2 if d.chance(0.5) else d.quantity(0.85)
    if d.chance(0.25):
        n = d.number(1, 2) ** 3 if d.chance(0.7) else n
        question = ask(
            d,
            noun=["the cube root of {n}", "the third root of {n}", "cube root of {n}", "cube root {n}"],
            do=["take the cube root of {n}", "find the cube root of {n}"],
            full=["what is the cube root of {n}[?|]"],
            n=written(d, n),
        )
        return Turn(question, ANSWER, printed(f"{n}**(1/3)"))
    question = ask(
        d,
        noun=[
            "the square root of {n}",
            "the square root of {n}",
            "square root of {n}",
            "the root of {n}",
            "square root {n}",
            "sqrt({n})",
            "sqrt of {n}",
            "sqrt {n}",
            "√{n}",
            "the sqrt of {n}",
        ],
        do=["take the [square |]root of {n}", "find the square root of {n}", "calculate the square root of {n}"],
        full=[
            "what is the square root of {n}[?|?|]",
            "which number squared [gives|is] {n}[?|]",
            "what number times itself [is|gives|makes] {n}[?|]",
        ],
        n=written(d, n),
    )
    return Turn(question, ANSWER, printed(f"{n}**0.5"))


def rounding(d: Draw) -> Turn:
    n, places = d.decimal(0.1, 9999, d.integer(3, 7)), d.integer(0, 4)
    if places == 0:
        question = ask(
            d,
            noun=["{n} rounded", "{n} rounded to [the nearest integer|a whole number|the nearest whole number]"],
            do=[
                "round {n}",
                "round {n} to [the nearest integer|the nearest whole number|a whole number|an integer]",
                "round {n} off",
            ],
            n=n,
        )
        return Turn(question, ANSWER, f"print(round({n}))")
    question = ask(
        d,
        noun=["{n} rounded to {p} [decimal places|decimals|digits|places]", "{n} to {p} decimal places"],
        do=["round {n} to {p} [decimal places|decimals|digits|places|digits after the point]"],
        n=n,
        p=places,
    )
    return Turn(question, ANSWER, f"print(round({n}, {places}))")


FRACTIONS = {
    "half": "1/2",
    "a third": "1/3",
    "one third": "1/3",
    "a quarter": "1/4",
    "one quarter": "1/4",
    "three quarters": "3/4",
    "two thirds": "2/3",
    "a fifth": "1/5",
    "one fifth": "1/5",
    "two fifths": "2/5",
    "a tenth": "1/10",
    "one half": "1/2",
    "an eighth": "1/8",
}


def fraction(d: Draw) -> Turn:
    """A part of a number, and doubling and halving."""
    n = d.quantity(0.85)
    if d.chance(0.35):
        word, verb, factor = d.pick(
            [
                ("twice", "double", "*2"),
                ("three times", "triple", "*3"),
                ("half", "halve", "/2"),
                ("four times", "quadruple", "*4"),
            ]
        )
        question = ask(
            d,
            noun=[f"{word} {{n}}"],
            do=[f"{verb} {{n}}"],
            full=[f"what is {word} {{n}}[?|]", f"how much is {word} {{n}}[?|]"],
            n=written(d, n),
        )
        return Turn(question, ANSWER, printed(n + factor))
    words = d.pick(sorted(FRACTIONS))
    top, bottom = FRACTIONS[words].split("/")
    if d.chance(0.4):
        words = f"{top}/{bottom}"
    question = ask(
        d,
        noun=["{f} of {n}"],
        do=["calculate {f} of {n}", "take {f} of {n}"],
        full=["what is {f} of {n}[?|]", "how much is {f} of {n}[?|]"],
        f=words,
        n=written(d, n),
    )
    return Turn(question, ANSWER, printed(f"{n}*{top}/{bottom}"))


def chain(d: Draw) -> Turn:
    """Steps in words, one after the other."""
    code = d.quantity(0.9)
    words = [d.pick(["start with {n}", "take {n}", "begin with {n}", "take the number {n}"]).replace("{n}", code)]
    for _ in range(d.integer(2, 3)):
        n = str(d.number(1, 3))
        operator, phrase = d.pick(
            [
                ("+", "add {n}"),
                ("-", "subtract {n}"),
                ("*", "multiply by {n}"),
                ("/", "divide by {n}"),
                ("-", "take away {n}"),
                ("*", "multiply it by {n}"),
                ("+", "then add {n}"),
                ("-", "then subtract {n}"),
                ("*", "then multiply by {n}"),
                ("/", "then divide by {n}"),
            ]
        )
        code = f"({code}{operator}{n})"
        words.append(phrase.replace("{n}", n))
    last = d.pick([", ", ", and ", " and "])
    question = ask(
        d,
        full=["{w}[.|?|. what do you get?|, what do you get?|. what is the result?|. result?|]"],
        w=", ".join(words[:-1]) + last + words[-1],
    )
    code = code[1:-1]
    return Turn(question, ANSWER, printed(code))
