"""Word problems about things that are counted, gained, lost, shared and scaled."""

import re

from corpus._draw import Draw
from corpus._phrasing import maybe_spelled, story, written
from corpus._turn import Turn

WEIGHT = 8
LANGUAGE = "en"
ANSWER = "The answer is {out}."

THINGS = """marbles apples oranges stickers cards coins books candies cookies pencils stamps shells toys balloons
eggs stones cupcakes photos tickets flowers beads buttons crayons grapes peaches nuts points fish chickens cows
sheep magnets badges comics sweets bananas pears lemons pebbles plums dollars files emails messages""".split()
CONTAINERS = [("box", "boxes"), ("bag", "bags"), ("crate", "crates"), ("shelf", "shelves"), ("row", "rows"), ("basket", "baskets"), ("page", "pages"), ("jar", "jars"), ("pack", "packs"), ("table", "tables"), ("room", "rooms"), ("bus", "buses"), ("team", "teams"), ("class", "classes"), ("floor", "floors"), ("tray", "trays"), ("carton", "cartons")]
PEOPLE = ["kids", "children", "students", "friends", "people", "players", "workers", "guests", "teachers", "boys", "girls", "pupils", "employees", "runners", "campers", "soldiers"]
GROUPS = [("class", "has"), ("school", "has"), ("team", "has"), ("party", "has"), ("office", "has"), ("camp", "has"), ("club", "has"), ("group", "has")]
GAIN = ["gets {n} more", "finds {n} more", "buys {n} more", "receives {n} [more|from {other}|as a gift]", "picks {n} more", "wins {n} [more|]", "collects {n} more", "then gets {n} [more|]", "is given {n} [more|]", "adds {n} [more|]", "{other} gives [him|her|them] {n} [more|]", "finds another {n}", "buys another {n}", "earns {n} more", "catches {n} more"]
LOSE = ["loses {n}", "gives {n} to {other}", "gives away {n}", "eats {n} [of them|]", "sells {n} [of them|]", "gives {other} {n}", "throws away {n}", "drops {n}", "uses {n}", "donates {n}", "breaks {n}", "spends {n}", "hands {n} to {other}", "lends {n} to {other}", "shares {n} with {other}", "uses up {n}", "leaves {n} behind", "forgets {n}", "trades away {n}"]


def turn(d: Draw) -> Turn:
    make = d.pick([gain_and_lose, gain_and_lose, gain_and_lose, each, each, each, shared, shared, scale, scale, comparison, together, remaining, packing, dozen, double, doses])
    question, code = make(d)
    return Turn(question, ANSWER, code)


def shown(code: str) -> str:
    return f'print(f"{{{code}:.12g}}")' if "." in code or "/" in code.replace("//", "") else f"print({code})"


PAST = {
    "gets": "got", "finds": "found", "buys": "bought", "wins": "won", "is": "was", "gives": "gave", "loses": "lost", "eats": "ate", "sells": "sold", "throws": "threw", "breaks": "broke", "spends": "spent",
    "lends": "lent", "leaves": "left", "forgets": "forgot", "drops": "dropped", "catches": "caught", "uses": "used", "donates": "donated", "receives": "received", "shares": "shared", "collects": "collected",
    "picks": "picked", "adds": "added", "earns": "earned", "hands": "handed", "trades": "traded",
}


def past(phrase: str) -> str:
    """A phrase from the lists above in the past tense."""
    return re.sub(r"\b[a-z]+s\b", lambda m: PAST.get(m.group(0), m.group(0)), phrase)


