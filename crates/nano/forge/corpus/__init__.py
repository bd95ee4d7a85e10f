"""Kinds of dialogue, one file each.

A kind is a module of this package with three names:

- `WEIGHT`: its share of the corpus, relative to the other kinds;
- `LANGUAGE`: "en" or "zh", so that a dialogue keeps to one language;
- `turn(d: Draw) -> Turn`: one random question with the way to its answer.

A kind with `OWN_TOOLS` says itself which tools are on offer, so its turns only
begin dialogues.

Modules whose names start with an underscore are what the kinds share.
"""

import importlib
import pkgutil
from types import ModuleType


def kinds() -> dict[str, ModuleType]:
    """All kinds by name, found by looking at the files of this package."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
