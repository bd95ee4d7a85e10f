"""Lists of numbers: extremes, order, averages, filters, ranges."""

from corpus._draw import Draw
from corpus._phrasing import ask
from corpus._turn import Turn

WEIGHT = 11
LANGUAGE = "en"
GROUP = ["", "", "", "", "the numbers ", "these numbers: ", "the list ", "the values ", "these: ", "the following: ", "the following numbers: ", "this list: ", "my list "]


def turn(d: Draw) -> Turn:
    make = d.pick([extreme, extreme, extreme, order, order, order, average, average, average, median, median, filtered, filtered, duplicates, backwards, run, run, run, spread, count, summed, every, position, above, mode])
    return make(d)


def values(d: Draw) -> list[str]:
    """The numbers of a list as text: mostly whole."""
    if d.chance(0.1):
        return [d.decimal(0.1, 100, 1) for _ in range(d.integer(3, 6))]
    return [str(v) for v in d.numbers()]


def shown(d: Draw, numbers: list[str]) -> str:
    """A list as people type it."""
    style = d.integer(0, 7)
    if style <= 2:
        text = ", ".join(numbers)
    elif style == 3:
        text = " ".join(numbers)
    elif style == 4:
        text = ",".join(numbers)
    elif style == 5:
        return "[" + ", ".join(numbers) + "]"
    else:
        text = ", ".join(numbers[:-1]) + d.pick([" and ", " and ", ", and ", " or "]) + numbers[-1]
    return text if d.chance(0.9) else f"({text})"


def of(d: Draw, numbers: list[str]) -> dict[str, str]:
    return {"n": d.pick(GROUP) + shown(d, numbers)}


def code_of(numbers: list[str]) -> str:
    return "[" + ", ".join(numbers) + "]"


EXTREMES = [
    ("max", ["largest", "biggest", "highest", "maximum", "greatest", "max", "top", "largest"], "The largest is {out}."),
    ("min", ["smallest", "lowest", "minimum", "least", "min", "tiniest"], "The smallest is {out}."),
]


def extreme(d: Draw) -> Turn:
    function, words, answer = d.pick(EXTREMES)
    word = d.pick(words)
    n = values(d)
    question = ask(
        d,
        noun=[f"the {word} [number |value |one |of |]of {{n}}".replace("|of |]of", "|]of"), f"the {word} [number|value|element] in {{n}}", f"the {word} [number |] [among|out of|from] {{n}}", f"the {word} of {{n}}", f"{word} of {{n}}"],
        do=[f"find the {word} [number |value |one |][in|of|among|out of] {{n}}", f"pick the {word} [number |one |][from|of|out of] {{n}}", f"find the {word}: {{n}}"],
        full=[f"[which|what] [number |one |]is [the |]{word}[:|,|?] {{n}}[?|]", f"[which|what] is the {word} [number |value |one |][of|in|among|out of|from] {{n}}[?|?|]", f"which of {{n}} is the {word}[?|]", f"{{n}}: [which|what] is [the |]{word}[?|]", f"{{n}}, which [one |number |]is [the |]{word}[?|]", f"{word}: {{n}}", f"which [one of|of|number of] {{n}} is [the |]{word}[?|]", f"what's the {word} [number |one |]in {{n}}[?|]"],
        **of(d, n),
    )
    return Turn(question, answer, f"print({function}({code_of(n)}))")


def order(d: Draw) -> Turn:
    n = values(d)
    back = d.chance(0.3)
    way = "[in descending order|descending|from high to low|from largest to smallest|in reverse order|from biggest to smallest|largest first|from highest to lowest|decreasing]" if back else "[in ascending order|ascending|from low to high|from smallest to largest|in order|smallest first|||by size|from smallest to biggest|increasing]"
    question = ask(d, noun=[f"{{n}} [sorted|ordered] {way}", f"{{n}} {way}" if back else f"the sorted [list|version] of {{n}}"], do=[f"sort {{n}} {way}", f"sort {{n}} {way}", f"[order|arrange|put|rank] {{n}} {way if back else '[in ascending order|in order|from smallest to largest|in increasing order|from low to high]'}", f"sort {way}: {{n}}", f"bring {{n}} {'in descending order' if back else 'in order'}"],
                   full=[f"sort {{n}} {way}", f"{{n}} sorted {way}", f"what is {{n}} sorted {way}[?|]", f"what does {{n}} look like sorted {way}[?|]"], **of(d, n))
    return Turn(question, "Sorted: {out}", f"print(sorted({code_of(n)}{', reverse=True' if back else ''}))")