def gain_and_lose(d: Draw) -> tuple[str, str]:
    """Someone has some, and gets and gives a few times."""
    who, other = d.two_names()
    code = str(d.number(1, 3))
    start = d.pick(["{who} has {n} {things}", "{who} had {n} {things}", "there are {n} {things} in a [box|bag|basket|room|jar|bowl]", "{who} starts with {n} {things}", "i have {n} {things}", "i had {n} {things}", "{who} owns {n} {things}", "{who} collected {n} {things}", "we have {n} {things}"])
    text = start.replace("{n}", maybe_spelled(d, int(code), 0.1))
    subject = "i" if start.startswith("i ") else d.pick(["he", "she", "they", "{who}"])
    use_past = d.chance(0.5) or subject == "i"
    steps = d.pick([1, 2, 2, 2, 3])
    for i in range(steps):
        n = d.number(1, 3)
        gains = d.chance(0.5)
        phrase = d.pick(GAIN if gains else LOSE)
        if use_past:
            phrase = past(phrase)
        joint = d.pick([". [then |later |]{s} ", ", [then |]", " and ", ", and then "]) if i else d.pick([". {s} ", " and ", ", ", ". then {s} "])
        text += joint.replace("{s}", subject) + phrase.replace("{n}", maybe_spelled(d, n, 0.1))
        code += ("+" if gains else "-") + str(n)
    text += d.pick([". ", ". ", ", ", "; "]) + d.pick([
        "how many [{things} |][does {who} have|are there|are left|remain|are there now|do i have|does that make|are left over] [now|in the end|]?", "how many [{things} |]now?", "how many does [he|she] have [now|left|]?", "what's the [total|number] now?", "how many are left?", "how many {things} in total?", "how many [{things} |]remain?",
    ])
    return story(d, text, who=who, other=other, things=d.pick(THINGS)), f"print({code})"


def each(d: Draw) -> tuple[str, str]:
    """So many groups of so many."""
    a, b = d.number(1, 3), d.number(1, 3)
    one, many = d.pick(CONTAINERS)
    return story(d, d.pick([
        "[there are|we have|i have|{who} has] {a} {many} [with|of|holding|containing] {b} {things} [each|in each|in every {one}]. how many {things} [are there|are there in total|in total|altogether|is that|overall]?",
        "[each|every|one] {one} [has|holds|contains|fits] {b} {things}. how many {things} are [in|there in] {a} {many}?",
        "how many {things} are [in|there in] {a} {many} [with|of|if each has|if each holds] {b} [{things} |][each|]?",
        "[there are|we are|there were] {a} {people} and [each|every] [one |of them |] [has|gets|needs|brings|wants|receives|eats|must get] {b} {things}. how many {things} [is that|are there|do we need|are needed|in total|altogether|do i need|are needed in total]?",
        "{a} {people} [each|] [have|need|want|bring|get|eat] {b} {things} [each|]. [how many {things} [is that|in total|are needed|altogether|overall]|total]?",
        "[a|the] {group} has {a} {people} and each [of them |] [needs|gets|has|uses] {b} {things}. how many {things} [do they need|are there|are needed|is that]?",
        "{who} [reads|makes|sells|plants|walks|packs|writes|bakes|draws] {b} {things} [a|per|every|each] day. how many [{things} |][in|after|is that in] {a} days?",
        "if [each|every] {one} has {b} {things}, how many {things} do {a} {many} have?",
        "{a} {many} of {b} {things}, how many {things} [is that|altogether|in total|]?",
    ]), a=maybe_spelled(d, a, 0.1), b=maybe_spelled(d, b, 0.1), one=one, many=many, things=d.pick(THINGS), people=d.pick(PEOPLE), who=d.name(), group=d.pick(GROUPS)[0]), f"print({a}*{b})"


def shared(d: Draw) -> tuple[str, str]:
    b = d.number(1, 2)
    a = b * d.number(1, 3) if d.chance(0.7) else d.number(2, 4)
    one, many = d.pick(CONTAINERS)
    return story(d, d.pick([
        "[{who} has|i have|we have|there are] {a} {things} [and|to] [share|shares|split|divide|wants to share|want to split] [them |] [equally|evenly|fairly|] [among|between|with] {b} {people}. how many [{things} |][does each get|does each one get|per person|for each|each]?",
        "{a} {things} are [shared|split|divided|distributed] [equally |evenly |][among|between] {b} {people}. how many [{things} |][does each get|for each|per person|each]?",
        "how many {things} does [each|everyone|each of them] get [if|when] {b} {people} share {a} [{things}|] [equally|evenly|]?",
        "[i|we|{who}] [put|puts|pack|pour] {a} {things} [equally |evenly |]into {b} {many}. how many [{things} |][per {one}|in each|are in each {one}|go in each]?",
        "{b} {people} [share|split] {a} {things} [equally|evenly|]. how many [does each get|each|per person]?",
    ]), a=written(d, a), b=maybe_spelled(d, b), one=one, many=many, things=d.pick(THINGS), people=d.pick(PEOPLE), who=d.name()), shown(f"{a}/{b}")


