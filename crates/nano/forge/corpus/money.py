"""Word problems about prices, change, discounts, tips, shares and wages."""

from corpus._draw import Draw
from corpus._phrasing import maybe_spelled, story, written
from corpus._turn import Turn

WEIGHT = 9
LANGUAGE = "en"
ANSWER = "The answer is {out}."

GOODS = """apples oranges lemons mangos eggs pens pencils notebooks books tickets shirts socks hats cups plates chairs
lamps candles bottles boxes bags cakes pies cookies sandwiches pizzas burgers coffees donuts stamps cards toys balls
batteries plants roses magazines games keys bricks tiles mugs towels pillows folders markers stickers muffins bagels
bananas beers apps cables screws bolts planks rolls buckets comics postcards jars cans melons onions""".split()
THINGS = """shirt jacket book lamp phone laptop bike table chair bag watch game camera tent coat dress sofa desk guitar
ticket sweater printer monitor keyboard mattress backpack helmet jersey blender toaster pair of shoes pair of jeans""".split()
THING = [t for t in THINGS if t not in ("pair", "of", "shoes", "jeans")] + ["pair of shoes", "pair of jeans", "TV", "meal", "haircut", "hotel room"]


def turn(d: Draw) -> Turn:
    make = d.pick([cost, cost, cost, change, change, two_goods, discount, discount, tip, tip, split, split, wage, monthly, saving, budget, unit_price, left, tax, profit, cheaper])
    question, code = make(d)
    return Turn(question, ANSWER, code)


def coin(d: Draw, amount: str) -> str:
    """An amount with its currency, or bare."""
    amount = written(d, amount)
    return d.pick([f"${amount}", f"${amount}", f"{amount} dollars", f"{amount} dollars", f"{amount} euros", f"€{amount}", f"{amount} euro", f"£{amount}", f"{amount} pounds", f"{amount} bucks", amount, amount, f"{amount} USD"])


def shown(code: str) -> str:
    return f'print(f"{{{code}:.12g}}")' if "." in code or "/" in code else f"print({code})"


def cost(d: Draw) -> tuple[str, str]:
    n, price = d.number(1, 3), d.price()
    goods, good = d.pick(GOODS), d.pick(THING)
    return story(d, d.pick([
        "[i|we|{who}] [bought|buy|got|ordered|purchased|want to buy|need to buy|bought myself] {n} {goods} [at|for] {p} [each|apiece|per piece|a piece|per item|]. [how much [did i|do i|must i] [pay|spend]|what's the total|what does that cost|total cost|how much is that|how much [is it|does it cost] [in total|altogether||overall]]?",
        "[one {good}|a {good}|each {good}|every {good}] [costs|is|goes for|sells for] {p}. [how much [do|are|would] {n} of them [cost|be]|what do {n} [of them|] cost|how much for {n}|what's the price of {n}|what would {n} cost [me|us|]|i want {n}, what do i pay]?",
        "[how much|what] [do|would|will] {n} {goods} cost [at|if each costs|if each one is|when each is|for] {p} [each|]?",
        "{n} {goods} [at|for|@|x] {p} [each|apiece|a piece|]. [how much|what] [is that|in total|altogether|do i pay|is the total]?",
        "what is the [total |]price of {n} {goods} [at|if they cost] {p} each?",
        "if [a|one|each] {good} [costs|is] {p}, [how much|what] [do|will|would] {n} [cost|be]?",
        "a {good} costs {p} and [i|we|{who}] [want|need|buy|ordered|bought] {n}, [how much|what] is [that|the total|the bill]?",
    ]), n=maybe_spelled(d, n), goods=goods, good=good, p=coin(d, price), who=d.name()), shown(f"{n}*{price}")


