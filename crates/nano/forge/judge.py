"""Whether an answer is right."""

import re
from dataclasses import dataclass, field
from typing import Any

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass
class Played:
    """What a model did with a prompt."""

    answer: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    """Tools and what was given to them: code, or arguments."""
    steps: list[str] = field(default_factory=list)
    """The same for reading, with the observations."""


def numbers(text: str) -> list[str]:
    return [m.replace(",", "") for m in NUMBER.findall(text.replace("−", "-"))]


def has_number(answer: str, expected: str) -> bool:
    """A whole number must be met exactly; one with decimals, when rounded to as many."""
    places = len(expected.split(".")[1]) if "." in expected else 0
    slack = 0.5 * 10**-places + 1e-9 if places else 1e-6 * max(1.0, abs(float(expected)) * 1e-6)
    if not places and len(expected.lstrip("-")) > 15:
        return expected in numbers(answer)
    return any(abs(float(n) - float(expected)) <= slack for n in numbers(answer))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\"'\[\]“”]", "", text)


def holds(answer: str, expected: str) -> bool:
    """Whether a value occurs in an answer: numbers by value, words as whole words, lists without brackets and quotes."""
    if re.fullmatch(r"-?\d+(\.\d+)?", expected):
        return has_number(answer, expected)
    if re.fullmatch(r"[A-Za-z]+", expected):
        return re.search(rf"(?<![A-Za-z]){expected}", answer) is not None
    return squeezed(expected) in squeezed(answer)


def natural(case: dict, answer: str) -> bool:
    """One of the expected values, and none of the values that mean the opposite."""
    if any(holds(answer, word) for word in case.get("reject", [])):
        return False
    return any(holds(answer, word) for word in case["expect"])


def generated(case: dict, answer: str) -> bool:
    """The reference answer; a different sentence is right only if it has the same result."""
    if answer.strip() == case["answer"].strip():
        return True
    out = case["output"]
    if out is None or out in ("True", "False", "odd", "even") or "Error" in out or case["answer"].find(out) < 0:
        return False
    if not case["tools"]:
        return False
    return holds(answer, out) and not (re.fullmatch(r"[A-Za-z]", out) and len(numbers(answer)))


def called(case: dict, played: Played) -> bool:
    """The one right function with exactly the right arguments, or python alone, or nothing where that is all it takes."""
    if "call" not in case:
        computed = case["tools"] and case.get("output", "") is not None
        return {name for name, _ in played.calls} == ({"python"} if computed else set())
    return played.calls == [(case["call"]["name"], case["call"]["arguments"])]


def right(case: dict, played: Played) -> bool:
    """Whether everything about it is right."""
    if "functions" in case and not called(case, played):
        return False
    return natural(case, played.answer) if "expect" in case else generated(case, played.answer)
