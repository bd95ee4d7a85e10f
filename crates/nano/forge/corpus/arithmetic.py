"""Two numbers and one operation, in all the ways people say it."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import ask, in_words, maybe_spelled, written
from corpus._turn import Turn

WEIGHT = 10
LANGUAGE = "en"
ANSWER = "The result is {out}."

NOUNS = {
    "+": [
        "{a} + {b}",
        "{a}+{b}",
        "{a}+{b}",
        "{a} + {b}",
        "{a} plus {b}",
        "the sum of {a} and {b}",
        "the total of {a} and {b}",
        "{a} added to {b}",
        "{a} and {b} [together|combined|summed|added up|in total]",
        "{b} more than {a}",
        "{a} increased by {b}",
        "sum {a} {b}",
    ],
    "-": [
        "{a} - {b}",
        "{a}-{b}",
        "{a}-{b}",
        "{a} minus {b}",
        "the difference between {a} and {b}",
        "the difference of {a} and {b}",
        "{a} take away {b}",
        "{b} less than {a}",
        "{a} less {b}",
        "{a} without {b}",
        "{a} decreased by {b}",
        "{a} reduced by {b}",
        "{b} subtracted from {a}",
    ],
    "*": [
        "{a} * {b}",
        "{a}*{b}",
        "{a}*{b}",
        "{a} times {b}",
        "{a} x {b}",
        "{a} × {b}",
        "{a}x{b}",
        "{a} multiplied by {b}",
        "the product of {a} and {b}",
        "{a} X {b}",
        "{a} by {b} multiplied",
        "{a} · {b}",
    ],
    "/": [
        "{a} / {b}",
        "{a}/{b}",
        "{a}/{b}",
        "{a} divided by {b}",
        "{a} over {b}",
        "{a} ÷ {b}",
        "the quotient of {a} and {b}",
        "the ratio of {a} to {b}",
        "{a} div {b}",
    ],
    "%": [
        "{a} % {b}",
        "{a}%{b}",
        "{a} mod {b}",
        "{a} modulo {b}",
        "the remainder of {a} divided by {b}",
        "the remainder when {a} is divided by {b}",
        "the remainder [of|after] dividing {a} by {b}",
        "the remainder of {a} / {b}",
        "the remainder if you divide {a} by {b}",
        "the rest of {a} divided by {b}",
        "remainder {a} {b}",
        "remainder of {a} by {b}",
    ],
    "//": [
        "{a} // {b}",
        "{a}//{b}",
        "the integer [division|quotient] of {a} [by|and] {b}",
        "the whole part of {a} divided by {b}",
        "{a} divided by {b} [rounded down|without remainder|as a whole number]",
    ],
    "**": [
        "{a} ** {b}",
        "{a}**{b}",
        "{a}^{b}",
        "{a} ^ {b}",
        "{a} to the power of {b}",
        "{a} to the power {b}",
        "{a} raised to the power of {b}",
        "{a} raised to {b}",
        "{a} raised to the {b}th power",
        "the {b}th power of {a}",
        "{a} to the {b}th",
        "{a} to the {b}th power",
        "{a} power {b}",
        "{a} exponent {b}",
    ],
}
VERBS = {
    "+": [
        "add {a} and {b}",
        "add {a} to {b}",
        "add {a} + {b}",
        "sum [up |]{a} and {b}",
        "add [up |together |]{a} and {b}",
        "put {a} and {b} together",
        "increase {a} by {b}",
        "total {a} and {b}",
    ],
    "-": [
        "subtract {b} from {a}",
        "take {b} [away |]from {a}",
        "take {b} off {a}",
        "decrease {a} by {b}",
        "reduce {a} by {b}",
        "deduct {b} from {a}",
        "remove {b} from {a}",
        "subtract {a} - {b}",
    ],
    "*": [
        "multiply {a} by {b}",
        "multiply {a} and {b}",
        "multiply {a} with {b}",
        "multiply {a} times {b}",
        "do {a} times {b}",
        "multiply {a} * {b}",
    ],
    "/": [
        "divide {a} by {b}",
        "split {a} by {b}",
        "split {a} into {b} [equal |]parts",
        "do {a} divided by {b}",
        "divide {a} into {b} [equal parts|groups]",
        "divide {a} / {b}",
    ],
    "%": [
        "find the remainder of {a} divided by {b}",
        "take {a} modulo {b}",
        "divide {a} by {b} and [give me|tell me|keep|show|return] [the remainder|the rest|only the remainder]",
        "divide {a} by {b} and keep [just |only |]the remainder",
    ],
    "//": [
        "divide {a} by {b} and [round down|drop the remainder|ignore the remainder|keep the whole part]",
        "divide {a} by {b} [without the remainder|and forget the remainder|and give me the whole part]",
    ],
    "**": [
        "raise {a} to the power of {b}",
        "raise {a} to the {b}th power",
        "raise {a} to {b}",
        "take {a} to the power of {b}",
    ],
}
SENTENCES = {
    "+": [
        "how much do {a} and {b} make[?|?|]",
        "what do you get [if|when] you add {a} [and|to] {b}[?|]",
        "what do {a} and {b} [add up to|come to|sum to|make][?|]",
        "i have {a} and {b}, what's the [sum|total][?|]",
        "what happens if [i|you|we] add {b} to {a}[?|]",
    ],
    "-": [
        "what do you get [if|when] you [subtract|take] {b} from {a}[?|]",
        "what [remains|is left|is left over] [if|when] [i|you|we] take {b} [away |off |]from {a}[?|]",
        "how much more is {a} than {b}[?|]",
        "how much is left [of|from] {a} after [taking|removing|subtracting] {b}[?|]",
        "if [i|you|we] take {b} from {a}[,|] [what|how much] is left[?|]",
        "{a} take off {b}, what is left[?|]",
        "how far apart are {a} and {b}[?|]",
        "by how much is {b} smaller than {a}[?|]",
        "take {b} out of {a}, what remains[?|]",
    ],
    "*": [
        "what do you get [if|when] you multiply {a} [by|and|with] {b}[?|]",
        "how much is {a} times {b}[?|?|]",
        "what's {a} times {b}[?|?|]",
        "what is {a} multiplied by {b}[?|?|]",
        "{a} [times|x] {b}[?||]",
    ],
    "/": [
        "what do you get [if|when] you divide {a} by {b}[?|]",
        "how many times does {b} go into {a}[?|]",
        "how often does {b} fit [in|into] {a}[?|]",
        "what is {a} split {b} ways[?|]",
    ],
    "%": [
        "what is left [over |][if|when] [you|i] divide {a} by {b}[?|]",
        "what remainder do you get [if|when] you divide {a} by {b}[?|]",
        "what's the remainder when dividing {a} by {b}[?|]",
        "{a} divided by {b}, what is the remainder[?|]",
    ],
    "//": ["how many whole times does {b} [go|fit] into {a}[?|]"],
    "**": ["what do you get [if|when] you raise {a} to the power of {b}[?|]", "how much is {a} to the {b}th[?|]"],
}
SQUARES = [("square", 2, "squared"), ("cube", 3, "cubed")]


def turn(d: Draw) -> Turn:
    if d.chance(0.07):
        return square_or_cube(d)
    operator = d.pick(["+", "-", "*", "*", "*", "/", "/", "+", "-", "*", "/", "%", "**", "**", "%", "%", "//", "//"])
    if operator == "**":
        a, b = str(d.number(1, 3)), str(d.integer(2, 24))
    elif operator in ("%", "//"):
        a, b = str(d.number(2, 7)), str(d.number(1, 3))
    else:
        a, b = d.quantity(0.8), d.quantity(0.85)
        if operator == "/" and d.chance(0.35):
            quotient, divisor = d.number(1, 3), d.number(1, 2)
            a, b = str(quotient * divisor), str(divisor)
    if d.chance(0.04) and operator in "+-*":
        a = f"-{a}"
    shown = {"a": spoken(d, a), "b": spoken(d, b)}
    if operator == "**" and b[-1] in "123" and b not in ("11", "12", "13"):
        shown["b"] = b
    question = ask(d, noun=NOUNS[operator], do=VERBS[operator], full=SENTENCES[operator], **shown)
    return Turn(question, ANSWER, printed(a + operator + b))


def spoken(d: Draw, n: str) -> str:
    """A number as written or, if it is small and whole, now and then in words."""
    if not n.isdigit():
        return n
    if int(n) < 1000 and d.chance(0.05):
        return in_words(d, int(n))
    return maybe_spelled(d, int(n), 0.12)


def square_or_cube(d: Draw) -> Turn:
    noun, power, adjective = d.pick(SQUARES)
    a = d.quantity(0.85)
    question = ask(
        d,
        noun=[f"{{a}} {adjective}", f"the {noun} of {{a}}"],
        do=[f"{noun} {{a}}", f"find {{a}} {adjective}"],
        full=[f"what is {{a}} {adjective}[?|]"],
        a=written(d, a),
    )
    return Turn(question, ANSWER, printed(f"{a}**{power}"))
