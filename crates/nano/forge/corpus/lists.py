"""Lists of numbers: extremes, order, averages."""

from corpus._draw import Draw
from corpus._numbers import code_of, of, values
from corpus._phrasing import ask
from corpus._turn import Turn

WEIGHT = 9
LANGUAGE = "en"
EXTREMES = [
    ("max", ["largest", "biggest", "highest", "maximum", "greatest", "max", "top", "largest"], "The largest is {out}."),
    ("min", ["smallest", "lowest", "minimum", "least", "min", "tiniest"], "The smallest is {out}."),
]


def turn(d: Draw) -> Turn:
    return d.pick(
        [
            extreme,
            extreme,
            extreme,
            order,
            order,
            order,
            average,
            average,
            average,
            median,
            median,
            spread,
            position,
            mode,
        ]
    )(d)


def extreme(d: Draw) -> Turn:
    function, words, answer = d.pick(EXTREMES)
    word = d.pick(words)
    n = values(d)
    question = ask(
        d,
        noun=[
            f"the {word} [number |value |one |]of {{n}}",
            f"the {word} [number|value|element] in {{n}}",
            f"the {word} [number |] [among|out of|from] {{n}}",
            f"the {word} of {{n}}",
            f"{word} of {{n}}",
        ],
        do=[
            f"find the {word} [number |value |one |][in|of|among|out of] {{n}}",
            f"pick the {word} [number |one |][from|of|out of] {{n}}",
            f"find the {word}: {{n}}",
        ],
        full=[
            f"[which|what] [number |one |]is [the |]{word}[:|,|?] {{n}}[?|]",
            f"[which|what] is the {word} [number |value |one |][of|in|among|out of|from] {{n}}[?|?|]",
            f"which of {{n}} is the {word}[?|]",
            f"{{n}}: [which|what] is [the |]{word}[?|]",
            f"{{n}}, which [one |number |]is [the |]{word}[?|]",
            f"{word}: {{n}}",
            f"which [one of|of|number of] {{n}} is [the |]{word}[?|]",
            f"what's the {word} [number |one |]in {{n}}[?|]",
        ],
        **of(d, n),
    )
    return Turn(question, answer, f"print({function}({code_of(n)}))")


def order(d: Draw) -> Turn:
    n = values(d)
    back = d.chance(0.3)
    way = (
        "[in descending order|descending|from high to low|from largest to smallest|in reverse order|from biggest to smallest|largest first|from highest to lowest|decreasing]"
        if back
        else "[in ascending order|ascending|from low to high|from smallest to largest|in order|smallest first|||by size|from smallest to biggest|increasing]"
    )
    question = ask(
        d,
        noun=[f"{{n}} [sorted|ordered] {way}", f"{{n}} {way}" if back else "the sorted [list|version] of {n}"],
        do=[
            f"sort {{n}} {way}",
            f"sort {{n}} {way}",
            f"[order|arrange|put|rank] {{n}} {way if back else '[in ascending order|in order|from smallest to largest|in increasing order|from low to high]'}",
            f"sort {way}: {{n}}",
            f"bring {{n}} {'in descending order' if back else 'in order'}",
        ],
        full=[
            f"sort {{n}} {way}",
            f"{{n}} sorted {way}",
            f"what is {{n}} sorted {way}[?|]",
            f"what does {{n}} look like sorted {way}[?|]",
        ],
        **of(d, n),
    )
    return Turn(question, "Sorted: {out}", f"print(sorted({code_of(n)}{', reverse=True' if back else ''}))")


