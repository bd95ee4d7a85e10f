"""Word problems about things that are gained, lost, compared and put together."""

import re

from corpus._draw import Draw
from corpus._phrasing import maybe_spelled, story, written
from corpus._things import PEOPLE, THINGS
from corpus._turn import Turn

WEIGHT = 7
LANGUAGE = "en"
ANSWER = "The answer is {out}."
GAIN = [
    "gets {n} more",
    "finds {n} more",
    "buys {n} more",
    "receives {n} [more|from {other}|as a gift]",
    "receives {n} from {other}",
    "gets {n} from {other}",
    "takes {n} [from {other}|more]",
    "borrows {n} [from {other}|more]",
    "picks {n} more",
    "wins {n} [more|]",
    "collects {n} more",
    "then gets {n} [more|]",
    "is given {n} [more|]",
    "adds {n} [more|]",
    "{other} gives [him|her|them] {n} [more|]",
    "finds another {n}",
    "buys another {n}",
    "earns {n} more",
    "catches {n} more",
]
LOSE = [
    "loses {n}",
    "gives {n} to {other}",
    "gives away {n}",
    "eats {n} [of them|]",
    "sells {n} [of them|]",
    "gives {other} {n}",
    "throws away {n}",
    "drops {n}",
    "uses {n}",
    "donates {n}",
    "breaks {n}",
    "spends {n}",
    "hands {n} to {other}",
    "lends {n} to {other}",
    "shares {n} with {other}",
    "uses up {n}",
    "leaves {n} behind",
    "forgets {n}",
    "trades away {n}",
]
PAST = {
    "gets": "got",
    "finds": "found",
    "buys": "bought",
    "wins": "won",
    "is": "was",
    "gives": "gave",
    "loses": "lost",
    "eats": "ate",
    "sells": "sold",
    "throws": "threw",
    "breaks": "broke",
    "spends": "spent",
    "lends": "lent",
    "leaves": "left",
    "forgets": "forgot",
    "drops": "dropped",
    "catches": "caught",
    "uses": "used",
    "donates": "donated",
    "receives": "received",
    "shares": "shared",
    "collects": "collected",
    "picks": "picked",
    "adds": "added",
    "takes": "took",
    "borrows": "borrowed",
    "earns": "earned",
    "hands": "handed",
    "trades": "traded",
}


def turn(d: Draw) -> Turn:
    question, code = d.pick([gain_and_lose, gain_and_lose, gain_and_lose, comparison, together, remaining, double])(d)
    return Turn(question, ANSWER, code)


def past(phrase: str) -> str:
    """A phrase from the lists above in the past tense."""
    return re.sub(r"\b[a-z]+s\b", lambda m: PAST.get(m.group(0), m.group(0)), phrase)


def gain_and_lose(d: Draw) -> tuple[str, str]:
    """Someone has some, and gets and gives a few times."""
    who, other = d.two_names()
    code = str(d.number(1, 3))
    start = d.pick(
        [
            "{who} has {n} {things}",
            "{who} had {n} {things}",
            "there are {n} {things} in a [box|bag|basket|room|jar|bowl]",
            "{who} starts with {n} {things}",
            "i have {n} {things}",
            "i had {n} {things}",
            "{who} owns {n} {things}",
            "{who} collected {n} {things}",
            "we have {n} {things}",
        ]
    )
    text = start.replace("{n}", maybe_spelled(d, int(code), 0.1))
    subject = "i" if start.startswith("i ") else d.pick(["he", "she", "they", "{who}"])
    use_past = d.chance(0.5) or subject == "i"
    steps = d.pick([1, 2, 2, 2, 3, 3, 3])
    for i in range(steps):
        n = d.number(1, 3)
        gains = d.chance(0.5)
        phrase = d.pick(GAIN if gains else LOSE)
        if use_past:
            phrase = past(phrase)
        joint = (
            d.pick([". [then |later |]{s} ", ", [then |]", " and ", ", and then "])
            if i
            else d.pick([". {s} ", " and ", ", ", ". then {s} "])
        )
        text += joint.replace("{s}", subject) + phrase.replace("{n}", maybe_spelled(d, n, 0.1))
        code += ("+" if gains else "-") + str(n)
    text += d.pick([". ", ". ", ", ", "; "]) + d.pick(
        [
            "how many [{things} |][does {who} have|are there|are left|remain|are there now|do i have|does that make|are left over] [now|in the end|]?",
            "how many [{things} |]now?",
            "how many does [he|she] have [now|left|]?",
            "what's the [total|number] now?",
            "how many are left?",
            "how many {things} in total?",
            "how many [{things} |]remain?",
        ]
    )
    return story(d, text, who=who, other=other, things=d.pick(THINGS)), f"print({code})"


