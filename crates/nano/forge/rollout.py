"""Greedy answers of a checkpoint, its code really run in a Python of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Tokenizer

from encode import opening_of, prefix_ids, tools_ids
from execute import TOO_SLOW
from judge import Played
from model import Cache, Config, Glm
from prompt import Opening

LONGEST_MESSAGE = 160
CALLS = 4
SECONDS = 5
RUNNER = "import sys; sys.path.insert(0, sys.argv[1]); import execute; print(execute.run(sys.stdin.read())[0], end='')"


def run_code(code: str) -> str:
    """What the code prints or its traceback, from a separate interpreter."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", RUNNER, str(Path(__file__).parent)],
            input=code,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return TOO_SLOW
    return done.stdout


def arguments_of(payload: str) -> object:
    """The arguments of a call, or its text if it is not JSON."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def rounded_to_q8_0(model: Glm) -> None:
    """Gives every matrix the values that it will have in the GGUF."""
    for p in model.parameters():
        if p.ndim == 2:
            blocks = p.data.view(-1, 32)
            scale = (blocks.abs().amax(1, keepdim=True) / 127).half().float()
            p.data = ((blocks / scale.clamp_min(1e-12)).round() * scale).view_as(p)


class Player:
    """A model that answers prompts as gimlet would let it."""

    def __init__(self, folder: Path, execute_code: Callable[[str], str] = run_code, quantized: bool = True) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        saved = torch.load(folder / "checkpoint.pt", weights_only=True)
        self.model = Glm(Config(**saved["config"])).eval()
        self.model.load_state_dict(saved["model"])
        self.tokens = saved["count"]["tokens"]
        if quantized:
            rounded_to_q8_0(self.model)
        self.execute = execute_code
        self.id = {
            t: self.tokenizer.token_to_id(f"<|{t}|>")
            for t in ("user", "assistant", "observation", "system", "endoftext")
        }

    def _encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    @torch.no_grad()
    def _message(self, ids: list[int], past: Cache | None) -> tuple[list[int], int | None, Cache]:
        """The tokens of one message, the token that ended it, and the cache, which lacks that last token."""
        logits, past = self.model(torch.tensor([ids]), past)
        out: list[int] = []
        while len(out) < LONGEST_MESSAGE:
            token = int(logits[0, -1].argmax())
            if token in self.id.values():
                return out, token, past
            out.append(token)
            logits, past = self.model(torch.tensor([[token]]), past)
        return out, None, past

    def _opened(self, case: dict) -> list[int]:
        """The prompt up to `<|user|>`."""
        python, functions = case.get("tools", True), case.get("functions", [])
        opening = opening_of({"with_tools": python, "functions": functions})
        ids = prefix_ids(self.tokenizer, opening)
        return ids + tools_ids(self.tokenizer, python, functions) if opening == Opening.FUNCTIONS else ids

    def answer(self, case: dict) -> Played:
        """The final answer, and the calls and observations on the way to it."""
        functions = {f["name"] for f in case.get("functions", [])}
        ids = [*self._opened(case), *self._encode("\n" + case["prompt"]), self.id["assistant"]]
        past: Cache | None = None
        played = Played()
        for _ in range(CALLS):
            out, _, past = self._message(ids, past)
            text = self.tokenizer.decode(out)
            name, _, payload = text.partition("\n")
            if name == "python":
                played.calls.append((name, payload))
                observation = self.execute(payload)
            elif name in functions:
                played.calls.append((name, arguments_of(payload)))
                observation = case["observation"]
            else:
                played.answer = text.strip("\n")
                return played
            played.steps += [text, observation]
            ids = [self.id["observation"], *self._encode("\n" + observation), self.id["assistant"]]
        return played