def change(d: Draw) -> tuple[str, str]:
    n, price = d.integer(1, 12), d.price(0.5, 40)
    paid = d.pick([5, 10, 20, 50, 100, 200, 500])
    slots = {"n": maybe_spelled(d, n), "goods": d.pick(GOODS), "p": coin(d, price), "paid": coin(d, str(paid)), "who": d.name(), "good": d.pick(THING)}
    bill = "[a {paid} [bill|note]|{paid}|{paid}]"
    ask_change = "[how much change [do i|will i|should i|does {who}|do they] [get|get back|receive|have]|what is the change|what's my change|how much [money |]do i get back|how much comes back|change]"
    if d.chance(0.3):
        return story(d, f"[a {{good}} costs|i spent|the bill is|the total is|lunch costs|it costs|my groceries cost] {{p}} and [i|we|{{who}}] [pay|paid|give|gave|hand over|handed over] [with |]{bill}[.|,] {ask_change}?", **slots), shown(f"{paid}-{price}")
    return story(d, d.pick([
        f"[i|we|{{who}}] [bought|buy|got|ordered|take|took] {{n}} {{goods}} [at|for] {{p}} [each|apiece|a piece|per piece] and [paid|pay|payed] with {bill}. {ask_change}?",
        f"{ask_change} from {bill} [if|when|after] [i|we] [buy|bought|get] {{n}} {{goods}} [at|for] {{p}} each?",
        f"{{n}} {{goods}} at {{p}} each, [i|we] [pay|paid|gave the cashier|hand over] {bill}[,|.] {ask_change}?",
    ]), **slots), shown(f"{paid}-{n}*{price}")


def two_goods(d: Draw) -> tuple[str, str]:
    a, b, p, q = d.integer(1, 30), d.integer(1, 30), d.price(0.5, 50), d.price(0.5, 50)
    return story(d, d.pick([
        "[i|we|{who}] [bought|buy|order|ordered|got|want] {a} {x} at {p} [each|] and {b} {y} at {q} [each|]. [how much|what] [is that|is the total|in total|did it cost|do i pay|altogether]?",
        "{a} {x} [at|for] {p} [each|] plus {b} {y} [at|for] {q} each, [what's the total|how much is it|total]?",
        "what do {a} {x} at {p} each and {b} {y} at {q} each cost [together|in total|]?",
    ]), a=maybe_spelled(d, a), b=maybe_spelled(d, b), x=d.pick(GOODS), y=d.pick(GOODS), p=coin(d, p), q=coin(d, q), who=d.name()), shown(f"{a}*{p}+{b}*{q}")


def discount(d: Draw) -> tuple[str, str]:
    price, p = d.price(5, 900), d.pick([5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 75, d.integer(1, 90)])
    slots = {"good": d.pick(THING), "p": coin(d, price), "d": p, "who": d.name(), "m": d.pick(["%", "%", "%", " percent", " %"])}
    if d.chance(0.25):
        return story(d, d.pick([
            "[a|the] {good} [costs|is|was] {p} [and|with|at] [it's |is |]{d}{m} [off|discounted|discount]. how much [do|would] [i|you|we] save?",
            "how much do i save [on|with] a {d}{m} discount on {p}?",
        ]), **slots), shown(f"{price}*{p}/100")
    return story(d, d.pick([
        "[a|the|this|my] {good} [costs|is|was|costing|is priced at|originally cost|normally costs] {p} [and is|and it's|but is|but there's|with|and gets|and there is|, now] {d}{m} [off|discount|reduced|cheaper|lower]. [what|how much] [do i pay|is it now|does it cost now|is the sale price|is the new price|will it be|would i pay|is the final price|do i have to pay|should i pay]?",
        "[what is|what's|whats] the [price|cost|final price|sale price|new price] of a {p} {good} [with|after|at] [a |] {d}{m} [discount|off|reduction]?",
        "{d}{m} [off|discount on] a {p} {good}[?|, what do i pay?|, how much is it?|, what's left to pay?]",
        "[i have|there's|there is] a {d}{m} [coupon|discount|voucher] [for|on] a {good} [that costs|for|worth] {p}. [how much|what] [do i pay|will it cost|is it]?",
        "everything is {d}{m} off. [how much|what] [is|for] a {p} {good} [then|now|]?",
    ]), **slots), shown(f"{price}*(100-{p})/100")


