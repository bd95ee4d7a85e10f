"""Writes a checkpoint as GGUF: `python export.py RUN_FOLDER OUT.gguf`.

llama.cpp's `chatglm` layout: Q8_0 matrices, F32 norms and biases, the output
tied to the embedding. The tokenizer and the words of the prompt travel along.
"""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter, TokenType

from model import Config
from prompt import PROMPT_FILE, SPECIAL_TOKENS

NAME = "gimlet-nano"
LICENSE = "MIT OR Apache-2.0"


def write_shape(w: GGUFWriter, c: Config) -> None:
    w.add_name(NAME)
    w.add_license(LICENSE)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    w.add_quantization_version(2)
    w.add_context_length(c.context)
    w.add_embedding_length(c.width)
    w.add_block_count(c.layers)
    w.add_feed_forward_length(c.ffn_width)
    w.add_head_count(c.heads)
    w.add_head_count_kv(c.kv_heads)
    w.add_layer_norm_rms_eps(c.eps)
    w.add_rope_dimension_count(c.rotary_width)
    w.add_rope_freq_base(c.theta)
    w.add_key_length(c.head_width)
    w.add_value_length(c.head_width)
    w.add_vocab_size(c.vocabulary)


def write_tokenizer(w: GGUFWriter, text: str) -> None:
    tokenizer = json.loads(text)
    ids = tokenizer["model"]["vocab"]
    tokens = sorted(ids, key=ids.__getitem__)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("gimlet-nano")
    w.add_token_list(tokens)
    w.add_token_types([TokenType.CONTROL if t in SPECIAL_TOKENS else TokenType.NORMAL for t in tokens])
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]])
    w.add_eos_token_id(ids["<|endoftext|>"])
    w.add_pad_token_id(ids["<|endoftext|>"])
    w.add_eot_token_id(ids["<|user|>"])
    w.add_add_bos_token(False)
    w.add_string("tokenizer.huggingface.json", text)
    w.add_string("gimlet.prompt", PROMPT_FILE.read_text(encoding="utf-8"))


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    ap.add_argument("out", type=Path)
    a = ap.parse_args()
    saved = torch.load(a.folder / "checkpoint.pt", weights_only=True)
    w = GGUFWriter(str(a.out), "chatglm")
    write_shape(w, Config(**saved["config"]))
    write_tokenizer(w, (a.folder / "tokenizer.json").read_text(encoding="utf-8"))
    for name, tensor in saved["model"].items():
        values = tensor.numpy().astype(np.float32)
        if values.ndim == 2:
            packed = gguf.quants.quantize(values, GGMLQuantizationType.Q8_0)
            w.add_tensor(name, packed, raw_dtype=GGMLQuantizationType.Q8_0)
        else:
            w.add_tensor(name, values)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    print(f"{a.out.stat().st_size / 1e6:.2f} MB after {saved['count']['tokens'] / 1e6:.2f} M tokens")


if __name__ == "__main__":
    main()
