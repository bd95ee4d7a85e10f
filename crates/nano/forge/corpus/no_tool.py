"""The same questions with no tool on offer: nano says that it cannot compute then."""

from corpus import (
    arithmetic,
    counting,
    dates,
    formulas,
    letters,
    lists,
    number_theory,
    shopping,
    strings,
    units,
)
from corpus._draw import Draw
from corpus._turn import Turn

WEIGHT = 2
LANGUAGE = "en"
OWN_TOOLS = True
ANSWER = "I have no tool to compute that with. Please give me the python tool."


def turn(d: Draw) -> Turn:
    kind = d.pick([arithmetic, formulas, counting, shopping, strings, letters, lists, dates, units, number_theory])
    return Turn(kind.turn(d).question, ANSWER, without_tools=True)
