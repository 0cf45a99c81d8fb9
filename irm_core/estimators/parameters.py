"""The parameters of an estimator as a training plan, which checks them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from torch import nn

from irm_core.estimators.saving import Parameters
from irm_core.objectives.law import Objective
from irm_core.training.candidate import CONTROL
from irm_core.training.plan import TrainingPlan

ALL_ROWS = 8192  # up to which batch_size="auto" takes all rows in every step
DRAWN_ROWS = 256  # per environment, beyond
SINGULAR = {"objectives": "objective", "penalty_weights": "penalty_weight"}
SHARED = ("hidden", "steps", "warmup_steps", "learning_rate", "weight_decay", "balance", "device")


def training_plan(parameters: Mapping[str, Any], rows: int) -> TrainingPlan:
    """The plan of an estimator with these parameters on so many rows. ValueError that names what is wrong."""
    batch_size, objective = parameters["batch_size"], parameters["objective"]
    if isinstance(batch_size, str) and batch_size == "auto":
        batch_size = None if rows <= ALL_ROWS else DRAWN_ROWS
    try:
        return TrainingPlan(
            objectives=(CONTROL if isinstance(objective, Objective) else objective,),
            penalty_weights=(parameters["penalty_weight"],),
            batch_size=batch_size,
            **{name: parameters[name] for name in SHARED},
        )
    except ValidationError as error:
        raise ValueError(sentence(error)) from error


def saved_parameters(parameters: Mapping[str, Any]) -> Parameters:
    """The parameters as they are saved. ValueError where one cannot be written as JSON."""
    model = None if isinstance(parameters["model"], nn.Module) else parameters["model"]
    objective = objective_name(parameters["objective"])
    try:
        return Parameters(**{**parameters, "model": model, "objective": objective})
    except ValidationError as error:
        raise ValueError(f"The estimator cannot be saved. {sentence(error)}") from error


def objective_name(objective: str | Objective) -> str:
    """The name of an objective of ours, which is given by it, or of the user's own."""
    return objective.name if isinstance(objective, Objective) else objective


def sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"The parameters do not fit together: {message}."
    name = str(first["loc"][0])
    return f"The parameter {SINGULAR.get(name, name)} cannot be {first['input']!r}: {message}."
