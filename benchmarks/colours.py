"""Colored MNIST (Arjovsky et al. 2019, section 5.1), on as many digits as there are."""

import numpy as np
import torch
from torch import Tensor

from benchmarks.digits import digits
from irm_core.training.examples import Examples

DISAGREEMENT = {"20 %": 0.2, "10 %": 0.1, "90 %": 0.9}
TRAINING, HELD_OUT = ("20 %", "10 %"), "90 %"
LABEL_NOISE = 0.25
HELD_OUT_ROWS = 2000


def coloured(seed: int, *, grey: bool = False) -> Examples:
    """Digits of 14×14 pixels in two colours, float32 [N, 2, 14, 14]; [N, 1, 14, 14] if grey.

    The label is `digit < 5`, but in a quarter of the images. The colour is the label, but in the share of
    images that names the environment. The last 2,000 digits are held out, the others shared between the
    training environments. seed: of their order, the noise and the colours.
    """
    generator = np.random.default_rng(seed)
    images, numbers = digits()
    order = generator.permutation(len(numbers))
    membership = np.arange(len(order)) % len(TRAINING)
    membership[-HELD_OUT_ROWS:] = len(TRAINING)
    label = flipped(numbers[order] < 5, LABEL_NOISE, generator)
    disagreement = np.array([*DISAGREEMENT.values()])[membership]
    red = flipped(label, disagreement, generator)
    return Examples(
        inputs=painted(torch.from_numpy(images[order][:, None, ::2, ::2]), torch.from_numpy(red), grey=grey),
        targets=torch.from_numpy(label.astype(np.int64)),
        membership=torch.from_numpy(membership),
        validation=torch.zeros(len(order), dtype=torch.bool),
        environments=tuple(DISAGREEMENT),
    )


def flipped(values: np.ndarray, share: float | np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Each of the booleans, or with this probability its opposite."""
    return values ^ (generator.random(len(values)) < share)


def painted(images: Tensor, red: Tensor, *, grey: bool) -> Tensor:
    """[N, 1, H, W] in the first of two channels if red, else in the second; as it is if grey."""
    if grey:
        return images.contiguous()
    first = red[:, None, None, None]
    return torch.cat([images * first, images * ~first], dim=1)
