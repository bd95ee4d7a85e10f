"""Lists of numbers as they stand in questions and in code."""

from corpus._draw import Draw

GROUP = [
    "",
    "",
    "",
    "",
    "the numbers ",
    "these numbers: ",
    "the list ",
    "the values ",
    "these: ",
    "the following: ",
    "the following numbers: ",
    "this list: ",
    "my list ",
]


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
