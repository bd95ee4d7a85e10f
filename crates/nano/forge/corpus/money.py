"""Word problems about discounts, tips, shares, taxes, wages and savings."""

from corpus._code import printed
from corpus._draw import Draw
from corpus._phrasing import maybe_spelled, story
from corpus._prices import THING, coin
from corpus._turn import Turn

WEIGHT = 5
LANGUAGE = "en"
ANSWER = "The answer is {out}."


def turn(d: Draw) -> Turn:
    question, code = d.pick([discount, discount, tip, tip, split, split, wage, monthly, monthly, saving, tax])(d)
    return Turn(question, ANSWER, code)


def discount(d: Draw) -> tuple[str, str]:
    price, p = d.price(5, 900), d.pick([5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 75, d.integer(1, 90)])
    slots = {
        "good": d.pick(THING),
        "p": coin(d, price),
        "d": p,
        "who": d.name(),
        "m": d.pick(["%", "%", "%", " percent", " %"]),
    }
    if d.chance(0.25):
        return story(
            d,
            d.pick(
                [
                    "[a|the] {good} [costs|is|was] {p} [and|with|at] [it's |is |]{d}{m} [off|discounted|discount]. how much [do|would] [i|you|we] save?",
                    "how much do i save [on|with] a {d}{m} discount on {p}?",
                ]
            ),
            **slots,
        ), printed(f"{price}*{p}/100")
    return story(
        d,
        d.pick(
            [
                "[a|the|this|my] {good} [costs|is|was|costing|is priced at|originally cost|normally costs] {p} [and is|and it's|but is|but there's|with|and gets|and there is|, now] {d}{m} [off|discount|reduced|cheaper|lower]. [what|how much] [do i pay|is it now|does it cost now|is the sale price|is the new price|will it be|would i pay|is the final price|do i have to pay|should i pay]?",
                "[what is|what's|whats] the [price|cost|final price|sale price|new price] of a {p} {good} [with|after|at] [a |] {d}{m} [discount|off|reduction]?",
                "{d}{m} [off|discount on] a {p} {good}[?|, what do i pay?|, how much is it?|, what's left to pay?]",
                "[i have|there's|there is] a {d}{m} [coupon|discount|voucher] [for|on] a {good} [that costs|for|worth] {p}. [how much|what] [do i pay|will it cost|is it]?",
                "everything is {d}{m} off. [how much|what] [is|for] a {p} {good} [then|now|]?",
            ]
        ),
        **slots,
    ), printed(f"{price}*(100-{p})/100")


def tip(d: Draw) -> tuple[str, str]:
    bill, p = d.price(8, 300), d.pick([5, 10, 12, 15, 18, 20, 22, 25])
    meal = "[dinner|lunch|the meal|breakfast|the bill|our bill|my bill|the restaurant bill|the check|the food|the taxi|brunch]"
    slots = {"b": coin(d, bill), "p": p, "m": d.pick(["%", "%", "%", " percent"])}
    if d.chance(0.35):
        return story(
            d,
            d.pick(
                [
                    f"{meal} [was|is|came to|comes to|cost] {{b}}. how much is a {{p}}{{m}} tip?",
                    "[what is|what's|how much is] a {p}{m} tip on [a |]{b} [bill|meal|]?",
                    "how much [should i tip|tip should i leave|do i tip|tip] [on|for] {b} [at|if i tip|with] {p}{m}?",
                ]
            ),
            **slots,
        ), printed(f"{bill}*{p}/100")
    return story(
        d,
        d.pick(
            [
                f"{meal} [was|is|came to|comes to|cost] {{b}} and [i|we] [want to|would like to|'d like to|will|] [leave|add|give|tip] [a |]{{p}}{{m}} [tip|as tip|for the tip|on top]. [what|how much] is [the total|it in total|it altogether|that in total|the whole amount]?",
                "[what is|what's] the total [of|for] [a|the] {b} [bill|meal|dinner|check] with [a |]{p}{m} tip?",
                f"{meal} [was|cost|is] {{b}} plus {{p}}{{m}} tip[.|,] [how much do we pay|what's the total|total|how much in total|what do i pay]?",
            ]
        ),
        **slots,
    ), printed(f"{bill}*(100+{p})/100")


def split(d: Draw) -> tuple[str, str]:
    bill, n = d.price(10, 900), d.integer(2, 14)
    return story(
        d,
        d.pick(
            [
                "[{n} friends|{n} people|{n} of us|we are {n} and|{n} roommates|{n} colleagues] [split|share|are sharing|are splitting|want to split|divide] [a bill of {b}|a {b} bill|{b}|a {b} dinner|a taxi for {b}] [equally|evenly|]. [how much [does|must|should] [each|everyone|everybody|each person|each one|one person] [pay|owe|give|chip in]|what does each pay|how much per person|how much is that per person|what's each share]?",
                "[how much [does|will] each [person|of us|] [pay|owe]|what does each [person|] pay] if {n} [people|friends|of us] [split|share] [a |]{b} [bill|]?",
                "[split|divide|share] [a bill of |a |]{b} [between|among|by|across|with] {n} [people|friends|persons|ways]. [how much|what does] each [pay|]?",
                "[we|they] [split|have to split|share|want to share] {b} [between|among] {n} [people|of us|friends|persons], [how much|what] [each|does each get|does each pay|per person|does everybody pay|is my share]?",
                "the [bill|rent|gift|trip|hotel|cab] [is|costs|was] {b} and we're {n} [people|]. [how much|what] does [each|everyone|each of us] [pay|owe]?",
            ]
        ),
        n=maybe_spelled(d, n),
        b=coin(d, bill),
    ), printed(f"{bill}/{n}")


