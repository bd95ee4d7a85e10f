"""What functions give back, and the sentence that states it."""

import json
from collections.abc import Callable
from typing import Any

from corpus import _schema as s
from corpus._draw import Draw

FLAGS = {"in_stock", "found", "ok", "active", "available", "success", "open", "valid", "late"}
PLACES = {"city", "location", "capital", "from", "to", "origin"}
PEOPLE = {"name", "owner", "author", "manager", "contact", "artist", "user"}
CODES = {"id", "order", "flight", "gate", "table", "code", "ref", "item", "symbol"}
TIMES = {"time", "eta", "departure", "arrival", "ends_at", "start", "updated"}
DECIMALS = {"price", "rate", "amount", "total", "cost", "balance", "change", "value", "converted", "score", "wind"}
WORDS = {"status", "condition", "summary", "carrier", "state", "meaning", "definition", "translation", "text", "title", "unit"}
STATUS = "ok sent done shipped delivered pending cancelled paid booked confirmed created running stopped delayed waiting ready open closed set saved added lost".split()
SKY = ["sunny", "cloudy", "rain", "light rain", "snow", "clear", "fog", "windy", "partly cloudy", "heavy rain", "storm"]
MORE = "name count price status id total city date color score size level owner age active available code category".split()
PROBLEMS = ["not found", "no such {t}", "access denied", "timed out", "the server is down", "unknown {t}", "{t} does not exist", "too many requests", "no connection"]
SENTENCES = [
    "{W} {n} {w}.",
    "The {w} is {n}.",
    "{n} {w}, {m} {v}.",
    "{P} has {n} {w}.",
    "{W} {w} until {t}.",
    "Arrives on {d}.",
    "It is {n} {w} and {v}.",
    "{P}: {n} {w}.",
    "{W} since {d}.",
    "Next one at {t}, then at {u}.",
]


def value(d: Draw, field: str) -> Any:
    """A value that a field of a result may have."""
    if field in FLAGS:
        return d.chance(0.6)
    if field in PLACES:
        return s.city(d)[1]
    if field in PEOPLE:
        return d.name()
    if field in CODES:
        return s.code(d) if d.chance(0.6) else d.number(1, 5)
    if field in TIMES:
        return s.clock(d)[1] if d.chance(0.5) else s.day(d)[1]
    if field == "date":
        return s.day(d)[1]
    if field == "status":
        return d.pick(STATUS)
    if field in ("condition", "summary"):
        return d.pick(SKY)
    if field == "email":
        return s.email(d)[1]
    if field == "currency":
        return s.currency(d)[1]
    if field in WORDS:
        return " ".join(d.words(1, 3))
    if field in DECIMALS and d.chance(0.7):
        return round(float(d.decimal(0.1, 1000)), 3)
    return d.number(1, 5) if d.chance(0.93) else -d.number(1, 2)


def sentence(d: Draw) -> str:
    text = d.pick(SENTENCES)
    drawn: dict[str, Callable[[], str]] = {
        "W": lambda: d.word().capitalize(),
        "P": d.name,
        "w": d.word,
        "v": d.word,
        "n": lambda: str(d.number(1, 4)),
        "m": lambda: d.decimal(0.1, 100),
        "t": lambda: s.clock(d)[1],
        "u": lambda: s.clock(d)[1],
        "d": lambda: s.day(d)[1],
    }
    for slot, draw in drawn.items():
        text = text.replace(f"{{{slot}}}", draw())
    return text


def observed(d: Draw, fields: list[str], thing: str) -> str:
    """What a function gives back: JSON, a value, a sentence, sometimes an error."""
    style = d.random.random()
    if style < 0.06:
        return "Error: " + d.pick(PROBLEMS).replace("{t}", thing)
    if style < 0.55:
        if d.chance(0.35):
            fields = d.random.sample(MORE, d.integer(1, 3))
        some = d.random.sample(fields, min(len(fields), d.pick([1, 1, 2, 2, 2, 3])))
        return json.dumps({f: value(d, f) for f in some}, ensure_ascii=False)
    if style < 0.6:
        items = [d.word() for _ in range(d.integer(2, 4))] if d.chance(0.5) else d.numbers(2, 4)
        return json.dumps(items)
    if style < 0.72:
        return sentence(d)
    if style < 0.76:
        return d.pick(["done", "ok", "success", "true", "false"])
    one = value(d, d.pick(fields))
    return one if isinstance(one, str) else json.dumps(one)


def listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def plain(one: Any) -> str:
    return one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)


def stated(observation: str) -> str:
    """The answer: everything that the function gave back, in words."""
    if observation.startswith("Error: "):
        return f"That did not work: {observation.removeprefix('Error: ')}."
    if observation in ("done", "ok", "success"):
        return "It is done."
    if observation.startswith("{"):
        fields = [f"the {k.replace('_', ' ')} is {plain(v)}" for k, v in json.loads(observation).items()]
        text = listed(fields)
        return f"{text[0].upper()}{text[1:]}."
    if observation.startswith("["):
        return f"The results are {listed([plain(v) for v in json.loads(observation)])}."
    if observation.endswith("."):
        return observation
    return f"It is {observation}."
