"""Trains nano's tokenizer: `python tokenizer.py CORPUS.jsonl OUT.json --size 2560`.

Byte-level BPE with GLM-4's special tokens first. It is cut so that copying is
easy: every digit is a token, a space stands alone (except before very frequent
words), so that a word has the same tokens in the question and in the code; a
character outside ASCII is never merged with its neighbours.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    pre_tokenizers,
    trainers,
)

from prompt import SPECIAL_TOKENS, Opening, opening_text

GLUED_TO_SPACE = (
    "the of is a an in to and what for on with how many much are from at by be me you i it this that my can do does was as "
    "or please between if has have each get will would could days result answer number per there i'd"
).split()
CODE_IDIOMS = [
    'print(f"{',
    ':.12g}")',
    ':.10g}")',
    'print("',
    "print(",
    '("',
    '")',
    '", "',
    "date.fromisoformat(",
    "from datetime import date",
    "import math",
    "import calendar",
    "import statistics",
    ", timedelta",
    "math.",
    "))",
    "[::-1]",
    "for x in ",
    "range(",
    "**",
    "//",
    " % ",
    " == ",
]

JSON_IDIOMS = [
    *[f'"type": "{t}"' for t in ("object", "string", "integer", "number", "boolean", "array")],
    *[f'"{key}": {{' for key in ("parameters", "properties")],
    *[f'"{key}": [' for key in ("required", "enum")],
    *[f'"{key}": "' for key in ("name", "description")],
    *['": "', '": {', '": [', '": ', '": true', '": false', '{"', '"}', ', "', '",', "},"],
]
"""What schemas and calls are made of; the names and values between them are cut like other words."""
INDENTS = ["\n" + " " * n for n in range(0, 24, 4)]


def pattern() -> str:
    """The regular expression that cuts text before byte pairs are merged."""
    idioms = "|".join(
        "".join(c if c.isalnum() or c in ' "=' or c == "," else "\\" + c for c in idiom)
        for idiom in sorted(CODE_IDIOMS + JSON_IDIOMS, key=len, reverse=True)
    )
    return "|".join(
        [
            idioms,
            f" (?:{'|'.join(GLUED_TO_SPACE)})(?![A-Za-z])",
            "[A-Z]?[a-z]+",
            "[A-Z]+(?![a-z])",
            "[A-Z]",
            "[0-9]",
            r"[^\x00-\x7F]",
            r"\n[\n ]*",
            " +",
            r"[^\sA-Za-z0-9]",
            r"\s",
        ]
    )


def untrained() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern()), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def texts(corpus: Path) -> Iterator[str]:
    for opening in (Opening.PYTHON, Opening.NO_TOOLS):
        yield from [opening_text(opening)] * 200
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            yield from (part["text"] for part in json.loads(line)["parts"])


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("corpus", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--size", type=int, default=2560)
    a = ap.parse_args()
    tokenizer = untrained()
    trainer = trainers.BpeTrainer(
        vocab_size=a.size,
        special_tokens=[AddedToken(s, special=True, normalized=False) for s in SPECIAL_TOKENS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=24,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(a.corpus), trainer)
    tokenizer.save(str(a.out))
    print(f"{tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
