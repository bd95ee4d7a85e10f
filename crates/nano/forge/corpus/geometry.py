"""Word problems about areas, volumes, distances and speeds."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import ask, slip, story
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "en"
ANSWER = "The answer is {out}."
THINGS = [
    "rectangle",
    "room",
    "garden",
    "field",
    "rug",
    "wall",
    "floor",
    "table",
    "plot",
    "yard",
    "park",
    "pool",
    "picture",
    "screen",
    "carpet",
    "parking lot",
    "rectangle",
]
MOVERS = [
    "train",
    "car",
    "bus",
    "plane",
    "truck",
    "boat",
    "cyclist",
    "runner",
    "ship",
    "bike",
    "snail",
    "motorcycle",
    "horse",
    "rocket",
    "van",
    "scooter",
]


def turn(d: Draw) -> Turn:
    question, code = d.pick(
        [
            rectangle,
            rectangle,
            rectangle,
            square,
            circle,
            circle,
            triangle,
            box,
            box,
            distance,
            distance,
            distance,
            duration,
            duration,
            speed,
            speed,
            pythagoras,
            fuel,
            interest,
            ages,
        ]
    )(d)
    return Turn(question, ANSWER, code)


def side(d: Draw) -> str:
    return str(d.number(1, 3)) if d.chance(0.75) else d.decimal(0.5, 100, 1)


def rectangle(d: Draw) -> tuple[str, str]:
    a, b = side(d), side(d)
    u = d.pick(["", "", "", " m", " cm", " meters", " feet", "m", " ft", "cm", " inches", " metres"])
    slots = {"a": a + u, "b": b + u, "t": d.pick(THINGS)}
    size = d.pick(
        [
            "{a} by {b}",
            "{a} x {b}",
            "{a} long and {b} wide",
            "{a} wide and {b} long",
            "{a} times {b}",
            "{a} wide and {b} high",
            "{a} and {b}",
        ]
    )
    around = d.pick(["perimeter", "perimeter", "perimeter", "circumference", slip(d, "perimeter")])
    inside = d.pick(["area", "area", "area", slip(d, "area")])
    if d.chance(0.5):
        question = ask(
            d,
            noun=[
                f"the {inside} of a {{t}} [that is |of |with sides |that measures |]{size}",
                f"{inside} of a {{t}} {size}",
                f"the [{inside}|surface] of a {size} {{t}}" if "and" not in size else f"the area of a {{t}} {size}",
            ],
            full=[
                f"[a|my|the|our] {{t}} [is|measures] {size}. what is [its|the] [{inside}|surface|surface area][?|]",
                f"how [big|large] is the area of a {{t}} {size}[?|]",
                f"[a|the] {{t}} is {size}, what's the area[?|]",
                f"how much area does a {{t}} of {size} [have|cover][?|]",
                f"{{t}} {size}[,|:] {inside}[?|]",
                f"a {{t}} {size}[,|.] [what's|what is|give me|how big is] the {inside}[?|]",
            ],
            **slots,
        )
        return question, printed(f"{a}*{b}")
    question = ask(
        d,
        noun=[f"the {around} of a {{t}} [that is |of |with sides |]{size}", f"{around} of a {{t}} {size}"],
        full=[
            f"[a|my|the] {{t}} [is|measures] {size}. what is [its|the] {around}[?|]",
            f"how much fence do i need around a {{t}} [of|that is] {size}[?|]",
            f"how long is the [border|edge|perimeter|outline] of a {{t}} {size}[?|]",
            f"{{t}} {size}[,|:] {around}[?|]",
            f"a {{t}} {size}[,|.] [what's|what is|give me] the {around}[?|]",
            f"how far is it around a {{t}} {size}[?|]",
        ],
        **slots,
    )
    return question, printed(f"2*({a}+{b})")


def square(d: Draw) -> tuple[str, str]:
    a = side(d)
    if d.chance(0.6):
        return ask(
            d,
            noun=["the area of a square [with side|of side|with sides of|with side length] {a}"],
            full=[
                "how [big|large] is the area of a square with side {a}[?|]",
                "a square has sides of {a}. what is [its|the] area[?|]",
            ],
            a=a,
        ), printed(f"{a}**2")
    return ask(
        d,
        noun=["the perimeter of a square [with side|of side|with sides of|with side length] {a}"],
        full=["a square has sides of {a}. what is [its|the] perimeter[?|]"],
        a=a,
    ), printed(f"4*{a}")


def circle(d: Draw) -> tuple[str, str]:
    r = side(d)
    what, formula = d.pick([("area", "math.pi*{r}**2"), ("area", "math.pi*{r}**2"), ("circumference", "2*math.pi*{r}")])
    thing = d.pick(["circle", "circle", "pizza", "round table", "wheel", "disc"])
    question = ask(
        d,
        noun=[
            f"the {what} of a {thing} [with|of] radius {{r}}",
            f"the {what} of a {thing} with a radius of {{r}}",
            f"{what} of a {thing} [with|of] radius {{r}}",
            f"{what} of {thing} radius {{r}}",
        ],
        full=[
            f"a {thing} has [a |]radius [of |]{{r}}. what is [its|the] {what}[?|]",
            f"{thing} with radius {{r}}, {what}[?|]",
        ],
        r=r,
    )
    return question, f'import math\nprint(f"{{{formula.format(r=r)}:.6g}}")'


def triangle(d: Draw) -> tuple[str, str]:
    a, b = side(d), side(d)
    return ask(
        d,
        noun=[
            "the area of a triangle with base {a} and height {b}",
            "the area of a triangle [of|with] base {a} and height {b}",
        ],
        full=["a triangle has base {a} and height {b}. what is [its|the] area[?|]"],
        a=a,
        b=b,
    ), printed(f"{a}*{b}/2")


def box(d: Draw) -> tuple[str, str]:
    a, b, c = side(d), side(d), side(d)
    thing = d.pick(["box", "room", "pool", "tank", "crate", "aquarium", "container", "brick", "suitcase"])
    size = d.pick(
        ["{a} by {b} by {c}", "{a} x {b} x {c}", "{a} long, {b} wide and {c} high", "{a} times {b} times {c}"]
    )
    return ask(
        d,
        noun=[f"the volume of a {thing} [that is |of |measuring |]{size}", f"volume of a {thing} {size}"],
        full=[
            f"a {thing} [is|measures] {size}. what is [its|the] volume[?|]",
            f"how much [space is in|fits in|water fits in] a {thing} [of|that is] {size}[?|]",
            f"{thing} {size}, volume[?|]",
        ],
        a=a,
        b=b,
        c=c,
    ), printed(f"{a}*{b}*{c}")


def hours(d: Draw) -> str:
    return (
        str(d.integer(1, 24))
        if d.chance(0.6)
        else d.pick([f"{d.integer(0, 12)}.5", f"{d.integer(1, 9)}.25", f"{d.integer(1, 9)}.{d.integer(1, 9)}"])
    )


SPEED = ["km/h", "km per hour", "mph", "kilometers per hour", "miles per hour", "km an hour", "kph", "miles an hour"]


def distance(d: Draw) -> tuple[str, str]:
    v, h = str(d.number(1, 3)) if d.chance(0.8) else d.decimal(1, 200, 1), hours(d)
    return story(
        d,
        d.pick(
            [
                "[a|the|my|our] {m} [goes|drives|travels|moves|runs|rides|is going|flies|does|is moving] [at |at |with |]{v} {s} for {h} hours. [how far [does it [go|get|travel|come]|did it go|will it be]|what distance does it cover|how many [km|miles] [is that|does it cover]|what is the distance|distance]?",
                "how far [does|will|can] [a|the] {m} [go|travel|get|drive|move|come] in {h} hours at {v} {s}?",
                "[i|we|{who}] [drive|drove|cycle|ride|travel|walk|run|fly] [for |]{h} hours at {v} {s}. how far [is that|do we get|did i go|is it|do i get|have we gone]?",
                "if [a|the] {m} [drives|travels|goes|moves] {v} [km|miles|kilometers] [per|an|each|every] hour, how [far|many km|many miles] [does it get|does it go|is that|will it go] in {h} hours?",
                "at {v} {s}, how far [do i get|is it|can i go|do you get|does one get] in {h} hours?",
                "{h} hours at {v} {s}, how [far|many km] [is that|]?",
            ]
        ),
        m=d.pick(MOVERS),
        v=v,
        s=d.pick(SPEED),
        h=h,
        who=d.name(),
    ), printed(f"{v}*{h}")


def duration(d: Draw) -> tuple[str, str]:
    v = d.number(1, 3)
    s = v * d.integer(2, 12) if d.chance(0.6) else d.number(2, 4)
    u, per = d.pick([("km", "km/h"), ("miles", "mph"), ("kilometers", "km/h"), ("km", "km per hour")])
    return story(
        d,
        d.pick(
            [
                "how [long|many hours] [does it take|do i need|will it take|is it] [to drive|to travel|to go|to cover|for] {s} {u} [at|with|driving|going] {v} {p}?",
                "[a|the] {m} [travels|goes|drives] {s} {u} at {v} {p}. how [long|many hours] does [it|that|the trip] take?",
                "[i|we|{who}] [have|want|need] to [drive|travel|go|cover] {s} {u} at {v} {p}. how [long|many hours] [does it take|is that|will it take]?",
                "{s} {u} at {v} {p}, how [long|many hours]?",
            ]
        ),
        s=s,
        v=v,
        u=u,
        p=per,
        m=d.pick(MOVERS),
        who=d.name(),
    ), printed(f"{s}/{v}")


def speed(d: Draw) -> tuple[str, str]:
    h = d.integer(2, 15)
    s = h * d.number(1, 3) if d.chance(0.6) else d.number(2, 4)
    u = d.pick(["km", "miles", "kilometers", "meters"])
    t = d.pick(["hours", "hours", "minutes", "seconds"])
    return story(
        d,
        d.pick(
            [
                "[a|the] {m} [travels|goes|covers|drives|does|went|covered] {s} {u} in {h} {t}. [how fast is [it|that]|what is [its|the] [average |]speed|what's the speed]?",
                "[i|we|{who}] [drove|ran|walked|cycled|covered] {s} {u} in {h} {t}. [how fast was [i|that]|what was [my|the|our] [average |]speed]?",
                "what is the [average |]speed [of a {m} |] for {s} {u} in {h} {t}?",
                "how fast [is|was] [a|the] {m} that [covers|covered|goes] {s} {u} in {h} {t}?",
            ]
        ),
        s=s,
        h=h,
        t=t,
        u=u,
        m=d.pick(MOVERS),
        who=d.name(),
    ), printed(f"{s}/{h}")


def pythagoras(d: Draw) -> tuple[str, str]:
    a, b = d.number(1, 2), d.number(1, 2)
    return ask(
        d,
        noun=[
            "the hypotenuse of a right triangle with [sides|legs] {a} and {b}",
            "the diagonal of a rectangle {a} by {b}",
            "the length of the hypotenuse for legs {a} and {b}",
        ],
        full=[
            "a right triangle has legs {a} and {b}. how long is the hypotenuse[?|]",
            "how long is the diagonal of a {a} by {b} rectangle[?|]",
        ],
        a=a,
        b=b,
    ), f'import math\nprint(f"{{math.hypot({a}, {b}):.6g}}")'


def fuel(d: Draw) -> tuple[str, str]:
    use, km = d.pick([str(d.integer(3, 20)), d.decimal(3, 20, 1)]), d.number(2, 4)
    return story(
        d,
        d.pick(
            [
                "[a|my|the|our] car [uses|needs|burns|takes|consumes] {u} liters [of [fuel|gas|petrol|diesel] |][per|for|every] 100 km. how [much|many liters] [does it need|for|do i need for|is that for|is needed for] {k} km?",
            ]
        ),
        u=use,
        k=km,
    ), printed(f"{use}*{km}/100")


def interest(d: Draw) -> tuple[str, str]:
    p, rate, years = d.number(3, 5), d.pick([str(d.integer(1, 12)), f"{d.integer(0, 9)}.5"]), d.integer(2, 30)
    return story(
        d,
        d.pick(
            [
                "[i|{who}] [put|invest|invests|puts|save] {p} [dollars|euros|] at {r}% [interest |][a|per] year [with compound interest|compounded yearly|compound interest|]. how much [is it|is there|do i have|will it be|is that] after {y} years?",
                "how much [is|are|will be] {p} [dollars |euros |][worth |]after {y} years at {r}% [compound |yearly |annual |]interest?",
                "what does {p} grow to in {y} years at {r}% [interest|a year|compound interest]?",
            ]
        ),
        p=p,
        r=rate,
        y=years,
        who=d.name(),
    ), f'print(f"{{{p}*(1+{rate}/100)**{years}:.2f}}")'


def ages(d: Draw) -> tuple[str, str]:
    who, other = d.two_names()
    year, later_ = d.between(1930, 2015), d.between(2016, 2060)
    age, n = d.integer(3, 80), d.integer(2, 40)
    kind = d.integer(0, 3)
    if kind == 0:
        return story(
            d,
            d.pick(
                [
                    "[{who}|i|she|he] was born in {y}. how old [is she|is he|am i|will he be|will she be|is that] in {z}?",
                    "how old [is|will be|would be] someone born in {y} in [the year |]{z}?",
                    "born in {y}, how old in {z}?",
                ]
            ),
            who=who,
            y=year,
            z=later_,
        ), f"print({later_}-{year})"
    if kind == 1:
        return story(
            d, "{who} is {a} [years old|]. how old will [he|she|{who}] be in {n} years?", who=who, a=age, n=n
        ), f"print({age}+{n})"
    if kind == 2:
        return story(
            d,
            "{who} is {a} [years old|] and {other} is {n} years [older|older than {who}]. how old is {other}?",
            who=who,
            other=other,
            a=age,
            n=n,
        ), f"print({age}+{n})"
    return story(
        d,
        "{who} is {a} [years old|] and {other} is {n} years [younger|younger than {who}]. how old is {other}?",
        who=who,
        other=other,
        a=age + n,
        n=n,
    ), f"print({age + n}-{n})"
