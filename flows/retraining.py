"""A retraining under way: what its tasks after publication share."""

from dataclasses import dataclass

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Published
from irm_core.training.plan import TrainingPlan

SCORES = {"regression": "r2", "classification": "accuracy"}


@dataclass(frozen=True)
class Retraining:
    """id: names the retraining in every MLflow run. experiment: the MLflow experiment's id.

    content: the key of what it is a function of. anew: whether all is trained, known or not.
    """

    id: str
    content: str
    experiment: str
    published: Published
    schema: ModelSchema
    rows: Rows
    plan: TrainingPlan
    anew: bool

    @property
    def score(self) -> str:
        """What the score of this task is called."""
        return SCORES[self.schema.task]
