"""Functions of users: their parameters, and what the model is shown of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from corpus._draw import Draw

Drawn = tuple[str, Any]
"""How a request says a value, and the value as an argument."""


@dataclass(frozen=True)
class Parameter:
    """A parameter with names to choose from, a template for its description and its values."""

    names: str
    type: str
    about: str
    value: Callable[[Draw], Drawn]
    options: tuple[str, ...] = ()
    needed: bool = True

    def name(self, d: Draw) -> str:
        return d.pick(self.names.split("|"))

    def schema(self, d: Draw, description: str) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": self.type}
        if description and d.chance(0.6):
            schema["description"] = description
        if self.options:
            schema["enum"] = list(self.options)
        return schema


def spec(
    d: Draw, name: str, description: str, properties: dict[str, dict[str, Any]], required: list[str]
) -> dict[str, Any]:
    """A function as it stands in a system prompt."""
    parameters: dict[str, Any] = {"type": "object", "properties": properties}
    if required or d.chance(0.5):
        parameters["required"] = required
    if d.chance(0.2):
        parameters["additionalProperties"] = False
    return {"name": name, "description": description, "parameters": parameters}


def styled(d: Draw, words: str) -> str:
    """A name of several words as programmers write it: mostly with underscores."""
    parts = words.replace("_", " ").split()
    style = d.random.random()
    if style < 0.78:
        return "_".join(parts)
    if style < 0.92:
        return parts[0] + "".join(p.capitalize() for p in parts[1:])
    return "-".join(parts)


def one_of(shown: dict[str, str]) -> Callable[[Draw], Drawn]:
    """A value of an enumeration, by how a request says it."""
    return lambda d: d.pick(list(shown.items()))


def code(d: Draw) -> str:
    """An identifier of an order, a parcel, a device."""
    letters = "".join(d.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(d.integer(1, 3)))
    digits = str(d.number(2, 5))
    return d.pick(
        [
            letters + digits,
            f"{letters}-{digits}",
            f"{letters}-{digits}",
            digits,
            f"{d.word()}-{digits}",
            f"{d.word()}_{d.word()}",
            f"{letters.lower()}{digits}",
            f"{d.word()}-{d.word()}",
        ]
    )


CITIES = """Paris|London|Berlin|Madrid|Rome|Vienna|Tokyo|Osaka|Beijing|Shanghai|New York|Chicago|Boston|Seattle|San Diego
Toronto|Lima|Cairo|Oslo|Dublin|Prague|Warsaw|Athens|Lisbon|Porto|Geneva|Zurich|Munich|Hamburg|Lyon|Nice|Milan|Turin
Naples|Kyoto|Seoul|Delhi|Mumbai|Bangkok|Hanoi|Sydney|Perth|Denver|Austin|Dallas|Miami|Atlanta|Moscow|Kiev|Riga|Tallinn
Helsinki|Stockholm|Bergen|Nairobi|Lagos|Accra|Tunis|Rabat|Bogota|Quito|La Paz|Santiago|Buenos Aires|Los Angeles
San Francisco|Las Vegas|Mexico City|Cape Town|Hong Kong|Kuala Lumpur|Rio de Janeiro|Saint Louis|Fort Worth""".replace("\n", "|").split("|")
COUNTRIES = """France|Spain|Italy|Germany|Japan|China|India|Brazil|Chile|Peru|Canada|Mexico|Egypt|Kenya|Ghana|Norway
Sweden|Finland|Poland|Greece|Turkey|Iran|Iraq|Nepal|Vietnam|Thailand|Cuba|Austria|Hungary|Iceland|Ireland|Portugal
New Zealand|South Africa|Sri Lanka|Costa Rica""".replace("\n", "|").split("|")
CURRENCIES = "EUR USD GBP JPY CNY CHF SEK NOK DKK PLN CZK AUD CAD INR BRL MXN KRW TRY ZAR HUF".split()
LANGUAGES = "French German Spanish Italian Japanese Chinese Russian Polish Dutch Greek Turkish Arabic Hindi Swedish Latin".split()
EXTENSIONS = "txt csv json md log pdf py png xml toml".split()


def city(d: Draw) -> Drawn:
    text = d.pick(CITIES) if d.chance(0.6) else d.word().capitalize()
    return text, text


def country(d: Draw) -> Drawn:
    text = d.pick(COUNTRIES)
    return text, text


def currency(d: Draw) -> Drawn:
    text = d.pick(CURRENCIES)
    return text, text


def language(d: Draw) -> Drawn:
    text = d.pick(LANGUAGES)
    return text, text


def person(d: Draw) -> Drawn:
    text = d.name()
    return text, text


def word(d: Draw) -> Drawn:
    text = d.word()
    return (f'"{text}"' if d.chance(0.2) else text), text


def title(d: Draw) -> Drawn:
    """A few words that are meant as they stand."""
    text = " ".join(d.words(1, 3))
    text = d.pick([text, text, text.capitalize(), text.title()])
    return d.pick([text, text, f'"{text}"', f"'{text}'"]), text


def quote(d: Draw) -> Drawn:
    """A text in quotes."""
    text = " ".join(d.words(1, 4))
    return d.pick([f'"{text}"', f'"{text}"', f"'{text}'", f"“{text}”"]), text


def identifier(d: Draw) -> Drawn:
    text = code(d)
    return d.pick([text, text, text, f"#{text}"]), text


def file_name(d: Draw) -> Drawn:
    text = f"{d.pick([d.word(), f'{d.word()}_{d.word()}', f'{d.word()}{d.integer(1, 99)}'])}.{d.pick(EXTENSIONS)}"
    return text, text


def email(d: Draw) -> Drawn:
    text = f"{d.name().lower()}@{d.word()}.{d.pick(['com', 'org', 'net', 'de'])}"
    return text, text


def day(d: Draw) -> Drawn:
    text = d.date(2020, 2030).isoformat()
    return text, text


def clock(d: Draw) -> Drawn:
    text = f"{d.integer(0, 23):02}:{d.pick([0, 0, 15, 30, 45, 5, 20, 50]):02}"
    return text, text


def whole(low: int, high: int) -> Callable[[Draw], Drawn]:
    def draw(d: Draw) -> Drawn:
        n = d.between(low, high)
        return (f"{n:,}" if n > 999 and d.chance(0.15) else str(n)), n

    return draw


def amount(d: Draw) -> Drawn:
    """A number that may have decimals."""
    text = d.price(1, 900) if d.chance(0.5) else str(d.number(1, 4))
    return text, float(text) if "." in text else int(text)
