"""Trains nano: `python train.py RUN_FOLDER DATA.npz --until TOKENS`.

`--stage pretrain` learns from every token of the dialogues, `--stage sft` only
from what the assistant says. A run resumes from its last checkpoint; a new data
file continues with the weights and the optimiser's state. `--decay-from` lets
the learning rate fall linearly to zero at `--until`.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

import initialise
from batches import Batches
from encode import prefix_ids
from model import Config, Glm
from optimiser import Optimiser
from prompt import Opening

CONTEXT_WEIGHT = 0.2
"""In pretraining, how much the tokens that the model only reads count."""
WARM_STEPS = 50
LEAST_FACTOR = 0.02
LOG_EVERY = 25


class Run:
    """A model in training, with its counters and its place in the data."""

    def __init__(self, folder: Path, a: argparse.Namespace) -> None:
        self.folder, self.file = folder, folder / "checkpoint.pt"
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.prefix = {o: torch.tensor([prefix_ids(self.tokenizer, o)]) for o in Opening}
        self.count = {"step": 0, "tokens": 0, "seconds": 0.0, "core_seconds": 0.0, "batch": 0}
        self.data = ""
        saved = torch.load(self.file, weights_only=True) if self.file.exists() else None
        if saved:
            self.model = Glm(Config(**saved["config"]))
            self.model.load_state_dict(saved["model"])
        else:
            self.model = initialise.build(a.seed, vocabulary=self.tokenizer.get_vocab_size(), ffn_width=a.ffn_width)
        self.optimiser = Optimiser(self.model, a.matrix_rate, a.embedding_rate, a.other_rate)
        if saved:
            if saved["optimiser"] is not None:
                self.optimiser.load(saved["optimiser"])
            self.count, self.data = saved["count"], saved["data"]
        if self.data != a.data.name:
            self.data, self.count["batch"] = a.data.name, 0

    def save(self) -> None:
        c = self.model.c
        config = {k: getattr(c, k) for k in c.__dataclass_fields__}
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state(),
            "config": config,
            "count": self.count,
            "data": self.data,
        }
        partial = self.file.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self.file)


def loss_of(model: Glm, prefix: Tensor, ids: Tensor, trained: Tensor, everything: bool) -> tuple[Tensor, Tensor]:
    """The loss to minimise and the mean loss over what the assistant says."""
    _, past = model(prefix[:, :-1])
    inputs = torch.cat((prefix[:, -1:].expand(ids.shape[0], 1), ids[:, :-1]), 1)
    wanted = (ids != 0) if everything else trained
    logits, _ = model(inputs, past, wanted)
    losses = F.cross_entropy(logits, ids[wanted], reduction="none")
    said = trained[wanted]
    answer = losses[said].mean()
    if not everything:
        return answer, answer.detach()
    return answer + CONTEXT_WEIGHT * losses[~said].mean(), answer.detach()


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    ap.add_argument("data", type=Path)
    ap.add_argument("--until", type=float, required=True, help="millions of tokens of the whole run")
    ap.add_argument("--decay-from", type=float, default=1e9)
    ap.add_argument("--stage", choices=["pretrain", "sft"], default="sft")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--batch-tokens", type=int, default=2048)
    ap.add_argument("--matrix-rate", type=float, default=0.007)
    ap.add_argument("--embedding-rate", type=float, default=0.004)
    ap.add_argument("--other-rate", type=float, default=0.0015)
    ap.add_argument("--ffn-width", type=int, default=640)
    ap.add_argument("--save-every", type=float, default=120.0, help="seconds between checkpoints")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    run = Run(a.folder, a)
    batches = Batches(a.data, a.batch_tokens, a.seed)
    parameters = sum(p.numel() for p in run.model.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {len(batches)} batches, from batch {run.count['batch']}", flush=True)
    train(run, batches, a)
    run.save()


def train(run: Run, batches: Batches, a: argparse.Namespace) -> None:
    last, last_core, saved = time.monotonic(), time.process_time(), time.monotonic()
    recent: list[float] = []
    count = run.count
    for ids, mask, opening in batches.read(count["batch"]):
        millions = count["tokens"] / 1e6
        if millions >= a.until:
            break
        factor = min(1.0, (count["step"] + 1) / WARM_STEPS)
        if millions > a.decay_from:
            factor *= max(LEAST_FACTOR, (a.until - millions) / (a.until - a.decay_from))
        prefix = run.prefix[opening]
        loss, answer = loss_of(run.model, prefix, torch.from_numpy(ids), torch.from_numpy(mask), a.stage == "pretrain")
        loss.backward()
        run.optimiser.step(factor)
        recent.append(answer.item())
        count["step"] += 1
        count["batch"] += 1
        count["tokens"] += int((ids != 0).sum()) + prefix.shape[1]
        now, core = time.monotonic(), time.process_time()
        count["seconds"] += now - last
        count["core_seconds"] += core - last_core
        last, last_core = now, core
        if count["step"] % LOG_EVERY == 0:
            row = {k: round(v, 1) for k, v in count.items()} | {
                "stage": a.stage,
                "loss": round(sum(recent) / len(recent), 4),
                "factor": round(factor, 3),
            }
            print(json.dumps(row), flush=True)
            with (run.folder / "curve.jsonl").open("a") as curve:
                curve.write(json.dumps(row) + "\n")
            recent.clear()
        if now - saved > a.save_every:
            run.save()
            saved = now


if __name__ == "__main__":
    main()
