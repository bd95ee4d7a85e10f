"""Lists of numbers: choosing, counting, changing and adding up their items."""

from corpus._draw import Draw
from corpus._numbers import code_of, of, values
from corpus._phrasing import ask
from corpus._turn import Turn

WEIGHT = 8
LANGUAGE = "en"
FILTERS = [
    ("even", "x % 2 == 0"),
    ("odd", "x % 2 == 1"),
    ("even", "x % 2 == 0"),
    ("odd", "x % 2 == 1"),
    ("negative", "x < 0"),
    ("positive", "x > 0"),
]
RUNS = [
    ("", "range({a}, {b}+1)"),
    ("", "range({a}, {b}+1)"),
    ("", "range({a}, {b}+1)"),
    ("even ", "(x for x in range({a}, {b}+1) if x % 2 == 0)"),
    ("odd ", "(x for x in range({a}, {b}+1) if x % 2 == 1)"),
]
OPERATIONS = [
    ("double", "x*2"),
    ("square", "x**2"),
    ("triple", "x*3"),
    ("multiply by {k}", "x*{k}"),
    ("add {k} to", "x+{k}"),
    ("subtract {k} from", "x-{k}"),
]


def turn(d: Draw) -> Turn:
    return d.pick([filtered, filtered, duplicates, backwards, run, run, run, count, summed, every, above])(d)


def filtered(d: Draw) -> Turn:
    word, test = d.pick(FILTERS)
    n = [str(v) for v in d.numbers(signed=1.0 if word in ("negative", "positive") else 0.0)]
    if d.chance(0.5):
        question = ask(
            d,
            noun=[f"the number of {word} [numbers|values|ones] in {{n}}"],
            do=[
                f"count the {word} [numbers|ones|values] [in|of|among] {{n}}",
                f"count how many [of |numbers of |]{{n}} are {word}",
                f"count {word} numbers in {{n}}",
            ],
            full=[
                f"how many [of|numbers of] {{n}} are {word}[?|]",
                f"how many {word} [numbers|ones|values] [are there |are |are there |]in {{n}}[?|?|]",
                f"how many {word} [numbers|ones] does {{n}} [have|contain][?|]",
                f"{{n}}: how many [of these |of them |]are {word}[?|]",
                f"how many {word} numbers: {{n}}",
            ],
            **of(d, n),
        )
        return Turn(question, f"There are {{out}} {word} numbers.", f"print(sum({test} for x in {code_of(n)}))")
    question = ask(
        d,
        noun=[
            f"the {word} [numbers|ones|values|elements] [in|of|from|among] {{n}}",
            f"all {word} [numbers|values] in {{n}}",
        ],
        do=[
            f"[keep|list|find|filter|pick|select] [only |]the {word} [numbers|ones|values] [from|in|of|out of] {{n}}",
            f"filter {{n}} to [keep |]the {word} ones",
            f"list [all|the] {word} numbers in {{n}}",
        ],
        full=[
            f"[which|what] [of|numbers of|numbers in] {{n}} are {word}[?|]",
            f"{{n}}: which [of them |ones |]are {word}[?|]",
            f"which {word} numbers are in {{n}}[?|]",
        ],
        **of(d, n),
    )
    return Turn(question, f"The {word} ones are {{out}}.", f"print([x for x in {code_of(n)} if {test}])")


def duplicates(d: Draw) -> Turn:
    n = [str(v) for v in d.numbers(3, 6, 2, 0)]
    for _ in range(d.integer(1, 3)):
        n.insert(d.integer(0, len(n)), d.pick(n))
    if d.chance(0.35):
        question = ask(
            d,
            noun=["the number of [different|distinct|unique] [numbers|values|elements] in {n}"],
            do=["count the [different|distinct|unique] [numbers|values] in {n}"],
            full=["how many [different|distinct|unique] [numbers|values] [are there |are |]in {n}[?|]"],
            **of(d, n),
        )
        return Turn(question, "There are {out} different ones.", f"print(len(set({code_of(n)})))")
    question = ask(
        d,
        noun=[
            "{n} without duplicates",
            "the [unique|distinct] [values|numbers|elements] [of|in] {n}",
            "{n} with duplicates removed",
        ],
        do=[
            "remove [the |all |][duplicates|repeats|repeated numbers|repetitions] [from|in] {n}",
            "remove [the |]duplicates: {n}",
            "[deduplicate|dedupe] {n}",
            "eliminate [the |]duplicates [from|in] {n}",
            "get rid of [the |]duplicates in {n}",
            "delete [the |]repeated [numbers|values] from {n}",
            "keep each number once: {n}",
        ],
        full=["{n} without [repeats|duplicates|repetitions]", "what is {n} without duplicates[?|]"],
        **of(d, n),
    )
    return Turn(question, "Without duplicates: {out}", f"print(list(dict.fromkeys({code_of(n)})))")


def backwards(d: Draw) -> Turn:
    n = values(d)
    question = ask(
        d,
        noun=["{n} reversed", "{n} in reverse order", "{n} backwards", "the reverse of {n}"],
        do=[
            "reverse {n}",
            "reverse the order of {n}",
            "turn {n} around",
            "flip {n}",
            "reverse the list {n}",
            "put {n} in [reverse|the opposite] order",
            "flip the order of {n}",
            "[write|list] {n} backwards",
        ],
        full=["{n} backwards", "what is {n} reversed[?|]", "reverse this list: {n}"],
        **of(d, n),
    )
    return Turn(question, "Reversed: {out}", f"print({code_of(n)}[::-1])")


