"""The registered model, as MLflow loads it: takes raw rows; preprocessing is inside; no pickle."""

from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

from irm_core.predictor import Predictor


class ServedModel(PythonModel):
    """A `Predictor` behind MLflow's pyfunc interface: a pandas frame of raw rows in, of predictions out."""

    def load_context(self, context: PythonModelContext) -> None:
        self.predictor = Predictor.load(Path(context.artifacts["predictor"]))

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> pd.DataFrame:
        return self.predictor.predict(pl.from_pandas(model_input)).to_pandas()


set_model(ServedModel())