def average(d: Draw) -> Turn:
    n = values(d)
    word = d.pick(["average", "average", "mean", "arithmetic mean", "avg", "mean value", "average value"])
    question = ask(
        d,
        noun=[f"the {word} of {{n}}", f"{word} of {{n}}", f"the {word} [for|from] {{n}}", f"{word} {{n}}"],
        do=["average {n}", f"find the {word} of {{n}}", f"take the {word} of {{n}}"],
        full=[
            f"what is the {word} of {{n}}[?|?|]",
            f"what's the {word} [of|for] {{n}}[?|]",
            f"{{n}}: [what is the |]{word}[?|]",
            "what do {n} average [to|out to|][?|]",
            f"{word}: {{n}}",
            "my [scores|grades|marks|results|times] are {n}. [what's my|what is my|what is the] average[?|]",
            "on average, how much is {n}[?|]",
        ],
        **of(d, n),
    )
    return Turn(question, "The average is {out}.", f'n = {code_of(n)}\nprint(f"{{sum(n)/len(n):.12g}}")')


def median(d: Draw) -> Turn:
    n = values(d)
    word = d.pick(["median", "median", "median", "median value", "middle value"])
    question = ask(
        d,
        noun=[f"the {word} of {{n}}", f"{word} of {{n}}", f"the {word} [in|for] {{n}}", f"{word} {{n}}"],
        do=[f"find the {word} of {{n}}", f"take the {word} of {{n}}"],
        full=[
            f"what is the {word} of {{n}}[?|]",
            f"{{n}}: {word}[?|]",
            f"{word}: {{n}}",
            f"what's the {word} [of|in|for] {{n}}[?|]",
        ],
        **of(d, n),
    )
    return Turn(question, "The median is {out}.", f"import statistics\nprint(statistics.median({code_of(n)}))")


def mode(d: Draw) -> Turn:
    n = [str(v) for v in d.numbers(4, 7, 2, 0)]
    n.insert(d.integer(0, len(n)), d.pick(n))
    question = ask(
        d,
        noun=["the mode of {n}", "the most [frequent|common] [number|value|element] [in|of] {n}"],
        do=["find the [most common|most frequent] number in {n}"],
        full=[
            "which [number|value] [occurs|appears] most [often|] in {n}[?|]",
            "what is the mode of {n}[?|]",
            "[which|what] number is [the |] most [common|frequent] in {n}[?|]",
        ],
        **of(d, n),
    )
    return Turn(question, "The most frequent is {out}.", f"import statistics\nprint(statistics.mode({code_of(n)}))")


def spread(d: Draw) -> Turn:
    n = values(d)
    kind = d.integer(0, 1)
    if kind:
        question = ask(
            d,
            noun=[
                "the range of {n}",
                "the difference between the largest and [the |]smallest [number |]of {n}",
                "the spread of {n}",
                "the difference between max and min of {n}",
            ],
            full=["what is the range of {n}[?|]"],
            **of(d, n),
        )
        text = 'print(f"{max(n)-min(n):.12g}")' if "." in "".join(n) else "print(max(n)-min(n))"
        return Turn(question, "The range is {out}.", f"n = {code_of(n)}\n{text}")
    question = ask(
        d,
        noun=["the standard deviation of {n}", "the [sample |]standard deviation of {n}", "the std of {n}"],
        do=["find the standard deviation of {n}"],
        full=["what is the standard deviation of {n}[?|]"],
        **of(d, n),
    )
    return Turn(
        question,
        "The standard deviation is {out}.",
        f'import statistics\nprint(f"{{statistics.stdev({code_of(n)}):.12g}}")',
    )


def position(d: Draw) -> Turn:
    """The second largest, the two smallest, the first three."""
    n = [str(v) for v in d.numbers(4, 7)]
    word, code = d.pick(
        [
            ("second largest", "sorted({n})[-2]"),
            ("second smallest", "sorted({n})[1]"),
            ("third largest", "sorted({n})[-3]"),
            ("second biggest", "sorted({n})[-2]"),
            ("second highest", "sorted({n})[-2]"),
            ("second lowest", "sorted({n})[1]"),
        ]
    )
    question = ask(
        d,
        noun=[f"the {word} [number |value |][of|in|among] {{n}}"],
        do=[f"find the {word} [number |value |]in {{n}}"],
        full=[f"[which|what] is the {word} [number |][in|of|among] {{n}}[?|]"],
        **of(d, n),
    )
    return Turn(question, f"The {word} is {{out}}.", f"print({code.format(n=code_of(n))})")
