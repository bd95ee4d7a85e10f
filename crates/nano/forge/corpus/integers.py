"""Factorials, bases, digits, Fibonacci numbers, combinations."""

from corpus._draw import Draw
from corpus._phrasing import ask, written
from corpus._turn import Turn

WEIGHT = 4
LANGUAGE = "en"
BASES = [
    ("binary", "b"),
    ("binary", "b"),
    ("binary", "b"),
    ("hexadecimal", "x"),
    ("hex", "x"),
    ("octal", "o"),
    ("base 2", "b"),
    ("base 16", "x"),
    ("base two", "b"),
    ("base 8", "o"),
]


def turn(d: Draw) -> Turn:
    return d.pick([factorial, factorial, base, base, base, digits, fibonacci, choose, from_base, table, power_above])(d)


def factorial(d: Draw) -> Turn:
    n = d.integer(2, 22)
    question = ask(
        d,
        noun=["{n}!", "{n} factorial", "the factorial of {n}", "factorial of {n}", "factorial {n}", "fact({n})"],
        do=["find the factorial of {n}", "calculate {n} factorial"],
        full=[
            "how much is {n}![?|]",
            "what is {n} factorial[?|?|]",
            "how many ways [are there |]to [order|arrange] {n} [things|books|people|items][?|]",
            "in how many [orders|ways] can {n} [people|books|cars] [stand|be arranged|line up] in a row[?|]",
        ],
        n=n,
    )
    return Turn(question, "The result is {out}.", f"import math\nprint(math.factorial({n}))")


def base(d: Draw) -> Turn:
    name, letter = d.pick(BASES)
    n = d.number(1, 5) if d.chance(0.85) else 2 ** d.integer(2, 16) - d.pick([0, 1, 1])
    question = ask(
        d,
        noun=[f"{{n}} in {name}", f"the {name} [form|representation|value|version] of {{n}}", f"{{n}} as {name}"],
        do=[
            f"[convert|change|translate|transform|turn] {{n}} [to|into] {name}",
            f"[write|express|show|give] {{n}} in {name}",
            f"convert [the number |decimal |]{{n}} to {name}",
        ],
        full=[
            f"what is {{n}} in {name}[?|?|]",
            f"how do you write {{n}} in {name}[?|]",
            f"{{n}} to {name}",
            f"{name} of {{n}}[?|]",
            f"{{n}} decimal to {name}",
            f"how is {{n}} written in {name}[?|]",
        ],
        n=n,
    )
    return Turn(question, "It is {out}.", f'print(f"{{{n}:{letter}}}")')


def from_base(d: Draw) -> Turn:
    n = d.number(1, 4)
    letter, names, b = d.pick(
        [
            ("b", ["binary", "base 2"], 2),
            ("b", ["binary", "the binary number"], 2),
            ("x", ["hexadecimal", "hex", "base 16"], 16),
        ]
    )
    text = format(n, letter)
    name = d.pick(names)
    question = ask(
        d,
        noun=[
            f"{name} {{n}} [in decimal|as a decimal number|as decimal|in base 10]",
            f"the decimal value of {name} {{n}}",
        ],
        do=[
            f"convert {name} {{n}} to decimal",
            f"convert {{n}} from {name.replace('the binary number', 'binary')} to decimal",
            f"turn {name} {{n}} into decimal",
        ],
        full=[f"what is {name} {{n}} in decimal[?|]"],
        n=text,
    )
    return Turn(question, "It is {out}.", f'print(int("{text}", {b}))')


