"""Word problems about groups of equal size: how many in all, how many each, how many groups."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import maybe_spelled, story, written
from corpus._things import CONTAINERS, GROUPS, PEOPLE, THINGS
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "en"
ANSWER = "The answer is {out}."


def turn(d: Draw) -> Turn:
    question, code = d.pick([each, each, each, shared, shared, scale, scale, packing, dozen, doses])(d)
    return Turn(question, ANSWER, code)


def each(d: Draw) -> tuple[str, str]:
    """So many groups of so many."""
    a, b = d.number(1, 3), d.number(1, 3)
    one, many = d.pick(CONTAINERS)
    return story(
        d,
        d.pick(
            [
                "[there are|we have|i have|{who} has] {a} {many} [with|of|holding|containing] {b} {things} [each|in each|in every {one}]. how many {things} [are there|are there in total|in total|altogether|is that|overall]?",
                "[each|every|one] {one} [has|holds|contains|fits] {b} {things}. how many {things} are [in|there in] {a} {many}?",
                "how many {things} are [in|there in] {a} {many} [with|of|if each has|if each holds] {b} [{things} |][each|]?",
                "[there are|we are|there were] {a} {people} and [each|every] [one |of them |] [has|gets|needs|brings|wants|receives|eats|must get] {b} {things}. how many {things} [is that|are there|do we need|are needed|in total|altogether|do i need|are needed in total]?",
                "{a} {people} [each|] [have|need|want|bring|get|eat] {b} {things} [each|]. [how many {things} [is that|in total|are needed|altogether|overall]|total]?",
                "[a|the] {group} has {a} {people} and each [of them |] [needs|gets|has|uses] {b} {things}. how many {things} [do they need|are there|are needed|is that]?",
                "{who} [reads|makes|sells|plants|walks|packs|writes|bakes|draws] {b} {things} [a|per|every|each] day. how many [{things} |][in|after|is that in] {a} days?",
                "if [each|every] {one} has {b} {things}, how many {things} do {a} {many} have?",
                "{a} {many} of {b} {things}, how many {things} [is that|altogether|in total|]?",
            ]
        ),
        a=maybe_spelled(d, a, 0.1),
        b=maybe_spelled(d, b, 0.1),
        one=one,
        many=many,
        things=d.pick(THINGS),
        people=d.pick(PEOPLE),
        who=d.name(),
        group=d.pick(GROUPS)[0],
    ), f"print({a}*{b})"


def shared(d: Draw) -> tuple[str, str]:
    b = d.number(1, 2)
    a = b * d.number(1, 3) if d.chance(0.7) else d.number(2, 4)
    one, many = d.pick(CONTAINERS)
    return story(
        d,
        d.pick(
            [
                "[{who} has|i have|we have|there are] {a} {things} [and|to] [share|shares|split|divide|wants to share|want to split] [them |] [equally|evenly|fairly|] [among|between|with] {b} {people}. how many [{things} |][does each get|does each one get|per person|for each|each]?",
                "{a} {things} are [shared|split|divided|distributed] [equally |evenly |][among|between] {b} {people}. how many [{things} |][does each get|for each|per person|each]?",
                "how many {things} does [each|everyone|each of them] get [if|when] {b} {people} share {a} [{things}|] [equally|evenly|]?",
                "[i|we|{who}] [put|puts|pack|pour] {a} {things} [equally |evenly |]into {b} {many}. how many [{things} |][per {one}|in each|are in each {one}|go in each]?",
                "{b} {people} [share|split] {a} {things} [equally|evenly|]. how many [does each get|each|per person]?",
            ]
        ),
        a=written(d, a),
        b=maybe_spelled(d, b),
        one=one,
        many=many,
        things=d.pick(THINGS),
        people=d.pick(PEOPLE),
        who=d.name(),
    ), printed(f"{a}/{b}")


def scale(d: Draw) -> tuple[str, str]:
    """The rule of three."""
    n, m = d.integer(2, 24), d.integer(2, 60)
    amount = d.pick([d.number(1, 4), d.number(2, 3), d.integer(1, 12) * n, d.integer(1, 9) * 50])
    unit = d.pick(["g", "grams", "kg", "ml", "cups", "liters", "spoons", "g", "grams"])
    stuff = d.pick(
        [
            "flour",
            "sugar",
            "rice",
            "butter",
            "milk",
            "pasta",
            "water",
            "oil",
            "cheese",
            "salt",
            "meat",
            "potatoes",
            "oats",
            "chocolate",
        ]
    )
    slots = {
        "n": maybe_spelled(d, n),
        "m": maybe_spelled(d, m),
        "x": written(d, amount),
        "u": unit,
        "stuff": stuff,
        "people": d.pick(["people", "persons", "servings", "guests", "portions"]),
        "things": d.pick(THINGS),
        "who": d.name(),
        "thing": d.pick(["machine", "printer", "worker", "car", "pump", "robot"]),
    }
    return story(
        d,
        d.pick(
            [
                "[a|the|this|my] recipe for {n} {people} [needs|takes|uses|calls for|asks for|has] {x} {u} [of |]{stuff}. how much [{stuff} |][do i need for|for|is needed for|would i need for] {m} [{people}|]?",
                "if {n} {people} need {x} {u} of {stuff}, how much do {m} [{people} |]need?",
                "{x} {u} of {stuff} [is|are|serves] for {n} {people}. how much for {m}?",
                "{n} {things} [cost|weigh|need|take|make] {x}. [how much|what] [do|would] {m} [{things} |][cost|weigh|need|take|make]?",
                "[a|one|the] {thing} [makes|does|prints|produces] {x} [pages|parts|pieces|{things}] in {n} [hours|minutes|days]. how many in {m} [hours|minutes|days|]?",
                "if {n} [boxes|bags|bricks|bottles|cars] weigh {x} {u}, [how much|what] do {m} weigh?",
            ]
        ),
        **slots,
    ), printed(f"{amount}/{n}*{m}")


def packing(d: Draw) -> tuple[str, str]:
    """How many containers are needed: division rounded up."""
    n, size = d.number(2, 4), d.number(1, 2)
    one, many = d.pick(CONTAINERS)
    return story(
        d,
        d.pick(
            [
                "[a|one|each] {one} [holds|fits|takes|has room for|seats] {s} {things}. how many {many} [do i need|are needed|do we need] for {n} [{things}|]?",
                "how many {many} [do i need|are needed|do we need] for {n} {things} if [each|one] [holds|fits|takes] {s}?",
                "{n} {things} [have to|must|should] go in {many} of {s}. how many {many} [do i need|are needed]?",
            ]
        ),
        n=written(d, n),
        s=maybe_spelled(d, size),
        one=one,
        many=many,
        things=d.pick(THINGS),
    ), f"print(-(-{n}//{size}))"


def dozen(d: Draw) -> tuple[str, str]:
    n = d.integer(2, 60)
    return story(
        d,
        d.pick(
            [
                "how many {things} are [in |there in |]{n} dozen?",
                "{who} [has|bought|needs] {n} dozen {things}. how many [{things} |]is that?",
            ]
        ),
        n=maybe_spelled(d, n),
        things=d.pick(THINGS),
        who=d.name(),
    ), f"print({n}*12)"


def doses(d: Draw) -> tuple[str, str]:
    """Three factors."""
    a, b, c = d.integer(2, 12), d.integer(2, 30), d.number(1, 2)
    return story(
        d,
        d.pick(
            [
                "[a|the] [building|school|hotel] has {a} floors with {b} rooms each and {c} [beds|windows|lamps|chairs] in [each|every] room. how many [beds|windows|lamps|chairs] [are there|in total]?",
                "{who} [takes|drinks|eats] {a} [pills|cups|bars] [a|per] day. how many [pills|cups|bars] [in|over] {b} days for {c} [people|persons]?",
                "{a} [trucks|ships|vans] [carry|bring] {b} boxes [each |]with {c} {things} in each [box|]. how many {things} [in total|altogether|are there]?",
            ]
        ),
        a=maybe_spelled(d, a),
        b=b,
        c=c,
        who=d.name(),
        things=d.pick(THINGS),
    ), f"print({a}*{b}*{c})"
