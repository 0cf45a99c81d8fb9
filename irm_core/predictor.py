"""A trained model with everything it needs to read raw rows: what is saved, registered and served."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from irm_core.data import images
from irm_core.data.features import Features
from irm_core.data.schema import ModelSchema
from irm_core.data.target import Target
from irm_core.data.writing import whole
from irm_core.errors import DataError, UsageError
from irm_core.training.device import resolve
from irm_core.training.forward import outputs
from irm_core.training.models import Architecture, Model

DESCRIPTION, WEIGHTS = "model.json", "weights.safetensors"
ROWS = 8192  # read and predicted at a time, so that images need not all be in memory


class Description(BaseModel):
    """`model.json`: all of a predictor but its weights."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal[1] = 1
    architecture: Architecture
    features: Features | None
    target: Target
    reads: ModelSchema = Field(alias="schema")
    provenance: dict[str, Any]


@dataclass(frozen=True)
class Predictor:
    """A model and its preprocessing.

    features: None where the examples are images. provenance: where the model comes from (data version,
    candidate), plain JSON values.
    """

    model: Model
    architecture: Architecture
    features: Features | None
    target: Target
    schema: ModelSchema
    provenance: dict[str, Any]

    def save(self, folder: Path) -> None:
        """Write `weights.safetensors` and, last, `model.json`: without it there is no model."""
        description = Description(
            architecture=self.architecture,
            features=self.features,
            target=self.target,
            reads=self.schema,
            provenance=self.provenance,
        )
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: one.detach().cpu().clone() for name, one in self.model.state_dict().items()}
        with whole(folder / WEIGHTS, "The model") as file:
            save_file(weights, file)
        with whole(folder / DESCRIPTION, "The model") as file:
            file.write_text(description.model_dump_json(by_alias=True, indent=2))

    @classmethod
    def load(cls, folder: Path, device: Literal["auto", "cpu", "cuda"] = "auto") -> "Predictor":
        """What `save` wrote, which holds no code. UsageError if there is no model, or a damaged one."""
        where = resolve(device)
        try:
            found = Description.model_validate_json((folder / DESCRIPTION).read_bytes())
            model = found.architecture.build(seed=0).to(where)
            model.load_state_dict(load_file(folder / WEIGHTS, device=str(where)))
        except FileNotFoundError as error:
            raise UsageError(f"There is no model in {folder}: {error.filename} is missing.") from error
        except (ValidationError, SafetensorError, RuntimeError) as error:
            raise UsageError(f"The model in {folder} is damaged, or of another version: {error}") from error
        return cls(model, found.architecture, found.features, found.target, found.reads, found.provenance)

    def predict(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`prediction` in the label's units or classes, and `probability_<class>` for each class.

        frame: raw or typed rows with the columns `schema.inputs`; row n of the answer belongs to row n.
        DataError where a row cannot be read.
        """
        pieces = [self.outputs(one) for one in frame.iter_slices(ROWS)]
        together = np.concatenate(pieces) if pieces else np.empty((0, self.architecture.outputs), np.float32)
        if self.target.task == "regression":
            return pl.DataFrame([self.target.decode(together[:, 0]).alias("prediction")])
        shares = probabilities(together)
        columns = [self.target.decode(shares.argmax(1)).alias("prediction")]
        for name, share in zip(self.target.classes, shares.T, strict=True):
            columns.append(pl.Series(f"probability_{name}", share))
        return pl.DataFrame(columns)

    def outputs(self, frame: pl.DataFrame) -> np.ndarray:
        """The model's outputs [N, C]: standardised values, or logits."""
        inputs = self._pixels(frame) if self.features is None else self.features.transform(frame)
        return outputs(self.model, torch.from_numpy(inputs)).cpu().numpy()

    def _pixels(self, frame: pl.DataFrame) -> np.ndarray:
        column = self.schema.image
        if column not in frame.columns:
            raise DataError(
                f"The data have no column {column!r}, which names the images that the model reads."
            )
        pixels = images.load(frame[column].to_list())
        if pixels.shape[1:] != self.architecture.input_shape:
            raise DataError(
                f"The images have the shape {pixels.shape[1:]} (channels, height, width), "
                f"but the model was trained on {self.architecture.input_shape}."
            )
        return pixels


def probabilities(outputs: np.ndarray) -> np.ndarray:
    """Probabilities [N, classes] from one logit per class, or from the one logit of the second of two."""
    logits = torch.from_numpy(outputs)
    if logits.shape[1] == 1:
        logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
    return logits.softmax(1).numpy()
