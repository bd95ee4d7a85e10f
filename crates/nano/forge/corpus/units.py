"""Conversions between units of length, weight, volume, time, speed, temperature, data and area."""

from corpus._draw import Draw
from corpus._phrasing import ask, maybe_spelled, written
from corpus._turn import Turn

WEIGHT = 13
LANGUAGE = "en"

SCALES: dict[str, dict[str, tuple[str, list[str]]]] = {
    "length": {
        "mm": ("0.001", ["mm", "millimeters", "millimetres", "millimeter"]),
        "cm": ("0.01", ["cm", "centimeters", "centimetres", "cm"]),
        "m": ("1", ["m", "meters", "metres", "meter"]),
        "km": ("1000", ["km", "kilometers", "kilometres", "km", "kms"]),
        "in": ("0.0254", ["inches", "inch", "in"]),
        "ft": ("0.3048", ["feet", "ft", "foot", "feet"]),
        "yd": ("0.9144", ["yards", "yd", "yard"]),
        "mi": ("1609.344", ["miles", "mile", "mi", "miles"]),
    },
    "weight": {
        "mg": ("0.001", ["mg", "milligrams"]),
        "g": ("1", ["g", "grams", "gram", "gramms"]),
        "kg": ("1000", ["kg", "kilograms", "kilos", "kilogram", "kg", "kgs"]),
        "t": ("1000000", ["tons", "tonnes", "metric tons"]),
        "oz": ("28.3495", ["ounces", "oz", "ounce"]),
        "lb": ("453.592", ["pounds", "lb", "lbs", "pound"]),
        "st": ("6350.29", ["stone", "stones"]),
    },
    "volume": {
        "ml": ("0.001", ["ml", "milliliters", "millilitres", "mL"]),
        "cl": ("0.01", ["cl", "centiliters"]),
        "l": ("1", ["liters", "litres", "l", "L", "liter"]),
        "gal": ("3.78541", ["gallons", "gal", "gallon", "US gallons"]),
        "pt": ("0.473176", ["pints", "pint"]),
        "cup": ("0.236588", ["cups", "cup"]),
        "qt": ("0.946353", ["quarts", "quart"]),
    },
    "time": {
        "s": ("1", ["seconds", "s", "sec", "secs", "seconds"]),
        "min": ("60", ["minutes", "min", "mins", "minutes"]),
        "h": ("3600", ["hours", "h", "hrs", "hours", "hour"]),
        "d": ("86400", ["days", "days", "day"]),
        "w": ("604800", ["weeks", "week"]),
    },
    "data": {
        "KB": ("1000", ["KB", "kilobytes", "kb"]),
        "MB": ("1000000", ["MB", "megabytes", "mb"]),
        "GB": ("1000000000", ["GB", "gigabytes", "gb", "gigs"]),
        "TB": ("1000000000000", ["TB", "terabytes", "tb"]),
        "B": ("1", ["bytes"]),
    },
    "area": {
        "m2": ("1", ["square meters", "m²", "sqm", "square metres"]),
        "ha": ("10000", ["hectares", "ha"]),
        "km2": ("1000000", ["square kilometers", "km²"]),
        "ac": ("4046.86", ["acres", "acre"]),
        "ft2": ("0.092903", ["square feet", "sq ft"]),
    },
    "speed": {
        "kmh": ("1", ["km/h", "kph", "kilometers per hour", "kmh"]),
        "mph": ("1.609344", ["mph", "miles per hour"]),
        "ms": ("3.6", ["m/s", "meters per second"]),
        "kn": ("1.852", ["knots", "kn"]),
    },
}
SELDOM = {"mm", "yd", "mg", "t", "st", "cl", "pt", "qt", "w", "B", "TB", "ha", "km2", "ac", "ft2", "ms", "kn"}
SHARES = ["length"] * 7 + ["weight"] * 5 + ["volume"] * 3 + ["time"] * 6 + ["data"] * 2 + ["area"] + ["speed"] * 2


def turn(d: Draw) -> Turn:
    return temperature(d) if d.chance(0.2) else clock(d) if d.chance(0.08) else scaled(d)


