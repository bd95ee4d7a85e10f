"""Initial weights that can already copy.

Layer 0 gets heads that look one and two tokens back, made from the QKV biases
and the rotation alone. Layer 2 gets induction heads, in the half of the head
that is not rotated: one finds an earlier place that came after the same token,
the other one that came after the same two tokens; both write the token found
there into the output. Nothing is frozen: training changes all of it.
"""

import torch
from torch import Tensor

from model import Config, Glm

POSITION_BIAS = 8.0
MATCH_SCALE = 2.0
COPY_SCALE = 3.5
FAST_PAIRS = 6
"""The fastest-turning rotary pairs; slow ones cannot tell neighbours apart."""
EMBEDDING_STD = 0.5
FINAL_NORM = 0.1


def orthogonal(n: int, generator: torch.Generator) -> Tensor:
    return torch.linalg.qr(torch.randn(n, n, generator=generator))[0]


@torch.no_grad()
def initialise(model: Glm, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    c = model.c
    model.token_embd.weight.normal_(std=EMBEDDING_STD, generator=generator)
    model.output_norm.weight.fill_(FINAL_NORM)
    for layer in model.blk:
        for linear in (layer.attn_qkv, layer.ffn_up):
            linear.weight.normal_(std=0.6 * c.width**-0.5, generator=generator)
        layer.attn_qkv.bias.zero_()
        layer.attn_output.weight.zero_()
        layer.ffn_down.weight.zero_()
    w = c.head_width
    token = orthogonal(c.width, generator)[:w]  # (head_width, width): reads a token's embedding
    spaces = orthogonal(c.width, generator)
    one_back, two_back = spaces[:, :w], spaces[:, w : 2 * w]  # (width, head_width): where layer 0 writes
    look_back(model, token, one_back, two_back)
    copy(model, token, one_back, two_back, generator)


def look_back(model: Glm, token: Tensor, one_back: Tensor, two_back: Tensor) -> None:
    """Heads 0 and 1 of layer 0 attend one and two tokens back and write what they see."""
    c, layer = model.c, model.blk[0]
    w = c.head_width
    key, value = c.heads * w, (c.heads + c.kv_heads) * w
    weight, bias = layer.attn_qkv.weight, layer.attn_qkv.bias
    weight[: 2 * w] = 0
    weight[key : key + w] = 0
    weight[value : value + w] = token
    frequencies = 1.0 / c.theta ** (torch.arange(0, c.rotary_width, 2).float() / c.rotary_width)
    for pair in range(FAST_PAIRS):
        bias[key + 2 * pair] = POSITION_BIAS
        for head, distance in ((0, 1), (1, 2)):
            angle = -frequencies[pair] * distance
            bias[head * w + 2 * pair] = POSITION_BIAS * angle.cos()
            bias[head * w + 2 * pair + 1] = POSITION_BIAS * angle.sin()
    layer.attn_output.weight[:, :w] = one_back
    layer.attn_output.weight[:, w : 2 * w] = two_back


def copy(model: Glm, token: Tensor, one_back: Tensor, two_back: Tensor, generator: torch.Generator) -> None:
    """One head of each group of layer 2 finds what followed the current token, or the current two."""
    c, layer = model.c, model.blk[2]
    w, r = c.head_width, c.rotary_width
    group = c.heads // c.kv_heads
    weight = layer.attn_qkv.weight
    written = orthogonal(c.width, generator)
    for kv in range(c.kv_heads):
        query, key, value = kv * group * w, (c.heads + kv) * w, (c.heads + c.kv_heads + kv) * w
        mix = orthogonal(w, generator)
        weight[query : query + w] = 0
        weight[key : key + w] = 0
        if kv == 0:
            weight[query + r : query + w] = MATCH_SCALE * mix[: w - r] @ token
            weight[key + r : key + w] = MATCH_SCALE * mix[: w - r] @ one_back.T
        else:
            half = (w - r) // 2
            other = orthogonal(w, generator)
            weight[query + r : query + r + half] = MATCH_SCALE * mix[:half] @ token
            weight[key + r : key + r + half] = MATCH_SCALE * mix[:half] @ one_back.T
            weight[query + r + half : query + w] = MATCH_SCALE * other[:half] @ one_back.T
            weight[key + r + half : key + w] = MATCH_SCALE * other[:half] @ two_back.T
        found = written[kv * w : (kv + 1) * w]
        weight[value : value + w] = found
        layer.attn_output.weight[:, query : query + w] = COPY_SCALE * found.T


def build(seed: int, **shape: int) -> Glm:
    """A new model with structured initial weights."""
    model = Glm(Config(**shape))
    initialise(model, seed)
    return model
