"""Random numbers, words and dates, split into a training and a held-out half by hash.

Every entity that a model has to copy comes from here. A tenth of all numbers,
words and dates never occurs in training dialogues; evaluation draws only these.
"""

import datetime
import random
import zlib
from collections.abc import Sequence
from typing import TypeVar

from corpus._words import NAMES, SYLLABLES, WORDS, ZH_CHARACTERS, ZH_NAMES

T = TypeVar("T")
HELD_OUT_SHARE = 10
SMALLEST_SPLIT = 100
"""Numbers below this are too few to be split; both halves use all of them."""


def is_held_out(entity: str) -> bool:
    """Whether an entity belongs to evaluation."""
    return zlib.crc32(entity.encode()) % HELD_OUT_SHARE == 0


class Draw:
    """A seeded source of random choices and entities."""

    def __init__(self, seed: int, held_out: bool = False) -> None:
        self.random = random.Random(seed)
        self.held_out = held_out

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def integer(self, low: int, high: int) -> int:
        """A plain integer from a range, without the held-out split."""
        return self.random.randint(low, high)

    def keeps(self, entity: str) -> bool:
        """Whether an entity is of this half of the split."""
        return is_held_out(entity) == self.held_out

    def number(self, low: int = 1, high: int = 5) -> int:
        """A positive integer of `low` to `high` digits, each length equally likely."""
        while True:
            digits = self.integer(low, high)
            n = self.integer(10 ** (digits - 1) if digits > 1 else 2, 10**digits - 1)
            if self.chance(0.14):
                n = round(n, self.pick([1, 1, 1, 2, 3]) - digits)
            elif self.chance(0.04):
                n = int(str(n)[0] * digits)
            if n < SMALLEST_SPLIT or self.keeps(str(n)):
                return n

    def between(self, low: int, high: int) -> int:
        """An integer from a range that respects the split where there is room for it."""
        while True:
            n = self.integer(low, high)
            if n < SMALLEST_SPLIT or high - low < SMALLEST_SPLIT or self.keeps(str(n)):
                return n

    def decimal(self, low: float = 0.1, high: float = 1000.0, places: int = 0) -> str:
        """A number with a decimal point, as it is written."""
        while True:
            top = min(high, 10 ** self.integer(1, 4))
            value = self.random.uniform(low, top) if top > low else low
            text = f"{value:.{places or self.pick([1, 1, 2, 2, 2, 3])}f}"
            if float(text) > 0 and self.keeps(text):
                return text

    def price(self, low: float = 0.5, high: float = 200.0) -> str:
        """An amount of money as it is written: 4, 3.50, 12.99."""
        while True:
            value = self.random.uniform(low, high)
            text = self.pick(
                [
                    f"{value:.2f}",
                    f"{int(value) + 1}",
                    f"{int(value) + 1}",
                    f"{int(value)}.50",
                    f"{int(value)}.99",
                    f"{value:.1f}",
                ]
            )
            if float(text) > 0 and ("." not in text or self.keeps(text)):
                return text

    def quantity(self, whole: float = 0.75) -> str:
        """A number as text: mostly whole, sometimes with decimals."""
        return str(self.number()) if self.chance(whole) else self.decimal()

    def numbers(self, low: int = 3, high: int = 8, digits: int = 3, signed: float = 0.08) -> list[int]:
        """A list of integers."""
        most = self.pick(range(1, digits + 1))
        values = [self.number(1, most) for _ in range(self.integer(low, high))]
        if self.chance(signed):
            values = [-v if self.chance(0.4) else v for v in values]
        return values

    def word(self) -> str:
        """A lower-case word: an English one, random letters, or one that could be English."""
        while True:
            kind = self.random.random()
            if kind < 0.45:
                text = self.pick(WORDS)
            elif kind < 0.57:
                text = "".join(self.pick("abcdefghijklmnopqrstuvwxyz") for _ in range(self.integer(3, 8)))
            elif kind < 0.7:
                text = self._repeating()
            else:
                text = "".join(self.pick(SYLLABLES) for _ in range(self.pick([1, 2, 2, 2, 3, 3, 4])))
                text += self.pick(["", "", "", "x", "n", "k", "t", "s", "m", "r", "y", "ed", "ing"])
            if len(text) >= 3 and self.keeps(text):
                return text

    def _repeating(self) -> str:
        """A word with repetitions inside, where copying easily jumps: `banana`, `assess`, `tartar`."""
        piece = self.pick(SYLLABLES)
        style = self.integer(0, 5)
        if style == 0:
            return piece * self.integer(2, 4)
        if style == 1:
            return self.pick(SYLLABLES) + piece * self.integer(2, 3) + self.pick(["", "", "s", "n", "ppi", "k"])
        if style == 2:
            turned = piece[::-1] + piece[-1]
            return self.pick("bcdfgmprst") + turned * 2 + self.pick(["", "a", "i", "o", "y", "er", "ing"])
        if style == 3:
            return piece[-1] + piece * 2
        word = self.pick(WORDS)
        at = self.integer(1, len(word) - 1)
        if style == 4:
            return word[:at] + word[at] * self.integer(1, 3) + word[at:]
        return word[:at] + word[max(0, at - 3) : at] + word[at:]

    def words(self, low: int = 2, high: int = 5) -> list[str]:
        return [self.word() for _ in range(self.integer(low, high))]

    def name(self) -> str:
        while True:
            text = self.pick(NAMES) if self.chance(0.85) else self.word().capitalize()
            if self.keeps(text):
                return text

    def two_names(self) -> tuple[str, str]:
        first, second = self.name(), self.name()
        while second == first:
            second = self.name()
        return first, second

    def zh_name(self) -> str:
        return self.pick(["小", "小", "小", "老"]) + self.pick(ZH_NAMES)

    def zh_text(self, low: int = 2, high: int = 7) -> str:
        """Random Chinese characters, to be handled as a string."""
        while True:
            text = "".join(self.pick(ZH_CHARACTERS) for _ in range(self.integer(low, high)))
            if self.keeps(text):
                return text

    def date(self, low: int = 1900, high: int = 2060) -> datetime.date:
        """A date, most often of our time."""
        while True:
            year = self.integer(low, high) if self.chance(0.4) else self.integer(max(low, 1985), min(high, 2032))
            day = datetime.date(year, 1, 1) + datetime.timedelta(days=self.integer(0, 364))
            if self.keeps(day.isoformat()):
                return day
