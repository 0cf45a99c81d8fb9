"""The scikit-learn face: invariant learning as estimators."""

from irm_core.estimators.classifier import InvariantClassifier
from irm_core.estimators.regressor import InvariantRegressor
from irm_core.estimators.without_environments import WithoutEnvironmentsWarning

__all__ = ["InvariantClassifier", "InvariantRegressor", "WithoutEnvironmentsWarning"]