def scale(d: Draw) -> tuple[str, str]:
    """The rule of three."""
    n, m = d.integer(2, 24), d.integer(2, 60)
    amount = d.pick([d.number(1, 4), d.number(2, 3), d.integer(1, 12) * n, d.integer(1, 9) * 50])
    unit = d.pick(["g", "grams", "kg", "ml", "cups", "liters", "spoons", "g", "grams"])
    stuff = d.pick(["flour", "sugar", "rice", "butter", "milk", "pasta", "water", "oil", "cheese", "salt", "meat", "potatoes", "oats", "chocolate"])
    slots = {"n": maybe_spelled(d, n), "m": maybe_spelled(d, m), "x": written(d, amount), "u": unit, "stuff": stuff, "people": d.pick(["people", "persons", "servings", "guests", "portions"]), "things": d.pick(THINGS), "who": d.name(), "thing": d.pick(["machine", "printer", "worker", "car", "pump", "robot"])}
    return story(d, d.pick([
        "[a|the|this|my] recipe for {n} {people} [needs|takes|uses|calls for|asks for|has] {x} {u} [of |]{stuff}. how much [{stuff} |][do i need for|for|is needed for|would i need for] {m} [{people}|]?",
        "if {n} {people} need {x} {u} of {stuff}, how much do {m} [{people} |]need?",
        "{x} {u} of {stuff} [is|are|serves] for {n} {people}. how much for {m}?",
        "{n} {things} [cost|weigh|need|take|make] {x}. [how much|what] [do|would] {m} [{things} |][cost|weigh|need|take|make]?",
        "[a|one|the] {thing} [makes|does|prints|produces] {x} [pages|parts|pieces|{things}] in {n} [hours|minutes|days]. how many in {m} [hours|minutes|days|]?",
        "if {n} [boxes|bags|bricks|bottles|cars] weigh {x} {u}, [how much|what] do {m} weigh?",
    ]), **slots), shown(f"{amount}/{n}*{m}")


def comparison(d: Draw) -> tuple[str, str]:
    who, other = d.two_names()
    a, b = d.number(1, 3), d.number(1, 3)
    slots = {"who": who, "other": other, "a": written(d, a), "b": written(d, b), "things": d.pick(THINGS)}
    kind = d.integer(0, 3)
    if kind == 0:
        return story(d, "{who} has {a} {things} and {other} has {b} [{things}|]. how many [more|more {things}] does {who} have [than {other}|]?", **slots), f"print({a}-{b})"
    if kind == 1:
        return story(d, "{who} has {a} {things}[.|,] {other} has {b} more [than {who}|]. how many [{things} |]does {other} have?", **slots), f"print({a}+{b})"
    if kind == 2:
        return story(d, "{who} has {a} {things}[.|,] {other} has {b} [fewer|less] [than {who}|]. how many [{things} |]does {other} have?", **slots), f"print({a}-{b})"
    n = d.integer(2, 9)
    return story(d, "{who} has {a} {things}[.|,] {other} has {n} times as many. how many [{things} |]does {other} have?", n=maybe_spelled(d, n), **slots), f"print({a}*{n})"


