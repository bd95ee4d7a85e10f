"""Gives a run more tokens: `python widen.py RUN_FOLDER NEW_FOLDER CORPUS.jsonl`.

The idioms of JSON and the words that the prompts of a corpus have most often
become tokens of their own, so that schemas stay short. The embedding of a new
token is the mean of what stood for it before. The opposite of `prune.py`.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel

from prompt import tools_text
from tokenizer import INDENTS, JSON_IDIOMS, pattern, untrained

WORD = re.compile(r"[A-Z]?[a-z]+")
OFTEN = 0.025
"""In what share of the dialogues with functions a word must be."""
LEAST_PIECES = 3


def dialogues_with_functions(corpus: Path) -> Iterator[list[str]]:
    """What they say."""
    with corpus.open(encoding="utf-8") as lines:
        for dialogue in map(json.loads, lines):
            if dialogue["functions"]:
                tools = tools_text(dialogue["with_tools"], dialogue["functions"])
                yield [tools, *(part["text"] for part in dialogue["parts"])]


def new_tokens(tokenizer: Tokenizer, corpus: Path) -> list[str]:
    """Texts that are several tokens now and should be one."""
    idioms = re.compile("|".join(re.escape(idiom) for idiom in JSON_IDIOMS))
    counts: Counter[str] = Counter()
    dialogues = 0
    for dialogue in dialogues_with_functions(corpus):
        dialogues += 1
        counts.update({word for text in dialogue for word in WORD.findall(idioms.sub(" ", text))})
    words = [w for w, n in counts.most_common() if n >= OFTEN * dialogues]
    long = [w for w in words if len(tokenizer.encode(w).ids) >= LEAST_PIECES]
    return [t for t in [*JSON_IDIOMS, *INDENTS] if len(tokenizer.encode(t).ids) > 1] + long


def byte_level(text: str) -> str:
    """A text as a byte-level vocabulary spells it."""
    return ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)[0][0]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    ap.add_argument("new", type=Path)
    ap.add_argument("corpus", type=Path)
    a = ap.parse_args()
    layout = json.loads((a.folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(a.folder / "tokenizer.json"))
    tokens = new_tokens(tokenizer, a.corpus)
    pieces = [tokenizer.encode(t, add_special_tokens=False).ids for t in tokens]
    vocabulary = layout["model"]["vocab"]
    vocabulary |= {byte_level(t): len(vocabulary) + i for i, t in enumerate(tokens)}
    layout["pre_tokenizer"] = json.loads(untrained().to_str())["pre_tokenizer"]
    a.new.mkdir(exist_ok=True)
    (a.new / "tokenizer.json").write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
    for token in tokens:
        if len(Tokenizer.from_file(str(a.new / "tokenizer.json")).encode(token, add_special_tokens=False).ids) != 1:
            raise SystemExit(f"{token!r} is cut by the pattern {pattern()}")
    widen_checkpoint(a.folder / "checkpoint.pt", a.new / "checkpoint.pt", pieces)
    print(f"{len(tokens)} new tokens, {len(vocabulary)} in all: {tokens}")


def widen_checkpoint(old: Path, new: Path, pieces: list[list[int]]) -> None:
    """Adds rows to the embedding; the optimiser begins anew, since it knows nothing of them."""
    saved = torch.load(old, weights_only=True)
    embedding = saved["model"]["token_embd.weight"]
    rows = torch.stack([embedding[ids].mean(0) for ids in pieces])
    saved["model"]["token_embd.weight"] = torch.cat((embedding, rows))
    saved["config"]["vocabulary"] = embedding.shape[0] + len(rows)
    saved["optimiser"] = None
    torch.save(saved, new)


if __name__ == "__main__":
    main()
