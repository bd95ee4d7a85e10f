"""Writes a corpus: `python build.py OUT.jsonl --count N --seed S`.

With `--held-out` it writes evaluation prompts: entities that no training
dialogue has, one question each, with the output of the reference code.
"""

import argparse
import dataclasses
import itertools
import json
from pathlib import Path

from dialogue import Dialogue, Maker

EVAL = Path(__file__).parent / "eval"


def evaluation_prompts() -> set[str]:
    """The questions that training must never contain."""
    questions: set[str] = set()
    for file in sorted(EVAL.glob("*.jsonl")):
        questions |= {json.loads(line)["prompt"] for line in file.read_text(encoding="utf-8").splitlines()}
    return questions


def evaluation_functions() -> set[str]:
    """The names of functions that training must never offer."""
    text = (EVAL / "functions.jsonl").read_text(encoding="utf-8")
    return {f["name"] for line in text.splitlines() for f in json.loads(line)["functions"]}


def evaluation_case(d: Dialogue) -> dict:
    """A held-out prompt with its reference answer and the value that must be in it."""
    calls = [p for p in d.parts if p.role == "observation"]
    return offer(d) | {
        "kind": d.kind,
        "language": d.language,
        "prompt": d.questions[0],
        "tools": d.with_tools,
        "output": calls[-1].text.strip("\n") if calls else None,
        "answer": d.parts[-1].text.strip("\n"),
    }


def offer(d: Dialogue) -> dict:
    """The functions of a held-out prompt, and the call that it takes."""
    if not d.functions:
        return {}
    case: dict = {"functions": d.functions, "observation": ""}
    for part, following in itertools.pairwise(d.parts):
        name, _, payload = part.text.partition("\n")
        if any(f["name"] == name for f in d.functions):
            case["call"] = {"name": name, "arguments": json.loads(payload)}
            case["observation"] = following.text.strip("\n")
    return case


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("out", type=Path)
    ap.add_argument("--count", type=int, required=True)
    ap.add_argument("--seed", type=int, required=True)
    ap.add_argument("--longest", type=int, default=3, help="turns in a dialogue at most")
    ap.add_argument("--held-out", action="store_true")
    ap.add_argument("--kind", help="dialogues of this kind only")
    a = ap.parse_args()
    maker = Maker(a.seed, a.held_out, set() if a.held_out else evaluation_prompts(), evaluation_functions())
    with a.out.open("w", encoding="utf-8") as file:
        for _ in range(a.count):
            d = maker.dialogue(1 if a.held_out else a.longest, a.kind)
            row = evaluation_case(d) if a.held_out else dataclasses.asdict(d)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{a.count} dialogues, {maker.dropped} turns dropped (duplicate, failing or too long)")


if __name__ == "__main__":
    main()