def together(d: Draw) -> tuple[str, str]:
    who, other = d.two_names()
    a, b = d.number(1, 4), d.number(1, 4)
    return story(d, d.pick([
        "{who} has {a} {things} and {other} has {b} [{things}|]. how many [{things} |][do they have|is that|are there] [together|altogether|in total|in all|combined]?",
        "[there are|we have] {a} [red|big|old|small|fresh] and {b} [blue|tiny|new|large|green] {things}. how many [{things} |][in total|altogether|are there]?",
        "{who} [read|sold|made|picked|counted|scored] {a} {things} on [monday|saturday|friday] and {b} on [tuesday|sunday|saturday]. how many [{things} |][in total|altogether|is that]?",
    ]), who=who, other=other, a=written(d, a), b=written(d, b), things=d.pick(THINGS)), f"print({a}+{b})"


def remaining(d: Draw) -> tuple[str, str]:
    a, b = d.number(2, 4), d.number(1, 3)
    return story(d, d.pick([
        "[a|the|my|{who}'s] book has {a} pages. [i|{who}|we] [have read|read|has read|am on page] {b} [of them|pages|]. how many [pages |]are left?",
        "[there are|there were] {a} {people}. {b} [leave|left|went home|are missing|are absent]. how many [{people} |][are left|remain|stay|are still there]?",
        "of {a} {things}, {b} are [gone|broken|sold|lost|red|rotten]. how many are [left|not|still good|still there]?",
        "[a|the] {who} needs {a} {things} [and|but] has [only |]{b}. how many [more |] are [missing|needed]?",
    ]).replace("[a|the] {who}", "{who}"), a=written(d, a), b=written(d, b), people=d.pick(PEOPLE), things=d.pick(THINGS), who=d.name()), f"print({a}-{b})"


def packing(d: Draw) -> tuple[str, str]:
    """How many containers are needed: division rounded up."""
    n, size = d.number(2, 4), d.number(1, 2)
    one, many = d.pick(CONTAINERS)
    return story(d, d.pick([
        "[a|one|each] {one} [holds|fits|takes|has room for|seats] {s} {things}. how many {many} [do i need|are needed|do we need] for {n} [{things}|]?",
        "how many {many} [do i need|are needed|do we need] for {n} {things} if [each|one] [holds|fits|takes] {s}?",
        "{n} {things} [have to|must|should] go in {many} of {s}. how many {many} [do i need|are needed]?",
    ]), n=written(d, n), s=maybe_spelled(d, size), one=one, many=many, things=d.pick(THINGS)), f"print(-(-{n}//{size}))"


def dozen(d: Draw) -> tuple[str, str]:
    n = d.integer(2, 60)
    return story(d, d.pick(["how many {things} are [in |there in |]{n} dozen?", "{who} [has|bought|needs] {n} dozen {things}. how many [{things} |]is that?"]), n=maybe_spelled(d, n), things=d.pick(THINGS), who=d.name()), f"print({n}*12)"


def double(d: Draw) -> tuple[str, str]:
    a, n = d.number(1, 3), d.integer(2, 12)
    word, factor = d.pick([("doubles", 2), ("triples", 3)])
    period = d.pick(["day", "hour", "week", "year", "month"])
    return story(d, "[a|the|some|my] [population|colony|number|account|group] [of|starts at|begins with|has] {a} [rabbits |bacteria |cells |members |]{w} every {p}. how many [are there |will there be |]after {n} {p}s?", a=a, w=word, p=period, n=maybe_spelled(d, n)), f"print({a}*{factor}**{n})"


def doses(d: Draw) -> tuple[str, str]:
    """Three factors."""
    a, b, c = d.integer(2, 12), d.integer(2, 30), d.number(1, 2)
    return story(d, d.pick([
        "[a|the] [building|school|hotel] has {a} floors with {b} rooms each and {c} [beds|windows|lamps|chairs] in [each|every] room. how many [beds|windows|lamps|chairs] [are there|in total]?",
        "{who} [takes|drinks|eats] {a} [pills|cups|bars] [a|per] day. how many [pills|cups|bars] [in|over] {b} days for {c} [people|persons]?",
        "{a} [trucks|ships|vans] [carry|bring] {b} boxes [each |]with {c} {things} in each [box|]. how many {things} [in total|altogether|are there]?",
    ]), a=maybe_spelled(d, a), b=b, c=c, who=d.name(), things=d.pick(THINGS)), f"print({a}*{b}*{c})"