def tip(d: Draw) -> tuple[str, str]:
    bill, p = d.price(8, 300), d.pick([5, 10, 12, 15, 18, 20, 22, 25])
    meal = "[dinner|lunch|the meal|breakfast|the bill|our bill|my bill|the restaurant bill|the check|the food|the taxi|brunch]"
    slots = {"b": coin(d, bill), "p": p, "m": d.pick(["%", "%", "%", " percent"])}
    if d.chance(0.35):
        return story(d, d.pick([
            f"{meal} [was|is|came to|comes to|cost] {{b}}. how much is a {{p}}{{m}} tip?",
            "[what is|what's|how much is] a {p}{m} tip on [a |]{b} [bill|meal|]?",
            "how much [should i tip|tip should i leave|do i tip|tip] [on|for] {b} [at|if i tip|with] {p}{m}?",
        ]), **slots), shown(f"{bill}*{p}/100")
    return story(d, d.pick([
        f"{meal} [was|is|came to|comes to|cost] {{b}} and [i|we] [want to|would like to|'d like to|will|] [leave|add|give|tip] [a |]{{p}}{{m}} [tip|as tip|for the tip|on top]. [what|how much] is [the total|it in total|it altogether|that in total|the whole amount]?",
        "[what is|what's] the total [of|for] [a|the] {b} [bill|meal|dinner|check] with [a |]{p}{m} tip?",
        f"{meal} [was|cost|is] {{b}} plus {{p}}{{m}} tip[.|,] [how much do we pay|what's the total|total|how much in total|what do i pay]?",
    ]), **slots), shown(f"{bill}*(100+{p})/100")


def split(d: Draw) -> tuple[str, str]:
    bill, n = d.price(10, 900), d.integer(2, 14)
    return story(d, d.pick([
        "[{n} friends|{n} people|{n} of us|we are {n} and|{n} roommates|{n} colleagues] [split|share|are sharing|are splitting|want to split|divide] [a bill of {b}|a {b} bill|{b}|a {b} dinner|a taxi for {b}] [equally|evenly|]. [how much [does|must|should] [each|everyone|everybody|each person|each one|one person] [pay|owe|give|chip in]|what does each pay|how much per person|how much is that per person|what's each share]?",
        "[how much [does|will] each [person|of us|] [pay|owe]|what does each [person|] pay] if {n} [people|friends|of us] [split|share] [a |]{b} [bill|]?",
        "[split|divide|share] [a bill of |a |]{b} [between|among|by|across|with] {n} [people|friends|persons|ways]. [how much|what does] each [pay|]?",
        "[we|they] [split|have to split|share|want to share] {b} [between|among] {n} [people|of us|friends|persons], [how much|what] [each|does each get|does each pay|per person|does everybody pay|is my share]?",
        "the [bill|rent|gift|trip|hotel|cab] [is|costs|was] {b} and we're {n} [people|]. [how much|what] does [each|everyone|each of us] [pay|owe]?",
    ]), n=maybe_spelled(d, n), b=coin(d, bill)), shown(f"{bill}/{n}")


def wage(d: Draw) -> tuple[str, str]:
    rate, hours = d.price(8, 90), d.pick([str(d.integer(2, 60)), str(d.integer(2, 60)), f"{d.integer(1, 40)}.5"])
    return story(d, d.pick([
        "[i|{who}|she|he] [earn|earns|make|makes|get|gets|charge|charges] {r} [an|per|a|each|every] hour. [how much|what] [for|in|after|do i make in|does that make in|is that for] {h} hours?",
        "{who} [works|worked|work] {h} hours [at|for] {r} [an|per|a] hour. [how much [does|did|will] [he|she|{who}] [earn|make|get]|what is the pay|total pay]?",
        "[how much|what] [do i|would i|does one] [earn|make|get] [for|in|with|working] {h} hours at {r} [an|per|a] hour?",
        "my [hourly |]wage is {r} [per hour|an hour|]. [how much|what] [do i get|do i earn|is that] for {h} hours?",
    ]), r=coin(d, rate), h=hours, who=d.name()), shown(f"{rate}*{hours}")


