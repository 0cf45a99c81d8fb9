"""The state of the global random numbers, which layers such as dropout draw from."""

import torch
from torch import Tensor


def random_state() -> list[Tensor]:
    """States of the CPU's generator and of each GPU's."""
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    return [torch.random.get_rng_state(), *gpus]


def restore_random_state(states: list[Tensor]) -> None:
    """Draw again what was drawn after `random_state`."""
    torch.random.set_rng_state(states[0])
    if states[1:]:
        torch.cuda.set_rng_state_all(states[1:])