def requests(d: Draw, n: str, a: str, b: str) -> str:
    return ask(
        d,
        noun=[
            "{n} {a} in {b}",
            "{n} {a} in {b}",
            "{n} {a} to {b}",
            "{n} {a} [converted to|expressed in|as] {b}",
            "the number of {b} in {n} {a}",
            "{n}{a} in {b}" if len(a) < 4 else "{n} {a} in {b}",
        ],
        do=[
            "convert {n} {a} [to|into|in] {b}",
            "convert {n} {a} to {b}",
            "[change|turn|express|transform|translate] {n} {a} [to|into|in] {b}",
            "[switch|go] from {n} {a} to {b}",
        ],
        full=[
            "how many {b} [is|are|are there in|in|are in|do you get from|does one get from|is that:|make|equal|fit in] {n} {a}[?|?|]",
            "how many {b} [is|are] {n} {a}[?|?|]",
            "how much is {n} {a} in {b}[?|?|]",
            "what is {n} {a} in {b}[?|?|]",
            "{n} {a} [is|are|equals|makes] how many {b}[?|]",
            "{n} {a} to {b}",
            "{n} {a} in {b}[?|?|]",
            "{n} {a} = ? {b}",
            "{n} {a} -> {b}",
            "how long is {n} {a} in {b}[?|]"
            if a.startswith(("m", "f", "k", "h"))
            else "how much is {n} {a} in {b}[?|]",
            "[i have|something is|it is|it's|i need|my rope is|it weighs|it takes] {n} {a}[.|,] [what|how much] is [that|it] in {b}?",
            "how many {b} are there in {n} {a}[?|?|]",
        ],
        n=n,
        a=a,
        b=b,
    )


def scaled(d: Draw) -> Turn:
    """From one unit to another of the same kind, by two factors."""
    units = SCALES[d.pick(SHARES)]
    usual = [u for u in sorted(units) if u not in SELDOM]
    a, b = d.random.sample(usual if len(usual) > 1 and d.chance(0.75) else sorted(units), 2)
    n = str(d.integer(1, 20)) if d.chance(0.25) else str(d.number(1, 4)) if d.chance(0.6) else d.decimal()
    shown = maybe_spelled(d, int(n), 0.1) if n.isdigit() else written(d, n)
    question = requests(d, shown, d.pick(units[a][1]), d.pick(units[b][1]))
    factor = "" if units[a][0] == "1" else "*" + units[a][0]
    divisor = "" if units[b][0] == "1" else "/" + units[b][0]
    return Turn(question, "That is {out}.", f'print(f"{{{n}{factor}{divisor}:.10g}}")')


DEGREES = {
    "F": ["fahrenheit", "degrees fahrenheit", "F", "°F", "Fahrenheit", "degrees F", "f"],
    "C": ["celsius", "degrees celsius", "C", "°C", "Celsius", "degrees C", "c"],
    "K": ["kelvin", "K", "Kelvin"],
}
FORMULAS = {("F", "C"): "({n}-32)*5/9", ("C", "F"): "{n}*9/5+32", ("C", "K"): "{n}+273.15", ("K", "C"): "{n}-273.15"}


def temperature(d: Draw) -> Turn:
    pair = d.pick([("F", "C"), ("F", "C"), ("C", "F"), ("C", "F"), ("C", "K"), ("K", "C")])
    n = str(d.number(1, 3)) if d.chance(0.8) else d.decimal(0.1, 300, 1)
    if d.chance(0.12) and pair[0] != "K":
        n = "-" + n
    question = requests(d, n, d.pick(DEGREES[pair[0]]), d.pick(DEGREES[pair[1]]))
    return Turn(question, "That is {out} degrees.", f'print(f"{{{FORMULAS[pair].format(n=n)}:.10g}}")')


def clock(d: Draw) -> Turn:
    """Hours and minutes together."""
    h, m = d.integer(1, 30), d.integer(1, 59)
    question = ask(
        d,
        noun=["{h} hours and {m} minutes in minutes", "{h}h {m}min in minutes", "{h} hours {m} minutes in minutes"],
        do=["convert {h} hours [and |]{m} minutes to minutes"],
        full=[
            "how many minutes [is|are|are in] {h} hours and {m} minutes[?|]",
            "how many minutes are {h} h {m} min[?|]",
        ],
        h=h,
        m=m,
    )
    return Turn(question, "That is {out}.", f"print({h}*60+{m})")
