"""Questions in Chinese with no tool on offer."""

from corpus import zh_arithmetic, zh_numbers, zh_stories, zh_texts
from corpus._draw import Draw
from corpus._turn import Turn

WEIGHT = 1
LANGUAGE = "zh"
OWN_TOOLS = True
ANSWER = "我没有可以计算的工具。请给我 python 工具。"


def turn(d: Draw) -> Turn:
    kind = d.pick([zh_arithmetic, zh_stories, zh_numbers, zh_texts])
    return Turn(kind.turn(d).question, ANSWER, without_tools=True)