def average(d: Draw) -> Turn:
    n = values(d)
    word = d.pick(["average", "average", "mean", "arithmetic mean", "avg", "mean value", "average value"])
    question = ask(d, noun=[f"the {word} of {{n}}", f"{word} of {{n}}", f"the {word} [for|from] {{n}}", f"{word} {{n}}"], do=[f"average {{n}}", f"find the {word} of {{n}}", f"take the {word} of {{n}}"],
                   full=[f"what is the {word} of {{n}}[?|?|]", f"what's the {word} [of|for] {{n}}[?|]", f"{{n}}: [what is the |]{word}[?|]", f"what do {{n}} average [to|out to|][?|]", f"{word}: {{n}}", "my [scores|grades|marks|results|times] are {n}. [what's my|what is my|what is the] average[?|]", "on average, how much is {n}[?|]"], **of(d, n))
    return Turn(question, "The average is {out}.", f'n = {code_of(n)}\nprint(f"{{sum(n)/len(n):.12g}}")')


def median(d: Draw) -> Turn:
    n = values(d)
    word = d.pick(["median", "median", "median", "median value", "middle value"])
    question = ask(d, noun=[f"the {word} of {{n}}", f"{word} of {{n}}", f"the {word} [in|for] {{n}}", f"{word} {{n}}"], do=[f"find the {word} of {{n}}", f"take the {word} of {{n}}"], full=[f"what is the {word} of {{n}}[?|]", f"{{n}}: {word}[?|]", f"{word}: {{n}}", f"what's the {word} [of|in|for] {{n}}[?|]"], **of(d, n))
    return Turn(question, "The median is {out}.", f"import statistics\nprint(statistics.median({code_of(n)}))")


def mode(d: Draw) -> Turn:
    n = [str(v) for v in d.numbers(4, 7, 2, 0)]
    n.insert(d.integer(0, len(n)), d.pick(n))
    question = ask(d, noun=["the mode of {n}", "the most [frequent|common] [number|value|element] [in|of] {n}"], do=["find the [most common|most frequent] number in {n}"], full=["which [number|value] [occurs|appears] most [often|] in {n}[?|]", "what is the mode of {n}[?|]", "[which|what] number is [the |] most [common|frequent] in {n}[?|]"], **of(d, n))
    return Turn(question, "The most frequent is {out}.", f"import statistics\nprint(statistics.mode({code_of(n)}))")


FILTERS = [("even", "x % 2 == 0"), ("odd", "x % 2 == 1"), ("even", "x % 2 == 0"), ("odd", "x % 2 == 1"), ("negative", "x < 0"), ("positive", "x > 0")]


def filtered(d: Draw) -> Turn:
    word, test = d.pick(FILTERS)
    n = [str(v) for v in d.numbers(signed=1.0 if word in ("negative", "positive") else 0.0)]
    if d.chance(0.5):
        question = ask(d, noun=[f"the number of {word} [numbers|values|ones] in {{n}}"], do=[f"count the {word} [numbers|ones|values] [in|of|among] {{n}}", f"count how many [of |numbers of |]{{n}} are {word}", f"count {word} numbers in {{n}}"],
                       full=[f"how many [of|numbers of] {{n}} are {word}[?|]", f"how many {word} [numbers|ones|values] [are there |are |are there |]in {{n}}[?|?|]", f"how many {word} [numbers|ones] does {{n}} [have|contain][?|]", f"{{n}}: how many [of these |of them |]are {word}[?|]", f"how many {word} numbers: {{n}}"], **of(d, n))
        return Turn(question, f"There are {{out}} {word} numbers.", f"print(sum({test} for x in {code_of(n)}))")
    question = ask(d, noun=[f"the {word} [numbers|ones|values|elements] [in|of|from|among] {{n}}", f"all {word} [numbers|values] in {{n}}"], do=[f"[keep|list|find|filter|pick|select] [only |]the {word} [numbers|ones|values] [from|in|of|out of] {{n}}", f"filter {{n}} to [keep |]the {word} ones", f"list [all|the] {word} numbers in {{n}}"],
                   full=[f"[which|what] [of|numbers of|numbers in] {{n}} are {word}[?|]", f"{{n}}: which [of them |ones |]are {word}[?|]", f"which {word} numbers are in {{n}}[?|]"], **of(d, n))
    return Turn(question, f"The {word} ones are {{out}}.", f"print([x for x in {code_of(n)} if {test}])")


