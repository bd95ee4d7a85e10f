"""Dialogues as token ids with a mask of what is trained: `python encode.py TOKENIZER.json OUT.npz CORPUS.jsonl...`."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from prompt import Opening, opening_text, tools_text

LONGEST = 400
LONGEST_WITH_FUNCTIONS = 560
"""With the functions, which only these dialogues have of their own."""


def opening_of(dialogue: dict) -> Opening:
    if dialogue.get("functions"):
        return Opening.FUNCTIONS
    return Opening.PYTHON if dialogue["with_tools"] else Opening.NO_TOOLS


def prefix_ids(tokenizer: Tokenizer, opening: Opening) -> list[int]:
    """What every dialogue of an opening starts with: up to `<|user|>`, or up to its own tools."""
    ids = [tokenizer.token_to_id(t) for t in ("[gMASK]", "<sop>", "<|system|>")]
    ids += tokenizer.encode(opening_text(opening), add_special_tokens=False).ids
    return ids if opening == Opening.FUNCTIONS else [*ids, tokenizer.token_to_id("<|user|>")]


def tools_ids(tokenizer: Tokenizer, python: bool, functions: list[dict]) -> list[int]:
    """What follows the prefix of `Opening.FUNCTIONS`, up to and including `<|user|>`."""
    text = tools_text(python, functions)
    return [*tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.token_to_id("<|user|>")]


def encoded(tokenizer: Tokenizer, dialogue: dict) -> tuple[list[int], list[int]]:
    """Ids after the prefix, and 1 where the model should predict the id."""
    role = {r: tokenizer.token_to_id(f"<|{r}|>") for r in ("user", "assistant", "observation")}
    parts = dialogue["parts"]
    pieces = tokenizer.encode_batch([p["text"] for p in parts], add_special_tokens=False)
    ids: list[int] = []
    if dialogue.get("functions"):
        ids = tools_ids(tokenizer, dialogue["with_tools"], dialogue["functions"])
    mask = [0] * len(ids)
    for i, (part, piece) in enumerate(zip(parts, pieces, strict=True)):
        following = parts[i + 1]["role"] if i + 1 < len(parts) else "user"
        ids += [*piece.ids, role[following]]
        mask += [int(part["trained"])] * (len(piece.ids) + 1)
    return ids, mask


def dialogues(files: list[Path]) -> Iterator[dict]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("tokenizer", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("corpus", type=Path, nargs="+")
    a = ap.parse_args()
    tokenizer = Tokenizer.from_file(str(a.tokenizer))
    ids, mask, ends, openings = [], [], [], []
    n = dropped = 0
    for dialogue in dialogues(a.corpus):
        i, m = encoded(tokenizer, dialogue)
        opening = opening_of(dialogue)
        if len(i) > (LONGEST_WITH_FUNCTIONS if opening == Opening.FUNCTIONS else LONGEST):
            dropped += 1
            continue
        n += len(i)
        ids.append(np.array(i, np.uint16))
        mask.append(np.array(m, np.uint8))
        ends.append(n)
        openings.append(int(opening))
    trained = np.concatenate(mask)
    np.savez(a.out, ids=np.concatenate(ids), mask=trained, ends=np.array(ends), openings=np.array(openings))
    print(f"{len(ends)} dialogues, {n / 1e6:.2f} M tokens, {trained.mean():.2f} of them trained; {dropped} too long")


if __name__ == "__main__":
    main()
