"""Calls of the user's own functions: one or two are on offer, sometimes with python."""

import re
from typing import Any

from corpus import (
    _schema,
    arithmetic,
    chat,
    counting,
    dates,
    formulas,
    geometry,
    integers,
    lists,
    money,
    no_tool,
    number_theory,
    shopping,
    strings,
)
from corpus._domains import CALCULATIONS, DOMAINS, Domain
from corpus._draw import Draw
from corpus._made_up import Made, described, made_up
from corpus._phrasing import ask, spin
from corpus._results import observed, stated
from corpus._turn import Call, Turn

WEIGHT = 17
LANGUAGE = "en"
OWN_TOOLS = True
SLOT = re.compile(r"\{([abc])\}")
COMPUTED = [arithmetic, arithmetic, counting, dates, formulas, geometry, integers, lists, money, number_theory, shopping, strings]
"""What is python's even if functions are on offer."""


def turn(d: Draw) -> Turn:
    share = d.random.random()
    if share < 0.14:
        return computed(d)
    if share < 0.17:
        return talk(d)
    made, fields, thing = from_domain(d) if d.chance(0.45) else from_nothing(d)
    functions = offered(d, made)
    observation = observed(d, fields, thing)
    call = Call(made.spec["name"], made.arguments, observation)
    return Turn(made.question, stated(observation), without_tools=d.chance(0.5), functions=functions, call=call)


def from_nothing(d: Draw) -> tuple[Made, list[str], str]:
    made = made_up(d)
    return made, [made.fact] if made.reads else ["status", "id", "ok"], made.thing


def from_domain(d: Draw) -> tuple[Made, list[str], str]:
    domain = d.pick(DOMAINS if d.chance(0.85) else CALCULATIONS)
    made = requested(d, domain)
    return made, domain.fields.split(), d.pick(["entry", "id", "name", "city", "user", "order"])


def requested(d: Draw, domain: Domain) -> Made:
    """A function of a domain with a request that has all that the function needs."""
    needed = {slot for slot, p in domain.parameters.items() if p.needed}
    while True:
        text = spin(d, d.pick(domain.requests))
        slots = set(SLOT.findall(text))
        if needed <= slots:
            break
    properties: dict[str, dict[str, Any]] = {}
    arguments: dict[str, Any] = {}
    shown: dict[str, str] = {}
    required: list[str] = []
    for slot, parameter in domain.parameters.items():
        if not parameter.needed and slot not in slots and d.chance(0.5):
            continue
        name = d.pick([n for n in parameter.names.split("|") if n not in properties])
        properties[name] = described(d, parameter, name, "")
        if parameter.needed:
            required.append(name)
        if slot in slots:
            shown[slot], arguments[name] = parameter.value(d)
    about = spin(d, domain.about).strip() + d.pick(["", "", "."])
    name = _schema.styled(d, d.pick(domain.names.split("|")))
    question = ask(d, full=[text], **shown)
    return Made(_schema.spec(d, name, about, properties, required), question, arguments, "", "", True)


def any_function(d: Draw) -> Made:
    return requested(d, d.pick(DOMAINS)) if d.chance(0.5) else made_up(d)


def offered(d: Draw, made: Made) -> list[dict[str, Any]]:
    """The function that is needed, and perhaps one that is not, of another name."""
    functions = [made.spec]
    if d.chance(0.5):
        other = any_function(d).spec
        same = set(re.split("[_-]", other["name"])) & set(re.split("[_-]", made.spec["name"]))
        if not same - {"get"}:
            functions.insert(d.integer(0, 1), other)
    return functions


def computed(d: Draw) -> Turn:
    """A calculation: python does it, or nobody where only functions are on offer."""
    functions = [any_function(d).spec]
    if d.chance(0.15):
        return Turn(no_tool.turn(d).question, no_tool.ANSWER, without_tools=True, functions=functions)
    t = d.pick(COMPUTED).turn(d)
    t.functions = functions
    return t


def talk(d: Draw) -> Turn:
    """Small talk needs no function."""
    t = chat.turn(d)
    t.functions = [any_function(d).spec]
    return t