def run(d: Draw) -> Turn:
    """Sums over all integers of a range."""
    kind, span = d.pick(RUNS)
    a = 1 if d.chance(0.6) else d.number(1, 2)
    b = a + d.number(1, 4)
    what = f"[all |the |all the |all of the |]{kind}[numbers|integers|whole numbers|natural numbers|numbers]"
    question = ask(
        d,
        noun=[
            f"the sum of {what} [from {{a}} to {{b}}|between {{a}} and {{b}}|from {{a}} through {{b}}|from {{a}} up to {{b}}]",
            "the sum [from|of] {a} to {b}" if not kind else f"the sum of {what} from {{a}} to {{b}}",
            f"the total of {what} from {{a}} to {{b}}",
        ],
        do=[
            f"[add|sum|total] [up |]{what} [from {{a}} to {{b}}|between {{a}} and {{b}}|from {{a}} through {{b}}|{{a}} to {{b}}]",
            "[add|sum] [up |]everything from {a} to {b}" if not kind else f"add [up |]{what} from {{a}} to {{b}}",
        ],
        full=[
            f"what do {what} from {{a}} to {{b}} [add up to|sum to|make][?|]",
            "1 + 2 + 3 + ... + {b}"
            if not kind and a == 1
            else f"how much is the sum of {what} from {{a}} to {{b}}[?|]",
            f"what is the sum of {what} [from {{a}} to {{b}}|between {{a}} and {{b}}][?|]",
        ],
        a=a,
        b=b,
    )
    return Turn(question, "The sum is {out}.", f"print(sum({span.format(a=a, b=b)}))")


def count(d: Draw) -> Turn:
    """How many numbers, or how often one of them occurs."""
    n = [str(v) for v in d.numbers(4, 9, 2, 0)]
    if d.chance(0.45):
        question = ask(
            d,
            noun=["the number of [elements|numbers|items|values] in {n}", "the length of {n}"],
            do=["count the [elements|numbers|items|values] in {n}", "count {n}"],
            full=[
                "how many [numbers|elements|items|values] [are there |are |]in {n}[?|]",
                "how many numbers is that: {n}[?|]",
                "how long is the list {n}[?|]",
            ],
            **of(d, n),
        )
        return Turn(question, "There are {out}.", f"print(len({code_of(n)}))")
    x = d.pick(n)
    n.insert(d.integer(0, len(n)), x)
    question = ask(
        d,
        do=["count the [{x}s|number {x}] in {n}", "count how often {x} [is|occurs|appears] in {n}"],
        full=[
            "how [often|many times] does {x} [occur|appear|show up] in {n}[?|]",
            "how many {x}s are in {n}[?|]",
            "how [often|many times] is {x} in {n}[?|]",
        ],
        x=x,
        **of(d, n),
    )
    return Turn(question, "It occurs {out} times.", f"print({code_of(n)}.count({x}))")


def summed(d: Draw) -> Turn:
    """The sum or product of a list in brackets, or of squares."""
    n = [str(v) for v in d.numbers(3, 6, 2, 0)]
    word, code = d.pick(
        [
            ("squares", "sum(x**2 for x in {n})"),
            ("cubes", "sum(x**3 for x in {n})"),
            ("squares", "sum(x**2 for x in {n})"),
        ]
    )
    question = ask(
        d,
        noun=[f"the sum of [the |]{word} of {{n}}"],
        do=[f"add [up |]the {word} of {{n}}", f"sum the {word} of {{n}}"],
        full=[f"what is the sum of the {word} of {{n}}[?|]"],
        **of(d, n),
    )
    return Turn(question, "The sum is {out}.", f"print({code.format(n=code_of(n))})")


def every(d: Draw) -> Turn:
    n, k = [str(v) for v in d.numbers(3, 6, 3, 0)], d.number(1, 2)
    words, code = d.pick(OPERATIONS)
    words, code = words.replace("{k}", str(k)), code.replace("{k}", str(k))
    if "multiply" in words:
        question = ask(
            d,
            do=[f"multiply [each|every] [number |one |]of {{n}} by {k}", f"multiply [each of|all] {{n}} by {k}"],
            **of(d, n),
        )
    else:
        question = ask(
            d,
            do=[
                f"{words} [each|every] [number |one |element |]of {{n}}",
                f"{words} [each number|every number|all numbers] in {{n}}",
                f"{words} each: {{n}}",
            ],
            **of(d, n),
        )
    return Turn(question, "Here they are: {out}", f"print([{code} for x in {code_of(n)}])")


def above(d: Draw) -> Turn:
    n, k = [str(v) for v in d.numbers(4, 8, 3, 0)], d.number(1, 3)
    words, sign = d.pick(
        [
            ("greater than", ">"),
            ("larger than", ">"),
            ("bigger than", ">"),
            ("above", ">"),
            ("over", ">"),
            ("more than", ">"),
            ("less than", "<"),
            ("smaller than", "<"),
            ("below", "<"),
            ("under", "<"),
        ]
    )
    if d.chance(0.5):
        question = ask(
            d,
            do=[f"count the [numbers|values] {words} {k} in {{n}}"],
            full=[
                f"how many [of|numbers of|numbers in] {{n}} are {words} {k}[?|]",
                f"how many numbers {words} {k} are [there |]in {{n}}[?|]",
            ],
            **of(d, n),
        )
        return Turn(question, "There are {out}.", f"print(sum(x {sign} {k} for x in {code_of(n)}))")
    question = ask(
        d,
        do=[f"[keep|list|find|select] the numbers {words} {k} [in|from|of] {{n}}"],
        full=[f"[which|what] [of|numbers of|numbers in] {{n}} are {words} {k}[?|]"],
        **of(d, n),
    )
    return Turn(question, "They are {out}.", f"print([x for x in {code_of(n)} if x {sign} {k}])")
