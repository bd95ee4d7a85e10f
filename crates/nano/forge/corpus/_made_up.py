"""Functions that nobody has written: any noun of any thing, any action on it.

Their requests name what the function names, so that the model learns to read
schemas and not to know functions.
"""

from dataclasses import dataclass
from typing import Any

from corpus import _schema as s
from corpus._draw import Draw
from corpus._phrasing import ask, spin

THINGS = """order user customer product book city movie song team player room server file project ticket invoice flight
train bus car house recipe plant animal star planet river mountain school course student teacher employee device
sensor printer account package shop restaurant hotel game match event task machine robot ship farm lake museum artist
band album page document contract policy license lamp door window engine battery camera phone parcel member branch
warehouse station bridge tower garden patient doctor meeting channel playlist folder image video backup cluster job""".split()
FACTS = """price status owner score address rating size balance schedule summary total level speed weight age color
category length capacity deadline version temperature humidity phone menu position rank salary grade budget stock
location height width distance duration title author genre mood label state count limit quota value cost fee tax
discount mileage pressure voltage density depth volume area origin code type format language region manager contact
history progress priority visibility popularity reputation difficulty calories ingredients""".split()
READ = ["get", "get", "get", "fetch", "lookup", "find", "read", "show", "query", "check", "load", "retrieve", "tell"]
ABOUT_READ = ["Returns", "Gets", "Looks up", "Finds", "Reads", "Tells", "Gives", "Shows", "Fetches", "Get", "Look up", "Returns", "Find"]
ACTIONS = """create delete update start stop open close move rename reset assign publish archive print schedule register
cancel book buy sell share export import lock unlock enable disable pause resume send copy merge split clean repair
rent return renew approve reject restart launch install remove add check scan upload download""".split()
DONE = ["done", "ok", "{status: ok}", "{status: done}", "{ok: true}", "sentence", "{id}", "{status, id}", "success"]


@dataclass(frozen=True)
class Extra:
    """A further parameter with the words that a request says it with."""

    parameter: s.Parameter
    phrases: tuple[str, ...]


def enumeration(names: str, options: str, phrases: tuple[str, ...], about: str) -> Extra:
    values = tuple(options.split())
    return Extra(s.Parameter(names, "string", about, s.one_of({v: v for v in values}), values), phrases)


def flag(names: str, yes: str, no: str, about: str) -> Extra:
    values = s.one_of({yes: True, no: False})  # type: ignore[arg-type]
    return Extra(s.Parameter(names, "boolean", about, values), ("{v}",))


EXTRAS = [
    Extra(s.Parameter("year", "integer", "[The year|Year]", s.whole(1950, 2035)), ("in {v}", "for {v}", "for the year {v}", "in the year {v}")),
    Extra(s.Parameter("limit|count|max_results|top", "integer", "[How many at most|Maximum number]", s.whole(1, 50)), ("with a {p} of {v}", "with {p} {v}", "{p} {v}")),
    Extra(s.Parameter("quantity|amount|number|copies", "integer", "[How many|Number of items]", s.whole(1, 500)), ("with {p} {v}", "{p} {v}", "with a {p} of {v}")),
    Extra(s.Parameter("floor|page|level|row|slot|line|week", "integer", "[The {p}|{p} number]", s.whole(1, 200)), ("on {p} {v}", "for {p} {v}", "in {p} {v}", "{p} {v}")),
    Extra(s.Parameter("price|budget|weight|width|height|rate|ratio|factor", "number", "[The {p}|{p}]", s.amount), ("with {p} {v}", "with a {p} of {v}", "at {p} {v}")),
    Extra(s.Parameter("date|day|since|from_date|start|due", "string", "[Date as YYYY-MM-DD|The date|Day in ISO format]", s.day), ("on {v}", "for {v}", "with {p} {v}")),
    Extra(s.Parameter("time|at|start_time", "string", "[Time as HH:MM|The time]", s.clock), ("at {v}", "for {v}")),
    Extra(s.Parameter("region|city|location|place", "string", "[The {p}|Name of the {p}|Where]", s.city), ("in {v}", "for {p} {v}", "for {v}")),
    Extra(s.Parameter("country|market", "string", "[The country|Country name]", s.country), ("in {v}", "for {v}")),
    Extra(s.Parameter("owner|user|name|assignee|recipient|person", "string", "[Who|The {p}|Name of a person]", s.person), ("for {v}", "for {p} {v}", "with {p} {v}")),
    Extra(s.Parameter("label|tag|key|topic|reason|theme|keyword|target", "string", "[A {p}|The {p}]", s.word), ("with {p} {v}", "with the {p} {v}", "{p} {v}", "as {p} {v}")),
    Extra(s.Parameter("currency", "string", "[Currency code|The currency]", s.currency), ("in {v}", "with currency {v}")),
    Extra(s.Parameter("language|lang", "string", "[The language]", s.language), ("in {v}",)),
    enumeration("unit|units", "metric imperial", ("in {v} units", "in {v}", "with {p} {v}"), "[Unit system|Units]"),
    enumeration("size", "small medium large", ("in size {v}", "in {v}", "with size {v}"), "[Size|The size]"),
    enumeration("priority|urgency", "low normal high urgent", ("with {v} {p}", "with {p} {v}"), "[How urgent|Priority]"),
    enumeration("format|output", "json text csv html", ("as {v}", "in {v} format", "as {v}"), "[Output format]"),
    enumeration("color|colour", "red green blue black white yellow", ("in {v}", "with {p} {v}"), "[The color]"),
    enumeration("mode|speed", "fast slow normal auto", ("in {v} mode", "with {p} {v}"), "[{p}]"),
    enumeration("period|interval|range", "day week month year", ("for the {v}", "for a {v}", "by {v}", "per {v}"), "[Period of time]"),
    enumeration("sort|order", "asc desc", ("with {p} {v}", "{p} {v}"), "[Sort order]"),
    flag("detailed|details|verbose", "with details", "without details", "[Whether to show details]"),
    flag("notify|send_mail", "and notify them", "without notifying anyone", "[Whether to notify]"),
    flag("force|now|immediately", "right away", "not right away", "[Do it at once]"),
    flag("public|shared", "publicly", "privately", "[Whether everyone may see it]"),
    flag("urgent|express", "urgently", "not urgently", "[Whether it is urgent]"),
]  # fmt: skip


