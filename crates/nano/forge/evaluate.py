"""Measures right final answers on a set of prompts, every tool call really run.

`python evaluate.py CASES.jsonl --gimlet BINARY --model X.gguf` asks the real
binary; `--checkpoint FOLDER` instead asks a checkpoint during training, with
CPython as its tool. `--failures FILE` writes what went wrong.
"""

import argparse
import json
import subprocess
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import judge

SECONDS = 120
Answerer = Callable[[dict], tuple[str, list[str]]]


def through_binary(gimlet: Path, model: Path) -> Answerer:
    """One `gimlet run` per prompt; the answer is in its last event."""

    def ask(case: dict) -> tuple[str, list[str]]:
        tools = [] if case.get("tools", True) else ["--tools", "none"]
        command = [
            str(gimlet),
            "run",
            "--json",
            "--model",
            str(model),
            "--temperature",
            "0",
            *tools,
            "--",
            case["prompt"],
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        steps = [
            json.dumps(e["item"], ensure_ascii=False)
            for e in events
            if e["type"] == "item.completed" and e["item"]["type"] == "tool_call"
        ]
        if not events or events[-1]["type"] != "result":
            return "", [*steps, done.stderr[-300:]]
        return events[-1].get("answer") or "", steps

    return ask


def through_checkpoint(folder: Path) -> Answerer:
    """The same in PyTorch, with the weights as Q8_0 will round them."""
    import torch

    from rollout import Player

    torch.set_num_threads(1)
    player = Player(folder)
    print(f"checkpoint after {player.tokens / 1e6:.2f} M tokens")
    return lambda case: player.answer(case)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("cases", type=Path)
    ap.add_argument("--gimlet", type=Path)
    ap.add_argument("--model", type=Path)
    ap.add_argument("--checkpoint", type=Path)
    ap.add_argument("--failures", type=Path)
    a = ap.parse_args()
    ask = through_checkpoint(a.checkpoint) if a.checkpoint else through_binary(a.gimlet, a.model)
    cases = [json.loads(line) for line in a.cases.read_text(encoding="utf-8").splitlines()]
    right: dict[str, list[bool]] = defaultdict(list)
    failures: list[dict] = []
    for case in cases:
        answer, steps = ask(case)
        good = judge.natural(case, answer) if "expect" in case else judge.generated(case, answer)
        right[case["kind"]].append(good)
        right[f"({case['language']})"].append(good)
        if not good:
            failures.append(
                {
                    "prompt": case["prompt"],
                    "expected": case.get("expect") or case["answer"],
                    "answer": answer,
                    "steps": steps,
                }
            )
    for kind, results in sorted(right.items()):
        print(f"{kind:16} {sum(results):3} of {len(results):3}")
    total = len(cases) - len(failures)
    print(f"{'all':16} {total:3} of {len(cases):3}  {100 * total / len(cases):.1f} %")
    if a.failures:
        a.failures.write_text("".join(json.dumps(f, ensure_ascii=False) + "\n" for f in failures), encoding="utf-8")


if __name__ == "__main__":
    main()
