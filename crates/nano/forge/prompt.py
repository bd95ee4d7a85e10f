"""The words of nano's system prompt, read from the one file that also travels in the GGUF."""

import json
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


def system_text(with_tools: bool) -> str:
    """What follows `<|system|>`, as gimlet's glm4-chat renderer writes it."""
    prompt = words()
    text = "\n" + prompt["persona"]
    if with_tools:
        text += "\n\n" + prompt["tools_heading"]
        for name, description in prompt["tools"].items():
            text += f"\n## {name}\n\n{description}"
    return text
