"""The registered model, as MLflow loads it: takes raw rows; preprocessing is inside; no pickle."""

from pathlib import Path

import pandas as pd
import polars as pl
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

from irm_core.predictor import Predictor


class ServedModel(PythonModel):
    """A `Predictor` behind MLflow's pyfunc interface: a pandas frame of raw rows in, of predictions out."""

    def load_context(self, context: PythonModelContext) -> None:
        self.predictor = Predictor.load(Path(context.artifacts["predictor"]))

    def predict(self, context: PythonModelContext, model_input: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG002
        return self.predictor.predict(pl.from_pandas(model_input)).to_pandas()


set_model(ServedModel())
