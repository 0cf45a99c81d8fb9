"""How many threads a computation is worth."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

import torch
from torch import nn

WORTHWHILE = 30_000_000  # multiplications, of which a second thread saves more than it costs
DENSE = (nn.Linear, nn.Embedding, nn.Flatten, nn.ReLU, nn.Tanh, nn.Dropout, nn.Identity)


def multiplications(model: nn.Module) -> float:
    """How many one row takes through dense layers; infinite for other models: their cost is not known."""
    layers = [one for one in model.modules() if not list(one.children())]
    if not all(isinstance(one, DENSE) for one in layers):
        return inf
    computing = [one for one in layers if not isinstance(one, nn.Embedding)]  # which only looks up
    return sum(one.numel() for layer in computing for one in layer.parameters())


@contextmanager
def threads_for(work: float) -> Iterator[None]:
    """One thread for less than WORTHWHILE `work` (multiplications), else as many as torch has.

    Threads wait for each other after every operation. Where small ones follow each other, and other programs
    keep the cores busy, that waiting takes most of the time: a training of one second was seen to take forty.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1 if work < WORTHWHILE else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
