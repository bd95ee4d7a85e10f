"""The words of nano's system prompt, read from the one file that also travels in the GGUF."""

import enum
import json
from collections.abc import Sequence
from pathlib import Path

PROMPT_FILE = Path(__file__).parent / "prompt.json"
SPECIAL_TOKENS = [
    "<|endoftext|>",
    "[MASK]",
    "[gMASK]",
    "[sMASK]",
    "<sop>",
    "<eop>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|observation|>",
    "<|begin_of_image|>",
    "<|end_of_image|>",
    "<|begin_of_video|>",
    "<|end_of_video|>",
]
"""GLM-4's special tokens, in the order of their ids."""


def words() -> dict:
    return json.loads(PROMPT_FILE.read_text(encoding="utf-8"))


class Opening(enum.IntEnum):
    """What the system prompts of a batch share, so that it is computed once."""

    NO_TOOLS = 0
    PYTHON = 1
    """The whole prompt: python is the only tool."""
    FUNCTIONS = 2
    """The prompt up to its first tool; the tools are each dialogue's own."""


def opening_text(opening: Opening) -> str:
    """What follows `<|system|>` in all dialogues of an opening."""
    prompt = words()
    text = "\n" + prompt["persona"]
    if opening != Opening.NO_TOOLS:
        text += "\n\n" + prompt["tools_heading"]
    if opening == Opening.PYTHON:
        text += tools_text(True, ())
    return text


def tools_text(python: bool, functions: Sequence[dict]) -> str:
    """The tools as gimlet's glm4-chat renderer writes them, python first."""
    text = ""
    if python:
        for name, description in words()["tools"].items():
            text += f"\n## {name}\n\n{description}"
    for function in functions:
        text += f"\n## {function['name']}\n\n{json.dumps(function, ensure_ascii=False, indent=4)}"
    return text
