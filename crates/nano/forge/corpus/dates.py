"""Dates: differences, weekdays, additions, leap years, lengths of months."""

import datetime

from corpus._draw import Draw
from corpus._phrasing import ask, maybe_spelled
from corpus._turn import Turn

WEIGHT = 11
LANGUAGE = "en"

MONTHS = "January February March April May June July August September October November December".split()
IMPORT = "from datetime import date\n"
IMPORT_DELTA = "from datetime import date, timedelta\n"


def turn(d: Draw) -> Turn:
    make = d.pick(
        [
            between,
            between,
            between,
            weekday,
            weekday,
            weekday,
            shifted,
            shifted,
            shifted,
            leap,
            leap,
            month_length,
            day_of_year,
            weeks,
            earlier,
            year_length,
        ]
    )
    return make(d)


def ordinal(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def written_date(d: Draw, day: datetime.date, iso: float = 0.55) -> tuple[str, str]:
    """A date as people write it, and the code that makes it."""
    if d.chance(iso):
        return day.isoformat(), f'date.fromisoformat("{day.isoformat()}")'
    month = MONTHS[day.month - 1]
    month = d.pick([month, month, month, month[:3], month.lower()])
    text = d.pick(
        [
            f"{month} {day.day}, {day.year}",
            f"{month} {day.day}, {day.year}",
            f"{day.day} {month} {day.year}",
            f"{month} {ordinal(day.day)}, {day.year}",
            f"{month} {day.day} {day.year}",
            f"the {ordinal(day.day)} of {month} {day.year}",
            f"{month} {ordinal(day.day)} {day.year}",
        ]
    )
    return text, f"date({day.year}, {day.month}, {day.day})"


def later(d: Draw, day: datetime.date) -> datetime.date:
    """Another date after the given one."""
    while True:
        other = day + datetime.timedelta(days=d.integer(2, d.pick([60, 400, 3000, 20000])))
        if d.keeps(other.isoformat()):
            return other


def between(d: Draw) -> Turn:
    a = d.date()
    b = later(d, a)
    same_style = d.pick([0.0, 1.0, 1.0])
    (a_text, a_code), (b_text, b_code) = written_date(d, a, same_style), written_date(d, b, same_style)
    code = f"print(({b_code} - {a_code}).days)"
    if d.chance(0.12):
        question = ask(
            d,
            full=[
                "how old in days [is someone|is a person|am i|would i be] born on {a} on {b}[?|]",
                "i was born on {a}. how many days old [am i|was i|will i be] on {b}[?|]",
                "born {a}, how many days [alive|old] [on|by] {b}[?|]",
            ],
            a=a_text,
            b=b_text,
        )
    else:
        question = ask(
            d,
            noun=[
                "the number of days between {a} and {b}",
                "the days between {a} and {b}",
                "the number of days from {a} to {b}",
                "the difference in days between {a} and {b}",
                "days between {a} and {b}",
                "days from {a} to {b}",
                "the time between {a} and {b} in days",
            ],
            do=["count the days [between {a} and {b}|from {a} to {b}|from {a} until {b}]"],
            full=[
                "how many days [are there |are |is it |lie |]between {a} and {b}[?|?|]",
                "how many days [are there |is it |is |]from {a} [to|until|till] {b}[?|?|]",
                "how many days [passed|have passed|pass|went by|elapsed] [between {a} and {b}|from {a} to {b}][?|]",
                "how long is it from {a} to {b} in days[?|]",
                "how [far|many days] apart are {a} and {b}[ in days|][?|]",
                "{a} to {b}, how many days[?|]",
                "it is {a}. how many days [until|till|to|before] {b}[?|]",
                "how many days [until|till|before|to] {b} [if today is|from|starting from|starting] {a}[?|]",
                "today is {a}[,|.] how many days [are left |are there |][until|till|to] {b}[?|]",
                "how many days [after|past] {a} is {b}[?|]",
                "how many days [before] {b} is {a}[?|]",
            ],
            a=a_text,
            b=b_text,
        )
    return Turn(question, "That is {out} days.", IMPORT + code)


def weekday(d: Draw) -> Turn:
    text, code = written_date(d, d.date(), 0.45)
    question = ask(
        d,
        noun=[
            "the weekday of {a}",
            "the day of the week [of|for|on] {a}",
            "the weekday for {a}",
            "weekday of {a}",
            "day of the week {a}",
        ],
        do=["find the weekday of {a}", "find out [which|what] day of the week {a} [is|was|falls on]"],
        full=[
            "what [day of the week|weekday] [is|was|will be] {a}[?|?|]",
            "which [day of the week|weekday] [is|was] {a}[?|]",
            "what day [is|was|falls on|is on] {a}[?|]",
            "on [what|which] [day|weekday|day of the week] [does|did] {a} fall[?|]",
            "[what|which] day of the week [did|does] {a} fall on[?|]",
            "{a} [is|was] [what|which] [day|weekday|day of the week][?|]",
            "[what|which] [weekday|day of the week] was it on {a}[?|]",
            "i was born on {a}. what [day|weekday] was [it|that][?|]",
            "what day of the week do we have on {a}[?|]",
        ],
        a=text,
    )
    return Turn(question, "It is a {out}.", IMPORT + f'print({code}.strftime("%A"))')


def shifted(d: Draw) -> Turn:
    """A date some days or weeks after or before another."""
    text, code = written_date(d, d.date(), 0.6)
    n, unit = d.pick([(d.number(1, 3), "day"), (d.number(1, 3), "day"), (d.integer(2, 60), "week")])
    back = d.chance(0.45)
    n_text = maybe_spelled(d, n, 0.15) + f" {unit}s"
    if back:
        question = ask(
            d,
            noun=[
                "the date {n} before {a}",
                "the [day|date] that is {n} before {a}",
                "{a} minus {n}",
                "{n} before {a}",
                "{a} - {n}",
            ],
            do=["subtract {n} from {a}", "go back {n} from {a}", "go {n} back from {a}"],
            full=[
                "[what|which] [date|day] [is|was|will be] {n} [before|prior to|earlier than|ahead of] {a}[?|]",
                "[what|which] [date|day] [is|was|comes|came] {n} before {a}[?|]",
                "what [is|was] the date {n} before {a}[?|]",
                "{n} before {a}[?| is when?| is what date?]",
                "it is {a}. what was the date {n} ago[?|]",
            ],
            n=n_text,
            a=text,
        )
    else:
        question = ask(
            d,
            noun=[
                "the date {n} after {a}",
                "the [day|date] that is {n} after {a}",
                "{a} plus {n}",
                "{n} after {a}",
                "{a} + {n}",
                "the date {n} from {a}",
            ],
            do=["add {n} to {a}", "go {n} forward from {a}", "count {n} from {a}"],
            full=[
                "[what|which] [date|day] [is|was|will be|comes] {n} [after|from|past|later than|following] {a}[?|]",
                "what [date|day] is it {n} after {a}[?|]",
                "what will be the date {n} after {a}[?|]",
                "{n} after {a}[?| is when?| is what date?]",
                "today is {a}. what date is it in {n}[?|]",
                "if i start on {a}, what date is it after {n}[?|]",
            ],
            n=n_text,
            a=text,
        )
    argument = f"weeks={n}" if unit == "week" else f"days={n}"
    return Turn(
        question, "The date is {out}.", IMPORT_DELTA + f"print({code} {'-' if back else '+'} timedelta({argument}))"
    )


def leap(d: Draw) -> Turn:
    year = d.pick([d.integer(1600, 2400), d.integer(1900, 2100), d.integer(16, 24) * 100])
    question = ask(
        d,
        full=[
            "is {y} a leap year[?|?|]",
            "was {y} a leap year[?|]",
            "will {y} be a leap year[?|]",
            "is the year {y} a leap year[?|]",
            "{y} leap year[?|]",
            "does {y} have [366 days|a february 29|a leap day][?|]",
            "is there a [february 29|leap day] in {y}[?|]",
            "tell me [if|whether] {y} is a leap year",
            "leap year {y}[?|]",
            "is {y} leap[?|]",
            "{y}, is that a leap year[?|]",
        ],
        y=year,
    )
    return Turn(
        question,
        code=f"import calendar\nprint(calendar.isleap({year}))",
        by_output={"True": f"Yes, {year} is a leap year.", "False": f"No, {year} is not a leap year."},
    )


def month_length(d: Draw) -> Turn:
    year, month = d.integer(1900, 2100), d.integer(1, 12) if d.chance(0.65) else 2
    name = d.pick([MONTHS[month - 1], MONTHS[month - 1], MONTHS[month - 1].lower()])
    question = ask(
        d,
        noun=["the number of days in {m} {y}", "the length of {m} {y}", "the number of days of {m} {y}"],
        do=["count the days in {m} {y}"],
        full=[
            "how many days [are there |are |were there |are there going to be |]in {m} {y}[?|?|]",
            "how many days [does|did|will] {m} {y} have[?|]",
            "how long [is|was] {m} {y}[?|]",
            "how many days [does|did] {m} have in {y}[?|]",
            "in {y}, how many days [does|did] {m} have[?|]",
            "{m} {y} has how many days[?|]",
            "what is the last day of {m} {y}[?|]",
        ],
        m=name,
        y=year,
    )
    return Turn(question, "It has {out} days.", f"import calendar\nprint(calendar.monthrange({year}, {month})[1])")


def day_of_year(d: Draw) -> Turn:
    text, code = written_date(d, d.date(), 0.6)
    question = ask(
        d,
        noun=["the day of the year [of|for] {a}", "the day number of {a}"],
        full=[
            "[which|what] day of the year is {a}[?|]",
            "{a} is [which|what] day of the year[?|]",
            "how many days into the year is {a}[?|]",
        ],
        a=text,
    )
    return Turn(question, "It is day {out} of the year.", IMPORT + f"print({code}.timetuple().tm_yday)")


def weeks(d: Draw) -> Turn:
    """Whole weeks or years between two dates."""
    a = d.date()
    b = later(d, a)
    style = d.pick([0.0, 1.0, 1.0])
    (a_text, a_code), (b_text, b_code) = written_date(d, a, style), written_date(d, b, style)
    question = ask(
        d,
        noun=[
            "the number of weeks between {a} and {b}",
            "the number of [full|whole] weeks from {a} to {b}",
            "weeks between {a} and {b}",
        ],
        do=["count the weeks between {a} and {b}"],
        full=[
            "how many [full |whole |]weeks [are there |are |is it |]between {a} and {b}[?|]",
            "how many [full |whole |]weeks [are there |is it |]from {a} to {b}[?|]",
        ],
        a=a_text,
        b=b_text,
    )
    return Turn(question, "That is {out} weeks.", IMPORT + f"print(({b_code} - {a_code}).days // 7)")


def earlier(d: Draw) -> Turn:
    a, b = d.date(), d.date()
    style = d.pick([0.0, 1.0, 1.0])
    (a_text, a_code), (b_text, b_code) = written_date(d, a, style), written_date(d, b, style)
    word, function = d.pick(
        [("earlier", "min"), ("first", "min"), ("later", "max"), ("before the other", "min"), ("more recent", "max")]
    )
    question = ask(
        d,
        full=[
            f"which [date |]is {word}[:|,] {{a}} or {{b}}[?|]",
            f"which [one |]comes {word}, {{a}} or {{b}}[?|]"
            if word in ("first", "earlier", "later")
            else f"which one is {word}, {{a}} or {{b}}[?|]",
            f"what is {word}, {{a}} or {{b}}[?|]",
        ],
        a=a_text,
        b=b_text,
    )
    return Turn(question, "It is {out}.", IMPORT + f"print({function}({a_code}, {b_code}))")


def year_length(d: Draw) -> Turn:
    year = d.integer(1900, 2200)
    question = ask(
        d,
        noun=["the number of days in [the year |]{y}"],
        full=["how many days [are there |are |]in {y}[?|]", "how many days [does|did|will] [the year |]{y} have[?|]"],
        y=year,
    )
    return Turn(question, "It has {out} days.", f"import calendar\nprint(366 if calendar.isleap({year}) else 365)")
