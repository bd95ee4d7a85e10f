"""GLM-4's network in PyTorch: what `GlmForCausalLM` computes, with the shared prefix of a batch computed once."""

import dataclasses

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclasses.dataclass(frozen=True)
class Config:
    vocabulary: int = 2560
    width: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    head_width: int = 64
    ffn_width: int = 640
    eps: float = 1e-5
    theta: float = 10000.0
    context: int = 2048

    @property
    def rotary_width(self) -> int:
        """GLM-4 rotates the first half of each head and leaves the rest as it is."""
        return self.head_width // 2


Cache = list[tuple[Tensor, Tensor]]
"""Keys and values of every layer, each (batch, kv_heads, sequence, head_width)."""


def rotary_tables(c: Config) -> tuple[Tensor, Tensor]:
    """Cosines and sines by position, each (context, rotary_width)."""
    frequencies = 1.0 / c.theta ** (torch.arange(0, c.rotary_width, 2).float() / c.rotary_width)
    angles = torch.outer(torch.arange(c.context).float(), frequencies).repeat_interleave(2, -1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotates neighbouring pairs in the first part of each head."""
    turned, kept = x.split([cos.shape[-1], x.shape[-1] - cos.shape[-1]], -1)
    quarter = torch.stack((-turned[..., 1::2], turned[..., 0::2]), -1).flatten(-2)
    return torch.cat((turned * cos + quarter * sin, kept), -1)


class Layer(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.attn_norm = nn.RMSNorm(c.width, c.eps)
        self.attn_qkv = nn.Linear(c.width, (c.heads + 2 * c.kv_heads) * c.head_width)
        self.attn_output = nn.Linear(c.heads * c.head_width, c.width, bias=False)
        self.ffn_norm = nn.RMSNorm(c.width, c.eps)
        self.ffn_up = nn.Linear(c.width, 2 * c.ffn_width, bias=False)
        self.ffn_down = nn.Linear(c.ffn_width, c.width, bias=False)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, past: tuple[Tensor, Tensor] | None, wanted: Tensor | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        c = self.c
        batch, length, _ = x.shape
        h = self.attn_qkv(self.attn_norm(x)).view(batch, length, -1, c.head_width).transpose(1, 2)
        q, k, v = h.split([c.heads, c.kv_heads, c.kv_heads], 1)  # (batch, heads, length, head_width)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if past is not None:
            k = torch.cat((past[0].expand(batch, -1, -1, -1), k), 2)
            v = torch.cat((past[1].expand(batch, -1, -1, -1), v), 2)
        present = (k, v)
        group = c.heads // c.kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        mask = None
        if past is not None and length > 1:
            mask = torch.ones(length, k.shape[2], dtype=torch.bool).tril(k.shape[2] - length)
        o = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=past is None and length > 1)
        o = o.transpose(1, 2).reshape(batch, length, -1)
        if wanted is not None:
            x, o = x[wanted], o[wanted]  # (positions, width)
        x = x + self.attn_output(o)
        gate, up = self.ffn_up(self.ffn_norm(x)).chunk(2, -1)
        return x + self.ffn_down(F.silu(gate) * up), present


class Glm(nn.Module):
    def __init__(self, c: Config) -> None:
        super().__init__()
        self.c = c
        self.token_embd = nn.Embedding(c.vocabulary, c.width)
        self.blk = nn.ModuleList(Layer(c) for _ in range(c.layers))
        self.output_norm = nn.RMSNorm(c.width, c.eps)
        cos, sin = rotary_tables(c)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, ids: Tensor, past: Cache | None = None, wanted: Tensor | None = None) -> tuple[Tensor, Cache]:
        """Logits and the cache. With `wanted`, a mask over positions, the last
        layer and the logits are computed only there: (positions, vocabulary)."""
        start = past[0][0].shape[2] if past else 0
        cos, sin = self.cos[start : start + ids.shape[1]], self.sin[start : start + ids.shape[1]]
        x = self.token_embd(ids)  # (batch, length, width)
        cache: Cache = []
        for i, layer in enumerate(self.blk):
            last = i == len(self.blk) - 1
            x, present = layer(x, cos, sin, past[i] if past else None, wanted if last else None)
            cache.append(present)
        return F.linear(self.output_norm(x), self.token_embd.weight), cache