def digits(d: Draw) -> Turn:
    n = d.number(3, 8)
    if d.chance(0.3):
        question = ask(
            d,
            noun=["the number of digits [in|of] {n}"],
            do=["count the digits of {n}"],
            full=["how many digits does {n} have[?|]", "how many digits are in {n}[?|]"],
            n=written(d, n),
        )
        return Turn(question, "It has {out} digits.", f'print(len("{n}"))')
    question = ask(
        d,
        noun=[
            "the sum of the digits of {n}",
            "the digit sum of {n}",
            "the cross sum of {n}",
            "the sum of all digits in {n}",
            "digit sum of {n}",
        ],
        do=["add [up |]the digits of {n}", "sum the digits of {n}"],
        full=["what do the digits of {n} add up to[?|]", "what is the digit sum of {n}[?|]"],
        n=written(d, n),
    )
    return Turn(question, "The digit sum is {out}.", f'print(sum(int(c) for c in "{n}"))')


def nth(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def fibonacci(d: Draw) -> Turn:
    n = d.integer(3, 70)
    if d.chance(0.35):
        n = d.integer(3, 15)
        question = ask(
            d,
            noun=[
                "the first {n} fibonacci numbers",
                "the first {n} [terms|numbers] of the fibonacci [sequence|series]",
            ],
            do=["list the first {n} fibonacci numbers"],
            full=["what are the first {n} fibonacci numbers[?|]"],
            n=n,
        )
        return Turn(
            question, "They are {out}.", f"f = [1, 1]\nwhile len(f) < {n}:\n    f.append(f[-1]+f[-2])\nprint(f)"
        )
    question = ask(
        d,
        noun=[
            "the {n} fibonacci number",
            "the {n} [number|term] [of|in] the fibonacci [sequence|series]",
            "fibonacci number {m}",
        ],
        full=["what is the {n} fibonacci number[?|]", "fibonacci({m})", "fibonacci {m}[?|]"],
        n=nth(n),
        m=n,
    )
    return Turn(question, "It is {out}.", f"a, b = 0, 1\nfor _ in range({n}):\n    a, b = b, a+b\nprint(a)")


def choose(d: Draw) -> Turn:
    n = d.integer(4, 40)
    k = d.integer(2, min(n - 1, 9))
    if d.chance(0.3):
        question = ask(
            d,
            full=[
                "how many [ordered |]permutations of {k} [out of|from] {n}[?|]",
                "in how many ways can {n} [runners|people|horses] take the first {k} places[?|]",
            ],
            n=n,
            k=k,
        )
        return Turn(question, "The result is {out}.", f"import math\nprint(math.perm({n}, {k}))")
    question = ask(
        d,
        noun=[
            "{n} choose {k}",
            "the number of [ways to choose|combinations of] {k} [out of|from] {n}",
            "C({n}, {k})",
            "the binomial coefficient {n} over {k}",
        ],
        full=[
            "how many ways [are there |]to [choose|pick|select] {k} [people |things |cards |players |][out of|from] {n}[?|]",
            "[in how many|how many] ways can [i|you|we] [choose|pick] {k} [people |cards |][from|out of] {n}[?|]",
            "how many [teams|groups|committees] of {k} can [be made|be formed|we form] from {n} people[?|]",
        ],
        n=n,
        k=k,
    )
    return Turn(question, "The result is {out}.", f"import math\nprint(math.comb({n}, {k}))")


def table(d: Draw) -> Turn:
    n, k = d.number(1, 3), d.integer(3, 10)
    question = ask(
        d,
        noun=["the first {k} multiples of {n}"],
        do=["list the first {k} multiples of {n}"],
        full=["what are the first {k} multiples of {n}[?|]"],
        n=n,
        k=k,
    )
    return Turn(question, "They are {out}.", f"print([{n}*i for i in range(1, {k}+1)])")


def power_above(d: Draw) -> Turn:
    """The first power of two above a number: a search with a loop."""
    n = d.number(2, 5)
    question = ask(
        d,
        noun=[
            "the smallest power of [two|2] [above|greater than|larger than|over] {n}",
            "the [next|first] power of [two|2] [above|after] {n}",
        ],
        full=["[which|what] is the [first|next|smallest] power of [two|2] [above|after|over] {n}[?|]"],
        n=n,
    )
    return Turn(question, "It is {out}.", f"n = 1\nwhile n <= {n}:\n    n *= 2\nprint(n)")