def wage(d: Draw) -> tuple[str, str]:
    rate, hours = d.price(8, 90), d.pick([str(d.integer(2, 60)), str(d.integer(2, 60)), f"{d.integer(1, 40)}.5"])
    return story(
        d,
        d.pick(
            [
                "[i|{who}|she|he] [earn|earns|make|makes|get|gets|charge|charges] {r} [an|per|a|each|every] hour. [how much|what] [for|in|after|do i make in|does that make in|is that for] {h} hours?",
                "{who} [works|worked|work] {h} hours [at|for] {r} [an|per|a] hour. [how much [does|did|will] [he|she|{who}] [earn|make|get]|what is the pay|total pay]?",
                "[how much|what] [do i|would i|does one] [earn|make|get] [for|in|with|working] {h} hours at {r} [an|per|a] hour?",
                "my [hourly |]wage is {r} [per hour|an hour|]. [how much|what] [do i get|do i earn|is that] for {h} hours?",
            ]
        ),
        r=coin(d, rate),
        h=hours,
        who=d.name(),
    ), printed(f"{rate}*{hours}")


def monthly(d: Draw) -> tuple[str, str]:
    price = d.price(3, 3000)
    many, period, count = d.pick(
        [
            ("a year", "month", 12),
            ("one year", "month", 12),
            ("a year", "week", 52),
            ("a week", "day", 7),
            ("two years", "month", 24),
            ("half a year", "month", 6),
            ("a year", "quarter", 4),
            ("a year", "day", 365),
            ("a decade", "year", 10),
        ]
    )
    return story(
        d,
        d.pick(
            [
                "[my|the|our|{who}'s] [subscription|gym|phone plan|phone bill|insurance|salary|electricity|loan|parking|internet|membership|pension|mortgage|lease|streaming] [costs|is|is about|comes to|runs] {p} [a|per|every|each] {period}. [how much|what] is [that|it|this] [in|per|for|over] {many}?",
                "[i|we|{who}] [pay|pays|spend|spends|earn|save|put aside|make] {p} [a|per|every|each] {period}[.|,] [how much|what] [is that|does that make|do i|does it add up to|is it] in {many}?",
                "[how much|what] is {p} [a|per|every] {period} [in|over|for|after] {many}?",
                "{p} [a|per|every|each] {period}, [how much|what] [is that|does it make|] [in|over|per] {many}?",
            ]
        ),
        p=coin(d, price),
        period=period,
        many=many,
        who=d.name(),
    ), printed(f"{price}*{count}")


def saving(d: Draw) -> tuple[str, str]:
    rate = d.number(1, 3)
    goal = rate * d.integer(2, 60) if d.chance(0.7) else d.number(2, 5)
    period = d.pick(["day", "week", "month", "year"])
    return story(
        d,
        d.pick(
            [
                "[i|we|{who}] [save|saves|put aside|put away|set aside|am saving|can save] {r} [a|per|every|each] {period}. [how many {period}s [until|till|before|to] [i|we|they] [have|reach|get]|how long [until|till|to] [have|reach|get]|when do i have] {g}?",
                "how many {period}s [does it take|do i need|will it take|must i save|are needed] to [save|get|reach|have] {g} [if i save|saving|with|at|when i put aside] {r} [a|per|every|each] {period}?",
                "[i|{who}] [want|wants|need|needs] {g} [and|but] [can save|saves|save] {r} [a|per|every|each] {period}. how many {period}s [does it take|is that|]?",
                "if [i|we|you] [save|put away|set aside] {r} [a|each|every|per] {period}, [after how many|in how many|how many] {period}s [do|will] [i|we|you] [have|reach] {g}?",
            ]
        ),
        r=coin(d, str(rate)),
        g=coin(d, str(goal)),
        period=period,
        who=d.name(),
    ), printed(f"{goal}/{rate}")


def tax(d: Draw) -> tuple[str, str]:
    price, p = d.price(3, 900), d.pick([5, 6, 7, 8, 10, 19, 20, 21, 25, d.integer(2, 30)])
    return story(
        d,
        d.pick(
            [
                "[a|the|this] {good} [costs|is] {p} [before tax|without tax|net|plus tax]. [what|how much] is it with {t}% [tax|sales tax|vat|VAT]?",
                "[what is|what's] {p} plus {t}% [tax|sales tax|vat|VAT]?",
                "add {t}% [tax|sales tax|vat|VAT] to {p}",
                "[how much|what] do i pay for a {p} {good} with {t}% [sales |]tax?",
            ]
        ),
        good=d.pick(THING),
        p=coin(d, price),
        t=p,
    ), printed(f"{price}*(100+{p})/100")
