"""Regression."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.preprocessing import StandardScaler

from irm_core.estimators.estimator import InvariantEstimator
from irm_core.estimators.saving import Units
from irm_core.objectives.losses import loss_name


class InvariantRegressor(RegressorMixin, InvariantEstimator):
    """A regressor whose predictions rest on what holds in all environments.

    Trained by squared error on standardised labels, in whose units the penalty is. Fitted: `target_mean_`,
    `target_scale_`, `environments_`, `objective_` (ERM where there were fewer than two environments) and
    `model_`.
    """

    def predict(self, X: Any) -> np.ndarray:
        """Predictions in the label's units, float64 [N]."""
        return self._outputs(X)[:, 0] * self.target_scale_ + self.target_mean_

    @property
    def _loss(self) -> str:
        return loss_name("regression")

    def _learn_target(self, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
        scaler = StandardScaler().fit(labels.reshape(-1, 1), sample_weight=weights)
        self.target_mean_, self.target_scale_ = float(scaler.mean_[0]), float(scaler.scale_[0])
        return ((labels - self.target_mean_) / self.target_scale_).astype(np.float32)

    def _target(self) -> Units:
        return Units(mean=self.target_mean_, scale=self.target_scale_)

    def _restore_target(self, target: Units) -> None:
        self.target_mean_, self.target_scale_ = target.mean, target.scale
