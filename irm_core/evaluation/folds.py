"""The folds of a version, encoded one after the other."""

from collections.abc import Sequence
from functools import lru_cache

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.embedding import embedded
from irm_core.evaluation.fold import Fold, prepare
from irm_core.evaluation.inferred import inferred_examples, infers
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.plan import TrainingPlan


class Folds:
    """Each fold is encoded when it is asked for, and kept until the next one is."""

    def __init__(self, rows: Rows, version: Version, schema: ModelSchema, plan: TrainingPlan) -> None:
        self.version, self.plan = version, plan
        self._rows, self._schema = embedded(rows, plan), schema
        self.fold = lru_cache(maxsize=1)(self._encode)
        self._inferred = lru_cache(maxsize=1)(self._infer)

    def inferred(self, candidates: Sequence[Candidate]) -> Examples | None:
        """Of candidates of one fold: the examples that they are trained on, if not the fold's own."""
        if not self.infers(candidates):
            return None
        return self._inferred(candidates[0].left_out)

    def infers(self, candidates: Sequence[Candidate]) -> bool:
        """Whether these candidates are trained on inferred environments."""
        return any(infers(self.version, one) for one in candidates)

    def _encode(self, left_out: str | None) -> Fold:
        indexed = self.plan.embedding is not None
        return prepare(self._rows, self.version, self._schema, left_out, indexed=indexed)

    def _infer(self, left_out: str | None) -> Examples:
        return inferred_examples(self.fold(left_out), self.plan)
