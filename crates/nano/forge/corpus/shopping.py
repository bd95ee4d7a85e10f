"""Word problems about prices, change and what money buys."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import maybe_spelled, story
from corpus._prices import GOODS, THING, coin
from corpus._turn import Turn

WEIGHT = 6
LANGUAGE = "en"
ANSWER = "The answer is {out}."


def turn(d: Draw) -> Turn:
    question, code = d.pick([cost, cost, cost, change, change, two_goods, budget, unit_price, left, cheaper, profit])(d)
    return Turn(question, ANSWER, code)


def cost(d: Draw) -> tuple[str, str]:
    n, price = d.number(1, 3), d.price()
    goods, good = d.pick(GOODS), d.pick(THING)
    return story(
        d,
        d.pick(
            [
                "[i|we|{who}] [bought|buy|got|ordered|purchased|want to buy|need to buy|bought myself] {n} {goods} [at|for] {p} [each|apiece|per piece|a piece|per item|]. [how much [did i|do i|must i] [pay|spend]|what's the total|what does that cost|total cost|how much is that|how much [is it|does it cost] [in total|altogether||overall]]?",
                "[one {good}|a {good}|each {good}|every {good}] [costs|is|goes for|sells for] {p}. [how much [do|are|would] {n} of them [cost|be]|what do {n} [of them|] cost|how much for {n}|what's the price of {n}|what would {n} cost [me|us|]|i want {n}, what do i pay]?",
                "[how much|what] [do|would|will] {n} {goods} cost [at|if each costs|if each one is|when each is|for] {p} [each|]?",
                "{n} {goods} [at|for|@|x] {p} [each|apiece|a piece|]. [how much|what] [is that|in total|altogether|do i pay|is the total]?",
                "what is the [total |]price of {n} {goods} [at|if they cost] {p} each?",
                "if [a|one|each] {good} [costs|is] {p}, [how much|what] [do|will|would] {n} [cost|be]?",
                "a {good} costs {p} and [i|we|{who}] [want|need|buy|ordered|bought] {n}, [how much|what] is [that|the total|the bill]?",
            ]
        ),
        n=maybe_spelled(d, n),
        goods=goods,
        good=good,
        p=coin(d, price),
        who=d.name(),
    ), printed(f"{n}*{price}")


def change(d: Draw) -> tuple[str, str]:
    n, price = d.integer(1, 12), d.price(0.5, 40)
    paid = d.pick([5, 10, 20, 50, 100, 200, 500])
    slots = {
        "n": maybe_spelled(d, n),
        "goods": d.pick(GOODS),
        "p": coin(d, price),
        "paid": coin(d, str(paid)),
        "who": d.name(),
        "good": d.pick(THING),
    }
    bill = "[a {paid} [bill|note]|{paid}|{paid}]"
    ask_change = "[how much change [do i|will i|should i|does {who}|do they] [get|get back|receive|have]|what is the change|what's my change|how much [money |]do i get back|how much comes back|change]"
    if d.chance(0.3):
        return story(
            d,
            f"[a {{good}} costs|i spent|the bill is|the total is|lunch costs|it costs|my groceries cost] {{p}} and [i|we|{{who}}] [pay|paid|give|gave|hand over|handed over] [with |]{bill}[.|,] {ask_change}?",
            **slots,
        ), printed(f"{paid}-{price}")
    return story(
        d,
        d.pick(
            [
                f"[i|we|{{who}}] [bought|buy|got|ordered|take|took] {{n}} {{goods}} [at|for] {{p}} [each|apiece|a piece|per piece] and [paid|pay|payed] with {bill}. {ask_change}?",
                f"{ask_change} from {bill} [if|when|after] [i|we] [buy|bought|get] {{n}} {{goods}} [at|for] {{p}} each?",
                f"{{n}} {{goods}} at {{p}} each, [i|we] [pay|paid|gave the cashier|hand over] {bill}[,|.] {ask_change}?",
            ]
        ),
        **slots,
    ), printed(f"{paid}-{n}*{price}")


def two_goods(d: Draw) -> tuple[str, str]:
    a, b, p, q = d.integer(1, 30), d.integer(1, 30), d.price(0.5, 50), d.price(0.5, 50)
    return story(
        d,
        d.pick(
            [
                "[i|we|{who}] [bought|buy|order|ordered|got|want] {a} {x} at {p} [each|] and {b} {y} at {q} [each|]. [how much|what] [is that|is the total|in total|did it cost|do i pay|altogether]?",
                "{a} {x} [at|for] {p} [each|] plus {b} {y} [at|for] {q} each, [what's the total|how much is it|total]?",
                "what do {a} {x} at {p} each and {b} {y} at {q} each cost [together|in total|]?",
            ]
        ),
        a=maybe_spelled(d, a),
        b=maybe_spelled(d, b),
        x=d.pick(GOODS),
        y=d.pick(GOODS),
        p=coin(d, p),
        q=coin(d, q),
        who=d.name(),
    ), printed(f"{a}*{p}+{b}*{q}")


def budget(d: Draw) -> tuple[str, str]:
    price = d.integer(2, 40)
    money = d.number(2, 4)
    return story(
        d,
        d.pick(
            [
                "how many {goods} can [i|we|{who}] [buy|get|afford] [with|for] {m} [if|when] [each|one|each one] [costs|is] {p}?",
                "[i|we|{who}] [have|has|got] {m} and {goods} [cost|are] {p} each. how many can [i|we|they] [buy|get|afford]?",
                "{goods} are {p} [each|apiece|a piece]. how many [can i get|do i get|can i buy] [with|for] {m}?",
            ]
        ),
        goods=d.pick(GOODS),
        p=coin(d, str(price)),
        m=coin(d, str(money)),
        who=d.name(),
    ), f"print({money}//{price})"


def unit_price(d: Draw) -> tuple[str, str]:
    n, price = d.integer(2, 40), d.price(2, 300)
    return story(
        d,
        d.pick(
            [
                "[a pack of {n}|{n}|a box of {n}|a bag of {n}] {goods} [costs|cost|is|for|are] {p}. [how much|what] [is|does] [one|each|a single one|each one] [cost|]?",
                "[i|we|{who}] [paid|spent|pay] {p} for {n} {goods}. [how much|what] [did|does|was] [each|one] [cost|]?",
                "if {n} {goods} cost {p}, [how much is one|what does one cost|what's the price of one|how much for one|what is the price per piece]?",
            ]
        ),
        n=maybe_spelled(d, n),
        goods=d.pick(GOODS),
        p=coin(d, price),
        who=d.name(),
    ), printed(f"{price}/{n}")


def left(d: Draw) -> tuple[str, str]:
    have, spent = d.number(2, 4), [d.price(1, 90) for _ in range(d.integer(1, 3))]
    names = d.pick(
        [
            ["food", "rent", "gas"],
            ["a book", "a coffee", "a ticket"],
            ["groceries", "the bus", "lunch"],
            ["a movie", "snacks", "a game"],
        ]
    )
    parts = [f"{coin(d, s)} {d.pick(['on', 'for'])} {what}" for s, what in zip(spent, names, strict=False)]
    listed = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    return story(
        d,
        d.pick(
            [
                "[i|we|{who}] [have|had|has|started with|got] {h} [and|, then] [spend|spent|spends|paid] {l}. [how much|what] [is left|remains|do i have left|money is left|is still there|does that leave]?",
                "[from|out of] {h} [i|we|{who}] [spend|spent|paid] {l}[.|,] [how much|what] [is left|remains|do i have left]?",
                "how much [is|money is|do i have] left [of|from] {h} after spending {l}?",
            ]
        ),
        h=coin(d, str(have)),
        l=listed,
        who=d.name(),
    ), printed("-".join([str(have), *spent]))


def cheaper(d: Draw) -> tuple[str, str]:
    a, b = d.price(5, 500), d.price(5, 500)
    return story(
        d,
        d.pick(
            [
                "[a|the] {x} [costs|is] {a} and [a|the] {y} [costs|is] {b}. [how much more [is|does] the {x} [cost|]|what's the difference|how much more expensive is the {x}|what is the price difference]?",
                "how much more is [a|the] {x} for {a} than [a|the] {y} for {b}?",
            ]
        ),
        x=d.pick(THING),
        y=d.pick(THING),
        a=coin(d, a),
        b=coin(d, b),
    ), printed(f"{a}-{b}")


def profit(d: Draw) -> tuple[str, str]:
    n, cost_, price = d.integer(2, 90), d.price(1, 40), d.price(10, 90)
    return story(
        d,
        d.pick(
            [
                "[i|we|{who}] [buy|bought|make|makes|buys] {n} {goods} [at|for] {c} each and [sell|sold|sells] [them|them all|all of them] [at|for] {p} each. [how much profit|what's the profit|what is the profit|how much do i gain]?",
                "{who} sells {n} {goods} for {p} each. each [costs|cost] {c} to make. what is the [profit|gain]?",
            ]
        ),
        n=maybe_spelled(d, n),
        goods=d.pick(GOODS),
        c=coin(d, cost_),
        p=coin(d, price),
        who=d.name(),
    ), printed(f"{n}*({price}-{cost_})")