def duplicates(d: Draw) -> Turn:
    n = [str(v) for v in d.numbers(3, 6, 2, 0)]
    for _ in range(d.integer(1, 3)):
        n.insert(d.integer(0, len(n)), d.pick(n))
    if d.chance(0.35):
        question = ask(d, noun=["the number of [different|distinct|unique] [numbers|values|elements] in {n}"], do=["count the [different|distinct|unique] [numbers|values] in {n}"], full=["how many [different|distinct|unique] [numbers|values] [are there |are |]in {n}[?|]"], **of(d, n))
        return Turn(question, "There are {out} different ones.", f"print(len(set({code_of(n)})))")
    question = ask(d, noun=["{n} without duplicates", "the [unique|distinct] [values|numbers|elements] [of|in] {n}", "{n} with duplicates removed"], do=["remove [the |all |][duplicates|repeats|repeated numbers|repetitions] [from|in] {n}", "remove [the |]duplicates: {n}", "[deduplicate|dedupe] {n}", "eliminate [the |]duplicates [from|in] {n}", "get rid of [the |]duplicates in {n}", "delete [the |]repeated [numbers|values] from {n}", "keep each number once: {n}"], full=["{n} without [repeats|duplicates|repetitions]", "what is {n} without duplicates[?|]"], **of(d, n))
    return Turn(question, "Without duplicates: {out}", f"print(list(dict.fromkeys({code_of(n)})))")


def backwards(d: Draw) -> Turn:
    n = values(d)
    question = ask(d, noun=["{n} reversed", "{n} in reverse order", "{n} backwards", "the reverse of {n}"], do=["reverse {n}", "reverse the order of {n}", "turn {n} around", "flip {n}", "reverse the list {n}", "put {n} in [reverse|the opposite] order", "flip the order of {n}", "[write|list] {n} backwards"], full=["{n} backwards", "what is {n} reversed[?|]", "reverse this list: {n}"], **of(d, n))
    return Turn(question, "Reversed: {out}", f"print({code_of(n)}[::-1])")


RUNS = [("", "range({a}, {b}+1)"), ("", "range({a}, {b}+1)"), ("", "range({a}, {b}+1)"), ("even ", "(x for x in range({a}, {b}+1) if x % 2 == 0)"), ("odd ", "(x for x in range({a}, {b}+1) if x % 2 == 1)")]


def run(d: Draw) -> Turn:
    """Sums over all integers of a range."""
    kind, span = d.pick(RUNS)
    a = 1 if d.chance(0.6) else d.number(1, 2)
    b = a + d.number(1, 4)
    what = f"[all |the |all the |all of the |]{kind}[numbers|integers|whole numbers|natural numbers|numbers]"
    question = ask(d, noun=[f"the sum of {what} [from {{a}} to {{b}}|between {{a}} and {{b}}|from {{a}} through {{b}}|from {{a}} up to {{b}}]", f"the sum [from|of] {{a}} to {{b}}" if not kind else f"the sum of {what} from {{a}} to {{b}}", f"the total of {what} from {{a}} to {{b}}"],
                   do=[f"[add|sum|total] [up |]{what} [from {{a}} to {{b}}|between {{a}} and {{b}}|from {{a}} through {{b}}|{{a}} to {{b}}]", f"[add|sum] [up |]everything from {{a}} to {{b}}" if not kind else f"add [up |]{what} from {{a}} to {{b}}"],
                   full=[f"what [do|is the sum of|would] {what} from {{a}} to {{b}} [add up to|sum to|make]?".replace("[do|is the sum of|would]", "do"), "1 + 2 + 3 + ... + {b}" if not kind and a == 1 else f"how much is the sum of {what} from {{a}} to {{b}}[?|]", f"what is the sum of {what} [from {{a}} to {{b}}|between {{a}} and {{b}}][?|]"], a=a, b=b)
    return Turn(question, "The sum is {out}.", f"print(sum({span.format(a=a, b=b)}))")


def spread(d: Draw) -> Turn:
    n = values(d)
    kind = d.integer(0, 1)
    if kind:
        question = ask(d, noun=["the range of {n}", "the difference between the largest and [the |]smallest [number |]of {n}", "the spread of {n}", "the difference between max and min of {n}"], full=["what is the range of {n}[?|]"], **of(d, n))
        text = f'print(f"{{max(n)-min(n):.12g}}")' if "." in "".join(n) else "print(max(n)-min(n))"
        return Turn(question, "The range is {out}.", f"n = {code_of(n)}\n{text}")
    question = ask(d, noun=["the standard deviation of {n}", "the [sample |]standard deviation of {n}", "the std of {n}"], do=["find the standard deviation of {n}"], full=["what is the standard deviation of {n}[?|]"], **of(d, n))
    return Turn(question, "The standard deviation is {out}.", f'import statistics\nprint(f"{{statistics.stdev({code_of(n)}):.12g}}")')