def key(d: Draw, thing: str) -> tuple[s.Parameter, list[str]]:
    """The parameter that says which thing, and the ways a request puts it behind the thing."""
    plain = ["{thing} {a}", "{thing} {a}", "the {thing} {a}", "{a}", "{thing} {p} {a}"]
    kind = d.integer(0, 5)
    if kind == 0:
        return s.Parameter(f"{thing}_id|id|number|{thing}_number", "integer", "[Number of the {t}|The {t}'s id|Id]", s.whole(2, 99999)), ["{thing} {a}", "{thing} number {a}", "{thing} {a}", "the {thing} with id {a}"]  # fmt: skip
    if kind == 1:
        return s.Parameter(f"{thing}_id|id|code|ref|{thing}|{thing}_code", "string", "[Id of the {t}|The {t}'s code|The id]", s.identifier), ["{thing} {a}", "{thing} {a}", "the {thing} {a}", "the {thing} with {p} {a}"]  # fmt: skip
    if kind == 2:
        return s.Parameter(f"name|{thing}_name|{thing}|who", "string", "[Name of the {t}|The {t}]", s.person), plain
    if kind == 3:
        return s.Parameter(f"title|{thing}|name|{thing}_title", "string", "[Title of the {t}|The {t}'s name]", s.title), plain
    return s.Parameter(f"name|{thing}|{thing}_name|key", "string", "[Name of the {t}|Which {t}|The {t}]", s.word), plain


def thing_of(d: Draw) -> str:
    return d.pick(THINGS) if d.chance(0.85) else d.word()


@dataclass
class Made:
    """A function with one request for it."""

    spec: dict[str, Any]
    question: str
    arguments: dict[str, Any]
    fact: str
    thing: str
    reads: bool


def described(d: Draw, parameter: s.Parameter, name: str, thing: str) -> dict[str, Any]:
    about = spin(d, parameter.about).replace("{p}", name.replace("_", " ")).replace("{t}", thing)
    return parameter.schema(d, about[:1].upper() + about[1:])


def made_up(d: Draw) -> Made:
    """A function that reads a fact of a thing or does something with it."""
    thing, fact, reads = thing_of(d), d.pick(FACTS) if d.chance(0.9) else d.word(), d.chance(0.62)
    first, objects = key(d, thing)
    extras = d.random.sample(EXTRAS, d.pick([0, 0, 1, 1, 1, 2]))
    names = [first.name(d)]
    taken = {names[0]}
    properties = {names[0]: described(d, first, names[0], thing)}
    shown, value = first.value(d)
    arguments, required, tail = {names[0]: value}, [names[0]], ""
    for extra in extras:
        name = extra.parameter.name(d)
        if name in taken:
            continue
        taken.add(name)
        properties[name] = described(d, extra.parameter, name, thing)
        needed = d.chance(0.6)
        if needed:
            required.append(name)
        if needed or d.chance(0.5):
            text, arguments[name] = extra.parameter.value(d)
            tail += " " + d.pick(extra.phrases).replace("{p}", name.replace("_", " ")).replace("{v}", text)
    obj = d.pick(objects).replace("{p}", names[0].replace("_", " "))
    if reads:
        function = s.styled(d, d.pick([f"{d.pick(READ)} {thing} {fact}", f"{d.pick(READ)} {fact}", f"{thing} {fact}"]))
        about = f"{d.pick(ABOUT_READ)} the {fact} of {d.pick(['a', 'the', 'one'])} {thing}"
        question = ask(
            d,
            noun=[f"the {fact} [of|for] {obj}{{tail}}", f"{fact} of {obj}{{tail}}", f"the {fact} of {obj}{{tail}}"],
            do=[f"[look up|check|find|get|show me|tell me|fetch] the {fact} [of|for] {obj}{{tail}}"],
            full=[
                f"what is the {fact} of {obj}{{tail}}[?|]",
                f"what {fact} does {obj} have{{tail}}[?|]",
                f"{obj}{{tail}}[:|,] {fact}[?|]",
                f"i need the {fact} of {obj}{{tail}}",
            ],
            a=shown,
            thing=thing,
            tail=tail,
        )
    else:
        fact = d.pick(ACTIONS)
        function = s.styled(d, f"{fact} {thing}")
        about = f"{fact.capitalize()}s {d.pick(['a', 'the', 'one'])} {thing}" if d.chance(0.7) else f"{fact.capitalize()} a {thing}"
        question = ask(d, do=[f"{fact} {obj}{{tail}}"], full=[f"[please|pls|] {fact} {obj}{{tail}}", f"i want to {fact} {obj}{{tail}}"], a=shown, thing=thing, tail=tail)  # fmt: skip
    about += "." if d.chance(0.4) else ""
    return Made(s.spec(d, function, about, properties, required), question, arguments, fact, thing, reads)
