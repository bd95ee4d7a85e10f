"""What a kind of dialogue produces."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """A call of a function and what it gives back."""

    name: str
    arguments: dict[str, Any]
    observation: str

    def text(self) -> str:
        return f"{self.name}\n{json.dumps(self.arguments, ensure_ascii=False)}"


@dataclass
class Turn:
    """One question and the way to its answer.

    `answer` may hold `{out}`, which stands for what the code prints. Where the
    answer depends on it, `by_output` maps an output to its sentence.
    """

    question: str
    answer: str = ""
    code: str | None = None
    by_output: dict[str, str] | None = None
    failing: str | None = None
    """Code that fails first; the model is not trained to write it, only to recover."""
    without_tools: bool = False
    """The question comes without python on offer."""
    functions: list[dict[str, Any]] = field(default_factory=list)
    """The functions on offer."""
    call: Call | None = None
    """The call of one of them that the question asks for."""

    def reply(self, out: str) -> str:
        """The final answer, given what the code printed."""
        if self.by_output is not None:
            return self.by_output[out]
        return self.answer.replace("{out}", out)
