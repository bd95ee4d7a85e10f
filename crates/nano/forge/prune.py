"""Drops tokens that are too rare to be copied: `python prune.py RUN_FOLDER DATA.npz NEW_FOLDER`.

A model copies a piece of a word only if it has written that piece often enough.
Byte-pair merges leave a long tail of pieces that it hardly ever writes, and
copying breaks off at each of them. This keeps the merges of frequent pieces, so
that words fall into pieces the model knows well, and whole words of the
requests as tokens of their own (`ignore_merges`), so that what it has learned
about their meaning stays. The checkpoint's embedding is cut to the same rows.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from prompt import SPECIAL_TOKENS
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel

WRITTEN_OFTEN = 250
"""How often a piece must have been written by the assistant in the data to be kept."""
READ_OFTEN = 50
WRITTEN_SHARE = 0.15
"""A token that is read this often and less often than this share of that is written is a word of the requests."""
WORD_WRITTEN_OFTEN = 100
WORD_LENGTH = 5
"""A token this long that is written this often is a word of the answers."""
CHARACTER_READ_OFTEN = 250
"""A Chinese character that is read less often is left to its bytes."""


def is_word(text: str, read: int, written: int) -> bool:
    """Whether a token is a word of requests or answers rather than a piece of what is copied."""
    if len(text) == 1 and not text.isascii() and text != "\ufffd":
        return read >= CHARACTER_READ_OFTEN
    if read >= READ_OFTEN and written < WRITTEN_SHARE * read:
        return True
    return len(text) >= WORD_LENGTH and written >= WORD_WRITTEN_OFTEN


def kept_merges(merges: list[list[str]], frequent: set[str]) -> tuple[list[list[str]], set[str]]:
    """The merges that lead to frequent pieces, and all pieces that they make on the way."""
    made_by = {a + b: (a, b) for a, b in merges}
    needed: set[str] = set()
    stack = [p for p in frequent if p in made_by]
    while stack:
        piece = stack.pop()
        if piece not in needed and piece in made_by:
            needed.add(piece)
            stack += made_by[piece]
    return [m for m in merges if m[0] + m[1] in needed], needed


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    ap.add_argument("data", type=Path)
    ap.add_argument("new", type=Path)
    a = ap.parse_args()
    layout = json.loads((a.folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = layout["model"]["vocab"]
    data = np.load(a.data)
    read = np.bincount(data["ids"], minlength=len(vocabulary))
    written = np.bincount(data["ids"][data["mask"] == 1], minlength=len(vocabulary))
    frequent = {t for t, i in vocabulary.items() if written[i] >= WRITTEN_OFTEN}
    tokenizer = Tokenizer.from_file(str(a.folder / "tokenizer.json"))
    words = {t for t, i in vocabulary.items() if is_word(tokenizer.decode([i]), read[i], written[i])}
    merges, pieces = kept_merges(layout["model"]["merges"], frequent)
    keep = {*SPECIAL_TOKENS, *ByteLevel.alphabet(), *pieces, *words}
    tokens = sorted((t for t in vocabulary if t in keep), key=vocabulary.__getitem__)
    rows = torch.tensor([vocabulary[t] for t in tokens])
    layout["model"].update(vocab={t: i for i, t in enumerate(tokens)}, merges=merges, ignore_merges=True)
    for added in layout["added_tokens"]:
        added["id"] = tokens.index(added["content"])
    a.new.mkdir(exist_ok=True)
    (a.new / "tokenizer.json").write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
    Tokenizer.from_file(str(a.new / "tokenizer.json"))
    cut_checkpoint(a.folder / "checkpoint.pt", a.new / "checkpoint.pt", rows)
    print(f"{len(tokens)} of {len(vocabulary)} tokens: {len(pieces)} pieces, {len(words)} words")


def cut_checkpoint(old: Path, new: Path, rows: torch.Tensor) -> None:
    """Keeps the given rows of the embedding and of what AdamW remembers of it."""
    saved = torch.load(old, weights_only=True)
    whole = saved["model"]["token_embd.weight"]
    saved["model"]["token_embd.weight"] = whole[rows]
    saved["config"]["vocabulary"] = len(rows)
    for state in saved["optimiser"]["others"]["state"].values():
        for name, value in state.items():
            if value.shape == whole.shape:
                state[name] = value[rows]
    torch.save(saved, new)


if __name__ == "__main__":
    main()
