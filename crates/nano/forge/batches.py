"""Batches of dialogues of similar length that share a system prompt."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from prompt import Opening

POOL = 2000
"""Dialogues are sorted by length within pools of this size, so that little is padding."""


class Batches:
    """The encoded dialogues of a file, in an order that a seed decides."""

    def __init__(self, file: Path, tokens: int, seed: int) -> None:
        data = np.load(file)
        self.ids, self.mask, self.openings = data["ids"], data["mask"], data["openings"]
        self.ends = data["ends"]
        self.starts = np.concatenate([[0], self.ends[:-1]])
        self.plan = self._plan(tokens, random.Random(seed))

    def _plan(self, tokens: int, order: random.Random) -> list[list[int]]:
        lengths = self.ends - self.starts
        shuffled = list(range(len(lengths)))
        order.shuffle(shuffled)
        plan: list[list[int]] = []
        for start in range(0, len(shuffled), POOL):
            pool = shuffled[start : start + POOL]
            batches: list[list[int]] = []
            for opening in Opening:
                batch: list[int] = []
                for d in sorted((d for d in pool if self.openings[d] == opening), key=lambda d: lengths[d]):
                    if batch and (len(batch) + 1) * lengths[d] > tokens:
                        batches.append(batch)
                        batch = []
                    batch.append(d)
                if batch:
                    batches.append(batch)
            order.shuffle(batches)
            plan += batches
        return plan

    def __len__(self) -> int:
        return len(self.plan)

    def read(self, first: int) -> Iterator[tuple[np.ndarray, np.ndarray, Opening]]:
        """From batch `first` on: ids, the mask of trained ids, and the opening. Padding has id 0, mask 0."""
        for dialogues in self.plan[first:]:
            longest = max(self.ends[d] - self.starts[d] for d in dialogues)
            ids = np.zeros((len(dialogues), longest), np.int64)
            mask = np.zeros((len(dialogues), longest), bool)
            for row, d in enumerate(dialogues):
                a, b = self.starts[d], self.ends[d]
                ids[row, : b - a] = self.ids[a:b]
                mask[row, : b - a] = self.mask[a:b]
            yield ids, mask, Opening(int(self.openings[dialogues[0]]))
