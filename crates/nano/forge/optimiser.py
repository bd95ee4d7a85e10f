"""Muon for matrices, AdamW for the embedding, norms and biases."""

import torch
from torch import Tensor, nn

MOMENTUM = 0.95
DECAY = 0.05
STEPS = 4


def orthogonalised(update: Tensor) -> Tensor:
    """The nearest matrix with equal singular values, by Newton and Schulz's iteration.

    The iteration multiplies by polynomials of one Gram matrix, which all commute:
    their product is gathered in the smaller dimension and applied once.
    """
    x = update / (update.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    gram = x.T @ x if tall else x @ x.T
    one = torch.eye(gram.shape[0])
    product = one
    for step in range(STEPS):
        factor = 3.4445 * one - 4.7750 * gram + 2.0315 * gram @ gram
        product = factor @ product if step else factor
        if step + 1 < STEPS:
            gram = factor @ factor @ gram
    return x @ product if tall else product @ x


class Optimiser:
    """Updates a model; the embedding has a rate of its own, since each of its rows is seldom used."""

    def __init__(self, model: nn.Module, matrix_rate: float, embedding_rate: float, other_rate: float) -> None:
        named = list(model.named_parameters())
        self.matrices = [p for n, p in named if p.ndim == 2 and "embd" not in n]
        embeddings = [p for n, p in named if "embd" in n]
        others = [p for n, p in named if p.ndim < 2]
        self.momenta = [torch.zeros_like(p) for p in self.matrices]
        groups = [{"params": embeddings}, {"params": others}]
        self.others = torch.optim.AdamW(groups, lr=other_rate, betas=(0.9, 0.95), weight_decay=0.0)
        self.matrix_rate, self.rates = matrix_rate, (embedding_rate, other_rate)

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
        nn.utils.clip_grad_norm_([p for group in self.others.param_groups for p in group["params"]], 1.0)
        for group, rate in zip(self.others.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        self.others.step()
        self.others.zero_grad(set_to_none=True)

    def state(self) -> dict:
        return {"momenta": self.momenta, "others": self.others.state_dict()}

    def load(self, state: dict) -> None:
        self.momenta = state["momenta"]
        self.others.load_state_dict(state["others"])
