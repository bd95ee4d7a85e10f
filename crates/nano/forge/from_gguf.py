"""Makes a checkpoint of a GGUF: `python from_gguf.py MODEL.gguf RUN_FOLDER`.

The weights are what Q8_0 kept of them, the optimiser's state is new: `train.py`
then goes on from the folder and warms up. For a GGUF that `export.py` wrote.
"""

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGUFReader

from model import Config, Glm



def shape_of(reader: GGUFReader) -> Config:
    def number(key: str) -> float:
        return reader.fields[f"chatglm.{key}"].contents()

    return Config(
        vocabulary=int(number("vocab_size")),
        width=int(number("embedding_length")),
        layers=int(number("block_count")),
        heads=int(number("attention.head_count")),
        kv_heads=int(number("attention.head_count_kv")),
        head_width=int(number("attention.key_length")),
        ffn_width=int(number("feed_forward_length")),
        eps=round(number("attention.layer_norm_rms_epsilon"), 9),
        theta=number("rope.freq_base"),
        context=int(number("context_length")),
    )


def weights_of(reader: GGUFReader) -> dict[str, torch.Tensor]:
    """All tensors as 32-bit floats."""
    weights = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        weights[tensor.name] = torch.from_numpy(np.array(values, np.float32))
    return weights


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("model", type=Path)
    ap.add_argument("folder", type=Path)
    a = ap.parse_args()
    reader = GGUFReader(a.model)
    config = shape_of(reader)
    model = Glm(config)
    model.load_state_dict(weights_of(reader))
    a.folder.mkdir(exist_ok=True)
    tokenizer = reader.fields["tokenizer.huggingface.json"].contents()
    (a.folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    state = {
        "model": model.state_dict(),
        "optimiser": None,
        "config": {k: getattr(config, k) for k in config.__dataclass_fields__},
        "count": {"step": 0, "tokens": 0, "seconds": 0.0, "core_seconds": 0.0, "batch": 0},
        "data": "",
    }
    torch.save(state, a.folder / "checkpoint.pt")
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters of {a.model}")


if __name__ == "__main__":
    main()
