"""Compares a checkpoint's logits with transformers' GlmForCausalLM: `python check_transformers.py RUN_FOLDER`."""

import argparse
from pathlib import Path

import torch
from torch import Tensor
from transformers import GlmConfig, GlmForCausalLM

from model import Config, Glm

SLACK = 1e-3


def renamed(state: dict[str, Tensor], c: Config) -> dict[str, Tensor]:
    """The weights under transformers' names, q, k and v apart."""
    sizes = [c.heads * c.head_width, c.kv_heads * c.head_width, c.kv_heads * c.head_width]
    out = {
        "model.embed_tokens.weight": state["token_embd.weight"],
        "lm_head.weight": state["token_embd.weight"],
        "model.norm.weight": state["output_norm.weight"],
    }
    for i in range(c.layers):
        ours, theirs = f"blk.{i}.", f"model.layers.{i}."
        for kind in ("weight", "bias"):
            for name, part in zip("qkv", state[f"{ours}attn_qkv.{kind}"].split(sizes), strict=True):
                out[f"{theirs}self_attn.{name}_proj.{kind}"] = part
        for a, b in (
            ("attn_output", "self_attn.o_proj"),
            ("ffn_up", "mlp.gate_up_proj"),
            ("ffn_down", "mlp.down_proj"),
            ("attn_norm", "input_layernorm"),
            ("ffn_norm", "post_attention_layernorm"),
        ):
            out[f"{theirs}{b}.weight"] = state[f"{ours}{a}.weight"]
    return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    a = ap.parse_args()
    saved = torch.load(a.folder / "checkpoint.pt", weights_only=True)
    c = Config(**saved["config"])
    ours = Glm(c).eval()
    ours.load_state_dict(saved["model"])
    theirs = GlmForCausalLM(
        GlmConfig(
            vocab_size=c.vocabulary,
            hidden_size=c.width,
            intermediate_size=c.ffn_width,
            num_hidden_layers=c.layers,
            num_attention_heads=c.heads,
            num_key_value_heads=c.kv_heads,
            head_dim=c.head_width,
            partial_rotary_factor=0.5,
            rope_theta=c.theta,
            rms_norm_eps=c.eps,
            attention_bias=True,
            tie_word_embeddings=True,
            max_position_embeddings=c.context,
            pad_token_id=0,
            eos_token_id=0,
        )
    ).eval()
    theirs.load_state_dict(renamed(saved["model"], c))
    ids = torch.randint(c.vocabulary, (2, 64), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        difference = (ours(ids)[0] - theirs(ids).logits).abs().max().item()
        _, past = ours(ids[:, :20])
        continued = (ours(ids[:, 20:], past)[0] - theirs(ids).logits[:, 20:]).abs().max().item()
    print(f"largest difference of logits: {difference:.2g}, with a cache {continued:.2g}")
    if max(difference, continued) > SLACK:
        raise SystemExit("the network is not transformers' GLM")


if __name__ == "__main__":
    main()