def monthly(d: Draw) -> tuple[str, str]:
    price = d.price(3, 3000)
    many, period, count = d.pick([("a year", "month", 12), ("one year", "month", 12), ("a year", "week", 52), ("a week", "day", 7), ("two years", "month", 24), ("half a year", "month", 6), ("a year", "quarter", 4), ("a year", "day", 365), ("a decade", "year", 10)])
    return story(d, d.pick([
        "[my|the|our|{who}'s] [subscription|gym|phone plan|phone bill|insurance|salary|electricity|loan|parking|internet|membership|pension|mortgage|lease|streaming] [costs|is|is about|comes to|runs] {p} [a|per|every|each] {period}. [how much|what] is [that|it|this] [in|per|for|over] {many}?",
        "[i|we|{who}] [pay|pays|spend|spends|earn|save|put aside|make] {p} [a|per|every|each] {period}[.|,] [how much|what] [is that|does that make|do i|does it add up to|is it] in {many}?",
        "[how much|what] is {p} [a|per|every] {period} [in|over|for|after] {many}?",
        "{p} [a|per|every|each] {period}, [how much|what] [is that|does it make|] [in|over|per] {many}?",
    ]), p=coin(d, price), period=period, many=many, who=d.name()), shown(f"{price}*{count}")


def saving(d: Draw) -> tuple[str, str]:
    rate = d.number(1, 3)
    goal = rate * d.integer(2, 60) if d.chance(0.7) else d.number(2, 5)
    period = d.pick(["day", "week", "month", "year"])
    return story(d, d.pick([
        "[i|we|{who}] [save|saves|put aside|put away|set aside|am saving|can save] {r} [a|per|every|each] {period}. [how many {period}s [until|till|before|to] [i|we|they] [have|reach|get]|how long [until|till|to] [have|reach|get]|when do i have] {g}?",
        "how many {period}s [does it take|do i need|will it take|must i save|are needed] to [save|get|reach|have] {g} [if i save|saving|with|at|when i put aside] {r} [a|per|every|each] {period}?",
        "[i|{who}] [want|wants|need|needs] {g} [and|but] [can save|saves|save] {r} [a|per|every|each] {period}. how many {period}s [does it take|is that|]?",
        "if [i|we|you] [save|put away|set aside] {r} [a|each|every|per] {period}, [after how many|in how many|how many] {period}s [do|will] [i|we|you] [have|reach] {g}?",
    ]), r=coin(d, str(rate)), g=coin(d, str(goal)), period=period, who=d.name()), shown(f"{goal}/{rate}")


def budget(d: Draw) -> tuple[str, str]:
    price = d.integer(2, 40)
    money = d.number(2, 4)
    return story(d, d.pick([
        "how many {goods} can [i|we|{who}] [buy|get|afford] [with|for] {m} [if|when] [each|one|each one] [costs|is] {p}?",
        "[i|we|{who}] [have|has|got] {m} and {goods} [cost|are] {p} each. how many can [i|we|they] [buy|get|afford]?",
        "{goods} are {p} [each|apiece|a piece]. how many [can i get|do i get|can i buy] [with|for] {m}?",
    ]), goods=d.pick(GOODS), p=coin(d, str(price)), m=coin(d, str(money)), who=d.name()), f"print({money}//{price})"