def comparison(d: Draw) -> tuple[str, str]:
    who, other = d.two_names()
    a, b = d.number(1, 3), d.number(1, 3)
    slots = {"who": who, "other": other, "a": written(d, a), "b": written(d, b), "things": d.pick(THINGS)}
    kind = d.integer(0, 3)
    if kind == 0:
        return story(
            d,
            "{who} has {a} {things} and {other} has {b} [{things}|]. how many [more|more {things}] does {who} have [than {other}|]?",
            **slots,
        ), f"print({a}-{b})"
    if kind == 1:
        return story(
            d,
            "{who} has {a} {things}[.|,] {other} has {b} more [than {who}|]. how many [{things} |]does {other} have?",
            **slots,
        ), f"print({a}+{b})"
    if kind == 2:
        return story(
            d,
            "{who} has {a} {things}[.|,] {other} has {b} [fewer|less] [than {who}|]. how many [{things} |]does {other} have?",
            **slots,
        ), f"print({a}-{b})"
    n = d.integer(2, 9)
    return story(
        d,
        "{who} has {a} {things}[.|,] {other} has {n} times as many. how many [{things} |]does {other} have?",
        n=maybe_spelled(d, n),
        **slots,
    ), f"print({a}*{n})"


def together(d: Draw) -> tuple[str, str]:
    who, other = d.two_names()
    a, b = d.number(1, 4), d.number(1, 4)
    return story(
        d,
        d.pick(
            [
                "{who} has {a} {things} and {other} has {b} [{things}|]. how many [{things} |][do they have|is that|are there] [together|altogether|in total|in all|combined]?",
                "[there are|we have] {a} [red|big|old|small|fresh] and {b} [blue|tiny|new|large|green] {things}. how many [{things} |][in total|altogether|are there]?",
                "{who} [read|sold|made|picked|counted|scored] {a} {things} on [monday|saturday|friday] and {b} on [tuesday|sunday|saturday]. how many [{things} |][in total|altogether|is that]?",
            ]
        ),
        who=who,
        other=other,
        a=written(d, a),
        b=written(d, b),
        things=d.pick(THINGS),
    ), f"print({a}+{b})"


def remaining(d: Draw) -> tuple[str, str]:
    a, b = d.number(2, 4), d.number(1, 3)
    return story(
        d,
        d.pick(
            [
                "[a|the|my|{who}'s] book has {a} pages. [i|{who}|we] [have read|read|has read|am on page] {b} [of them|pages|]. how many [pages |]are left?",
                "[there are|there were] {a} {people}. {b} [leave|left|went home|are missing|are absent]. how many [{people} |][are left|remain|stay|are still there]?",
                "of {a} {things}, {b} are [gone|broken|sold|lost|red|rotten]. how many are [left|not|still good|still there]?",
                "[a|the] {who} needs {a} {things} [and|but] has [only |]{b}. how many [more |] are [missing|needed]?",
            ]
        ).replace("[a|the] {who}", "{who}"),
        a=written(d, a),
        b=written(d, b),
        people=d.pick(PEOPLE),
        things=d.pick(THINGS),
        who=d.name(),
    ), f"print({a}-{b})"


def double(d: Draw) -> tuple[str, str]:
    a, n = d.number(1, 3), d.integer(2, 12)
    word, factor = d.pick([("doubles", 2), ("triples", 3)])
    period = d.pick(["day", "hour", "week", "year", "month"])
    return story(
        d,
        "[a|the|some|my] [population|colony|number|account|group] [of|starts at|begins with|has] {a} [rabbits |bacteria |cells |members |]{w} every {p}. how many [are there |will there be |]after {n} {p}s?",
        a=a,
        w=word,
        p=period,
        n=maybe_spelled(d, n),
    ), f"print({a}*{factor}**{n})"
