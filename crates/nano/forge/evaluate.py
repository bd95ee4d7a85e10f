"""Measures right final answers on a set of prompts, every tool call really run.

`python evaluate.py CASES.jsonl --gimlet BINARY --model X.gguf` asks the real
binary; `--checkpoint FOLDER` instead asks a checkpoint during training, with
CPython as its tool. `--failures FILE` writes what went wrong.
"""

import argparse
import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import judge
from judge import Played

SECONDS = 120
Answerer = Callable[[dict], Played]
STAND_IN = "def stand_in(**arguments):\n    return {!r}\n"
"""The handler of every function: what the case says it gives back."""


def through_binary(gimlet: Path, model: Path) -> Answerer:
    """One `gimlet run` per prompt; the answer is in its last event."""

    def ask(case: dict) -> Played:
        with tempfile.TemporaryDirectory() as folder:
            return run(case, Path(folder))

    def run(case: dict, folder: Path) -> Played:
        tools = [] if case.get("tools", True) else ["--tools", "none"]
        if case.get("functions"):
            tools += ["--tool", str(manifests(case, folder))]
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
        items = [e["item"] for e in events if e["type"] == "item.completed"]
        calls = [i for i in items if i["type"] == "tool_call"]
        played = Played("", [(i["tool"], i["arguments"]) for i in calls], [json.dumps(i, ensure_ascii=False) for i in calls])
        if events and events[-1]["type"] == "result":
            played.answer = events[-1].get("answer") or ""
        else:
            played.steps.append(done.stderr[-300:])
        return played

    return ask


def manifests(case: dict, folder: Path) -> Path:
    """The functions of a case as manifests of gimlet."""
    (folder / "stand_in.py").write_text(STAND_IN.format(case["observation"]), encoding="utf-8")
    handler = {"type": "python", "file": "stand_in.py", "function": "stand_in"}
    file = folder / "functions.json"
    functions = [f | {"handler": handler} for f in case["functions"]]
    file.write_text(json.dumps(functions, ensure_ascii=False), encoding="utf-8")
    return file


def through_checkpoint(folder: Path) -> Answerer:
    """The same in PyTorch, with the weights as Q8_0 will round them."""
    import torch

    from rollout import Player

    torch.set_num_threads(1)
    player = Player(folder)
    print(f"checkpoint after {player.tokens / 1e6:.2f} M tokens")
    return player.answer


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
        played = ask(case)
        good = judge.right(case, played)
        right[case["kind"]].append(good)
        right[f"({case['language']})"].append(good)
        if not good:
            failures.append(
                {
                    "prompt": case["prompt"],
                    "expected": case.get("expect") or case["answer"],
                    "answer": played.answer,
                    "steps": played.steps,
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
