"""Coloured digits: Colored MNIST (Arjovsky et al. 2019, §5.1) on the 1,797 digits that scikit-learn ships.

The label is `digit < 5`, flipped in a quarter of the images. The colour agrees with the label, except in the
share of images that names the environment: 10, 20 and 50 % in training, 90 % in the hold-out. So colour
predicts best wherever it agrees, and misleads where it does not; shape predicts 75 % everywhere.
"""

from pathlib import Path

import numpy as np
import polars as pl
from PIL import Image
from sklearn.datasets import load_digits

DISAGREEMENT = {"10 %": 0.1, "20 %": 0.2, "50 %": 0.5, "90 %": 0.9}
LABEL_NOISE = 0.25
REPEATS = 8  # each digit with fresh label noise, or a network learns the noise by heart
SEED = 0


def write(folder: Path) -> Path:
    """Write PNG files and their `manifest.csv` under `folder/coloured_digits`."""
    root = folder / "coloured_digits"
    generator = np.random.default_rng(SEED)
    digits, images = shuffled_digits(generator)
    colouring = np.resize(list(DISAGREEMENT), len(digits)).repeat(REPEATS)
    digits, images = digits.repeat(REPEATS), images.repeat(REPEATS, axis=0)
    label = (digits < 5) ^ (generator.random(len(digits)) < LABEL_NOISE)
    disagreement = np.array([DISAGREEMENT[name] for name in colouring])
    red = label ^ (generator.random(len(digits)) < disagreement)
    paths = [f"{name.removesuffix(' %')}/{number:05}.png" for number, name in enumerate(colouring)]
    for name in DISAGREEMENT:
        (root / name.removesuffix(" %")).mkdir(parents=True, exist_ok=True)
    for path, image, is_red in zip(paths, images, red, strict=True):
        coloured(image, is_red).save(root / path)
    manifest = pl.DataFrame(
        {"path": paths, "digit": digits, "below_five": label.astype(int), "colouring": colouring}
    )
    manifest.write_csv(root / "manifest.csv")
    return root / "manifest.csv"


def shuffled_digits(generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The digits [1797] and their images [1797, 8, 8] as bytes, in a random order."""
    bundled = load_digits()
    order = generator.permutation(len(bundled.target))
    return bundled.target[order], (bundled.images[order] * 255 / 16).astype(np.uint8)


def coloured(image: np.ndarray, red: bool) -> Image.Image:
    """The grey image [8, 8] in the red or the green channel."""
    pixels = np.zeros((*image.shape, 3), np.uint8)
    pixels[..., 0 if red else 1] = image
    return Image.fromarray(pixels)
