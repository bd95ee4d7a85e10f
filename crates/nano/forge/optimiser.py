"""Muon for matrices, AdamW for embeddings, norms and biases."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

MOMENTUM = 0.95
DECAY = 0.05
STEPS = 4


def orthogonalised(update: Tensor) -> Tensor:
    """The nearest matrix with equal singular values, by Newton and Schulz's iteration."""
    x = update / (update.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(STEPS):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x


class Optimiser:
    def __init__(self, model: nn.Module, matrix_rate: float, other_rate: float) -> None:
        named = list(model.named_parameters())
        self.matrices = [p for n, p in named if p.ndim == 2 and "embd" not in n]
        others = [p for n, p in named if p.ndim < 2 or "embd" in n]
        self.momenta = [torch.zeros_like(p) for p in self.matrices]
        self.others = torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.95), weight_decay=0.0)
        self.matrix_rate, self.other_rate = matrix_rate, other_rate

    @torch.no_grad()
    def step(self, factor: float) -> None:
        """One update with the learning rates times `factor`; clears the gradients."""
        rate = self.matrix_rate * factor
        for p, momentum in zip(self.matrices, self.momenta, strict=True):
            if p.grad is None:
                continue
            momentum.mul_(MOMENTUM).add_(p.grad)
            update = orthogonalised(p.grad + MOMENTUM * momentum)
            p.mul_(1 - DECAY * rate).add_(update, alpha=-rate * max(1.0, p.shape[0] / p.shape[1]) ** 0.5)
            p.grad = None
        clipped: Iterable[Tensor] = self.others.param_groups[0]["params"]
        nn.utils.clip_grad_norm_(clipped, 1.0)
        for group in self.others.param_groups:
            group["lr"] = self.other_rate * factor
        self.others.step()
        self.others.zero_grad(set_to_none=True)

    def state(self) -> dict:
        return {"momenta": self.momenta, "others": self.others.state_dict()}

    def load(self, state: dict) -> None:
        self.momenta = state["momenta"]
        self.others.load_state_dict(state["others"])
