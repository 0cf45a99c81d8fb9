"""A fitted estimator on disk: weights as safetensors, the rest as JSON. No pickle, so no code."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from irm_core.data.version import Record
from irm_core.data.writing import whole
from irm_core.errors import UsageError

DESCRIPTION, WEIGHTS = "estimator.json", "weights.safetensors"
FEATURES = ("features.means", "features.scales")
MODEL = "model."


class Classes(Record):
    """The classes of a classifier, and NumPy's name for their type."""

    values: tuple[bool | int | float | str, ...]
    dtype: str


class Units(Record):
    """How a regressor's label was standardised."""

    mean: float
    scale: float


class Parameters(Record):
    """Those of the constructor. objective: its name. model: None where it was a torch module."""

    objective: str
    penalty_weight: float
    model: str | None
    hidden: tuple[int, ...]
    steps: int
    warmup_steps: int
    batch_size: int | Literal["auto"] | None
    learning_rate: float
    weight_decay: float
    balance: str
    device: str
    random_state: int | None


class Saved(Record):
    """`estimator.json`: all of a fitted estimator but its numbers."""

    format: Literal[1] = 1
    estimator: str
    parameters: Parameters
    features: int
    feature_names: tuple[str, ...] | None
    environments: tuple[str, ...]
    objective: str
    target: Classes | Units


def write(folder: Path, saved: Saved, numbers: Sequence[np.ndarray], weights: Mapping[str, Tensor]) -> None:
    """Write the tensors and, last, the description: without it there is no estimator.

    numbers: means and scales of the features, [D] each. weights: the model's state.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = dict(zip(FEATURES, map(torch.from_numpy, numbers), strict=True))
    copies = {f"{MODEL}{name}": one.detach().cpu().clone() for name, one in weights.items()}
    with whole(folder / WEIGHTS, "The estimator") as file:
        save_file(tensors | copies, file)
    with whole(folder / DESCRIPTION, "The estimator") as file:
        file.write_text(saved.model_dump_json(indent=2))


def read(
    folder: Path, estimator: str, *, with_module: bool
) -> tuple[Saved, list[np.ndarray], dict[str, Tensor]]:
    """What `write` wrote. UsageError if there is nothing, it is damaged, or is something else.

    with_module: whether the user gives a torch module to load the weights into.
    """
    for file in (DESCRIPTION, WEIGHTS):
        if not (folder / file).exists():
            raise UsageError(f"There is no estimator in {folder}: {file} is missing.")
    with damage_reported(folder):
        saved = Saved.model_validate_json((folder / DESCRIPTION).read_bytes())
        tensors = load_file(folder / WEIGHTS)
        numbers = [tensors.pop(name).numpy() for name in FEATURES]
    if saved.estimator != estimator:
        raise UsageError(f"In {folder} there is an {saved.estimator}, not an {estimator}.")
    name = saved.parameters.model
    if name is None and not with_module:
        raise UsageError(f"The estimator in {folder} was fitted with a torch module: give one as `model`.")
    if name is not None and with_module:
        raise UsageError(f"The estimator in {folder} was fitted with {name!r}: load it without `model`.")
    return saved, numbers, {name.removeprefix(MODEL): one for name, one in tensors.items()}


@contextmanager
def damage_reported(folder: Path) -> Iterator[None]:
    """Say what is wrong with the files in `folder` as a UsageError."""
    try:
        yield
    except (ValidationError, SafetensorError, RuntimeError, KeyError) as error:
        raise UsageError(f"The estimator in {folder} is damaged, or of another version: {error}") from error