def unit_price(d: Draw) -> tuple[str, str]:
    n, price = d.integer(2, 40), d.price(2, 300)
    return story(d, d.pick([
        "[a pack of {n}|{n}|a box of {n}|a bag of {n}] {goods} [costs|cost|is|for|are] {p}. [how much|what] [is|does] [one|each|a single one|each one] [cost|]?",
        "[i|we|{who}] [paid|spent|pay] {p} for {n} {goods}. [how much|what] [did|does|was] [each|one] [cost|]?",
        "if {n} {goods} cost {p}, [how much is one|what does one cost|what's the price of one|how much for one|what is the price per piece]?",
    ]), n=maybe_spelled(d, n), goods=d.pick(GOODS), p=coin(d, price), who=d.name()), shown(f"{price}/{n}")


def left(d: Draw) -> tuple[str, str]:
    have, spent = d.number(2, 4), [d.price(1, 90) for _ in range(d.integer(1, 3))]
    names = d.pick([["food", "rent", "gas"], ["a book", "a coffee", "a ticket"], ["groceries", "the bus", "lunch"], ["a movie", "snacks", "a game"]])
    parts = [f"{coin(d, s)} {d.pick(['on', 'for'])} {what}" for s, what in zip(spent, names, strict=False)]
    listed = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    return story(d, d.pick([
        "[i|we|{who}] [have|had|has|started with|got] {h} [and|, then] [spend|spent|spends|paid] {l}. [how much|what] [is left|remains|do i have left|money is left|is still there|does that leave]?",
        "[from|out of] {h} [i|we|{who}] [spend|spent|paid] {l}[.|,] [how much|what] [is left|remains|do i have left]?",
        "how much [is|money is|do i have] left [of|from] {h} after spending {l}?",
    ]), h=coin(d, str(have)), l=listed, who=d.name()), shown("-".join([str(have), *spent]))


def tax(d: Draw) -> tuple[str, str]:
    price, p = d.price(3, 900), d.pick([5, 6, 7, 8, 10, 19, 20, 21, 25, d.integer(2, 30)])
    return story(d, d.pick([
        "[a|the|this] {good} [costs|is] {p} [before tax|without tax|net|plus tax]. [what|how much] is it with {t}% [tax|sales tax|vat|VAT]?",
        "[what is|what's] {p} plus {t}% [tax|sales tax|vat|VAT]?",
        "add {t}% [tax|sales tax|vat|VAT] to {p}",
        "[how much|what] do i pay for a {p} {good} with {t}% [sales |]tax?",
    ]), good=d.pick(THING), p=coin(d, price), t=p), shown(f"{price}*(100+{p})/100")


def profit(d: Draw) -> tuple[str, str]:
    n, cost_, price = d.integer(2, 90), d.price(1, 40), d.price(10, 90)
    return story(d, d.pick([
        "[i|we|{who}] [buy|bought|make|makes|buys] {n} {goods} [at|for] {c} each and [sell|sold|sells] [them|them all|all of them] [at|for] {p} each. [how much profit|what's the profit|what is the profit|how much do i gain]?",
        "{who} sells {n} {goods} for {p} each. each [costs|cost] {c} to make. what is the [profit|gain]?",
    ]), n=maybe_spelled(d, n), goods=d.pick(GOODS), c=coin(d, cost_), p=coin(d, price), who=d.name()), shown(f"{n}*({price}-{cost_})")


def cheaper(d: Draw) -> tuple[str, str]:
    a, b = d.price(5, 500), d.price(5, 500)
    return story(d, d.pick([
        "[a|the] {x} [costs|is] {a} and [a|the] {y} [costs|is] {b}. [how much more [is|does] the {x} [cost|]|what's the difference|how much more expensive is the {x}|what is the price difference]?",
        "how much more is [a|the] {x} for {a} than [a|the] {y} for {b}?",
    ]), x=d.pick(THING), y=d.pick(THING), a=coin(d, a), b=coin(d, b)), shown(f"{a}-{b}")
