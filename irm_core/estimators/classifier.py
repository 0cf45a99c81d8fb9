"""Classification."""

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from irm_core.estimators.estimator import InvariantEstimator
from irm_core.estimators.saving import Classes
from irm_core.objectives.losses import loss_name
from irm_core.predictor import probabilities


class InvariantClassifier(ClassifierMixin, InvariantEstimator):
    """A classifier whose predictions rest on what holds in all environments.

    Trained by cross-entropy, with one logit for two classes, else one per class. Fitted: `classes_`,
    `environments_`, `objective_` (ERM where there were fewer than two environments) and `model_`.
    """

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class of each row, [N]."""
        places = self.predict_proba(X).argmax(1)
        return self.classes_[places]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each of `classes_`, float64 [N, classes]."""
        return probabilities(self._outputs(X))

    @property
    def _loss(self) -> str:
        return loss_name("classification", len(self.classes_))

    def _learn_target(self, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
        del weights
        check_classification_targets(labels)
        self.classes_, places = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"All rows are of one class, {self.classes_.tolist()[0]!r}: there is nothing to learn."
            )
        return places

    def _target(self) -> Classes:
        values = self.classes_.tolist()
        if not all(isinstance(one, bool | int | float | str) for one in values):
            raise ValueError(f"Classes of the type {self.classes_.dtype} cannot be saved: make them strings.")
        return Classes(values=tuple(values), dtype=self.classes_.dtype.str)

    def _restore_target(self, target: Classes) -> None:
        self.classes_ = np.array(target.values, dtype=target.dtype)