def count(d: Draw) -> Turn:
    """How many numbers, or how often one of them occurs."""
    n = [str(v) for v in d.numbers(4, 9, 2, 0)]
    if d.chance(0.45):
        question = ask(d, noun=["the number of [elements|numbers|items|values] in {n}", "the length of {n}"], do=["count the [elements|numbers|items|values] in {n}", "count {n}"], full=["how many [numbers|elements|items|values] [are there |are |]in {n}[?|]", "how many numbers is that: {n}[?|]", "how long is the list {n}[?|]"], **of(d, n))
        return Turn(question, "There are {out}.", f"print(len({code_of(n)}))")
    x = d.pick(n)
    n.insert(d.integer(0, len(n)), x)
    question = ask(d, do=["count the [{x}s|number {x}] in {n}", "count how often {x} [is|occurs|appears] in {n}"], full=["how [often|many times] [does|do we see|is] {x} [occur|appear|] in {n}[?|]".replace("[does|do we see|is] {x} [occur|appear|]", "does {x} [occur|appear|show up]"), "how many {x}s are in {n}[?|]", "how [often|many times] is {x} in {n}[?|]"], x=x, **of(d, n))
    return Turn(question, "It occurs {out} times.", f"print({code_of(n)}.count({x}))")


def summed(d: Draw) -> Turn:
    """The sum or product of a list in brackets, or of squares."""
    n = [str(v) for v in d.numbers(3, 6, 2, 0)]
    word, code = d.pick([("squares", "sum(x**2 for x in {n})"), ("cubes", "sum(x**3 for x in {n})"), ("squares", "sum(x**2 for x in {n})")])
    question = ask(d, noun=[f"the sum of [the |]{word} of {{n}}"], do=[f"add [up |]the {word} of {{n}}", f"sum the {word} of {{n}}"], full=[f"what is the sum of the {word} of {{n}}[?|]"], **of(d, n))
    return Turn(question, "The sum is {out}.", f"print({code.format(n=code_of(n))})")


OPERATIONS = [("double", "x*2"), ("square", "x**2"), ("triple", "x*3"), ("multiply by {k}", "x*{k}"), ("add {k} to", "x+{k}"), ("subtract {k} from", "x-{k}")]


def every(d: Draw) -> Turn:
    n, k = [str(v) for v in d.numbers(3, 6, 3, 0)], d.number(1, 2)
    words, code = d.pick(OPERATIONS)
    words, code = words.replace("{k}", str(k)), code.replace("{k}", str(k))
    if "multiply" in words:
        question = ask(d, do=[f"multiply [each|every] [number |one |]of {{n}} by {k}", f"multiply [each of|all] {{n}} by {k}"], **of(d, n))
    else:
        question = ask(d, do=[f"{words} [each|every] [number |one |element |]of {{n}}", f"{words} [each number|every number|all numbers] in {{n}}", f"{words} each: {{n}}"], **of(d, n))
    return Turn(question, "Here they are: {out}", f"print([{code} for x in {code_of(n)}])")


def position(d: Draw) -> Turn:
    """The second largest, the two smallest, the first three."""
    n = [str(v) for v in d.numbers(4, 7)]
    word, code = d.pick([("second largest", "sorted({n})[-2]"), ("second smallest", "sorted({n})[1]"), ("third largest", "sorted({n})[-3]"), ("second biggest", "sorted({n})[-2]"), ("second highest", "sorted({n})[-2]"), ("second lowest", "sorted({n})[1]")])
    question = ask(d, noun=[f"the {word} [number |value |][of|in|among] {{n}}"], do=[f"find the {word} [number |value |]in {{n}}"], full=[f"[which|what] is the {word} [number |][in|of|among] {{n}}[?|]"], **of(d, n))
    return Turn(question, f"The {word} is {{out}}.", f"print({code.format(n=code_of(n))})")


def above(d: Draw) -> Turn:
    n, k = [str(v) for v in d.numbers(4, 8, 3, 0)], d.number(1, 3)
    words, sign = d.pick([("greater than", ">"), ("larger than", ">"), ("bigger than", ">"), ("above", ">"), ("over", ">"), ("more than", ">"), ("less than", "<"), ("smaller than", "<"), ("below", "<"), ("under", "<")])
    if d.chance(0.5):
        question = ask(d, do=[f"count the [numbers|values] {words} {k} in {{n}}"], full=[f"how many [of|numbers of|numbers in] {{n}} are {words} {k}[?|]", f"how many numbers {words} {k} are [there |]in {{n}}[?|]"], **of(d, n))
        return Turn(question, "There are {out}.", f"print(sum(x {sign} {k} for x in {code_of(n)}))")
    question = ask(d, do=[f"[keep|list|find|select] the numbers {words} {k} [in|from|of] {{n}}"], full=[f"[which|what] [of|numbers of|numbers in] {{n}} are {words} {k}[?|]"], **of(d, n))
    return Turn(question, "They are {out}.", f"print([x for x in {code_of(n)} if x {sign} {k}])")
