"""Dialogues as token ids with a mask of what is trained: `python encode.py TOKENIZER.json OUT.npz CORPUS.jsonl...`."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from prompt import system_text

LONGEST = 400


def prefix_ids(tokenizer: Tokenizer, with_tools: bool) -> list[int]:
    """What every dialogue starts with, up to and including `<|user|>`."""
    head = [tokenizer.token_to_id(t) for t in ("[gMASK]", "<sop>", "<|system|>")]
    return [
        *head,
        *tokenizer.encode(system_text(with_tools), add_special_tokens=False).ids,
        tokenizer.token_to_id("<|user|>"),
    ]


def encoded(tokenizer: Tokenizer, dialogue: dict) -> tuple[list[int], list[int]]:
    """Ids after the prefix, and 1 where the model should predict the id."""
    role = {r: tokenizer.token_to_id(f"<|{r}|>") for r in ("user", "assistant", "observation")}
    parts = dialogue["parts"]
    pieces = tokenizer.encode_batch([p["text"] for p in parts], add_special_tokens=False)
    ids: list[int] = []
    mask: list[int] = []
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
    ids, mask, ends, with_tools = [], [], [], []
    n = 0
    for dialogue in dialogues(a.corpus):
        i, m = encoded(tokenizer, dialogue)
        if len(i) > LONGEST:
            continue
        n += len(i)
        ids.append(np.array(i, np.uint16))
        mask.append(np.array(m, np.uint8))
        ends.append(n)
        with_tools.append(dialogue["with_tools"])
    trained = np.concatenate(mask)
    np.savez(a.out, ids=np.concatenate(ids), mask=trained, ends=np.array(ends), with_tools=np.array(with_tools))
    print(f"{len(ends)} dialogues, {n / 1e6:.2f} M tokens, {trained.mean():.2f} of them trained")


if __name__ == "__main__":
    main()
