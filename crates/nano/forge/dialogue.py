"""From turns to dialogues: code is really run, bad dialogues are dropped."""

from dataclasses import dataclass, field
from types import ModuleType

import execute
from corpus import kinds
from corpus._draw import Draw
from corpus._turn import Turn

LONGEST_OUTPUT = 72
LONGEST_QUESTION = 240


@dataclass
class Part:
    """One message after its role token; `trained` if the model should learn to write it."""

    role: str
    text: str
    trained: bool = False


@dataclass
class Dialogue:
    kind: str
    language: str
    with_tools: bool
    questions: list[str]
    parts: list[Part]
    functions: list[dict] = field(default_factory=list)


def parts_of(turn: Turn, cell: int) -> list[Part] | None:
    """The messages of one turn, or nothing if its code does not do what it should; `cell` numbers its first call."""
    if len(turn.question) > LONGEST_QUESTION:
        return None
    parts = [Part("user", "\n" + turn.question)]
    if turn.failing is not None:
        out, succeeded = execute.run(turn.failing, cell)
        if succeeded:
            return None
        parts += [Part("assistant", "python\n" + turn.failing), Part("observation", "\n" + out)]
        cell += 1
    out = ""
    if turn.code is not None and not turn.without_tools:
        out, succeeded = execute.run(turn.code, cell)
        if not out or (succeeded and len(out) > LONGEST_OUTPUT) or out == execute.TOO_SLOW:
            return None
        if succeeded and ("e+" in out or "e-" in out) and "." in out:
            return None
        parts += [Part("assistant", "python\n" + turn.code, trained=True), Part("observation", "\n" + out)]
        if not succeeded:
            out = out.rsplit("Error: ", 1)[-1]
    if turn.call is not None:
        parts += [Part("assistant", turn.call.text(), trained=True), Part("observation", "\n" + turn.call.observation)]
    parts.append(Part("assistant", "\n" + turn.reply(out), trained=True))
    return parts


class Maker:
    """Draws dialogues by the kinds' weights; no question twice, none of a given set."""

    def __init__(
        self, seed: int, held_out: bool = False, excluded: set[str] | None = None, names: set[str] | None = None
    ) -> None:
        self.draw = Draw(seed, held_out)
        self.kinds = kinds()
        self.excluded_names = names or set()
        self.seen: set[str] = {plain(q) for q in excluded or ()}
        self.dropped = 0

    def _turn(self, module: ModuleType) -> tuple[Turn, list[Part]]:
        """A turn that works and whose question has not been seen; small talk may recur."""
        while True:
            turn = module.turn(self.draw)
            key = plain(turn.question)
            talk = turn.code is None and turn.call is None and not turn.without_tools
            new = key not in self.seen or (talk and not self.draw.held_out)
            allowed = new and not any(f["name"] in self.excluded_names for f in turn.functions)
            parts = parts_of(turn, self.draw.integer(1, 3)) if allowed else None
            if parts is not None:
                self.seen.add(key)
                return turn, parts
            self.dropped += 1

    def dialogue(self, longest: int = 3, kind: str | None = None) -> Dialogue:
        """A dialogue of up to `longest` independent turns in one language."""
        weights = [m.WEIGHT for m in self.kinds.values()]
        kind = kind or self.draw.random.choices(list(self.kinds), weights)[0]
        first = self.kinds[kind]
        turn, parts = self._turn(first)
        functions = turn.functions
        questions, with_tools = [turn.question], not turn.without_tools
        mates = [m for m in self.kinds.values() if m.LANGUAGE == first.LANGUAGE and not hasattr(m, "OWN_TOOLS")]
        while with_tools and len(questions) < longest and self.draw.chance(0.3):
            turn, more = self._turn(self.draw.random.choices(mates, [m.WEIGHT for m in mates])[0])
            questions.append(turn.question)
            parts += more
        return Dialogue(kind, first.LANGUAGE, with_tools, questions, parts, functions)


def plain(question: str) -> str:
    """A question without what does not tell it from another one."""
    return "".join(c for c in question.lower() if c.isalnum() or c in "+-*/%^.")
