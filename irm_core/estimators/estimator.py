"""What classifier and regressor share: fitting, the outputs of what was fitted, saving and loading."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator, is_regressor
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import Tensor, nn

from irm_core.estimators import saving
from irm_core.estimators.fitting import fit_model
from irm_core.estimators.labelled_rows import LabelledRows, labelled_rows
from irm_core.estimators.network import check_head, network
from irm_core.estimators.parameters import objective_name, saved_parameters, training_plan
from irm_core.estimators.without_environments import trained_objective
from irm_core.objectives.law import Objective
from irm_core.objectives.losses import output_count
from irm_core.training.candidate import CONTROL, Candidate
from irm_core.training.examples import Examples
from irm_core.training.forward import outputs
from irm_core.training.groups import known_objectives
from irm_core.training.models import Model

NUMBERS = (np.float64, np.float32)


class InvariantEstimator(BaseEstimator, ABC):
    """A model trained for an objective across environments, on standardised features.

    objective: a name in OBJECTIVES, or an Objective of one's own (docs/objectives.md).
    penalty_weight: λ, how much invariance counts beside the mean risk.
    model: "linear", "mlp" with layers of the widths `hidden`, or a torch module, of which a copy is trained.
    steps, warmup_steps: updates in all, and those before λ grows beyond 1.
    batch_size: rows of each environment per step; None: all rows; "auto": all up to 8192, else 256.
    learning_rate, weight_decay: Adam's, decay decoupled.
    balance: whether environments weigh alike in the objective, or rows.
    random_state: what weights and batches are drawn from; the same number gives the same model on a CPU.
    """

    __metadata_request__fit: ClassVar = {"environments": True}  # wanted wherever metadata is routed

    def __init__(  # noqa: PLR0913 - scikit-learn's way to declare parameters
        self,
        objective: str | Objective = "irm",
        penalty_weight: float = 1e3,
        *,
        model: str | nn.Module = "mlp",
        hidden: tuple[int, ...] = (64, 64),
        steps: int = 500,
        warmup_steps: int = 100,
        batch_size: int | Literal["auto"] | None = "auto",
        learning_rate: float = 1e-2,
        weight_decay: float = 0.0,
        balance: Literal["environments", "rows"] = "environments",
        device: Literal["auto", "cpu", "cuda"] = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.objective = objective
        self.penalty_weight = penalty_weight
        self.model = model
        self.hidden = hidden
        self.steps = steps
        self.warmup_steps = warmup_steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.balance = balance
        self.device = device
        self.random_state = random_state

    def fit(self, X: Any, y: Any, *, environments: Any = None, sample_weight: Any = None) -> Self:
        """Train on rows X [N, D] with labels y [N].

        environments: one label per row, any hashable values. Without two of them or more this is ERM, and a
        WithoutEnvironmentsWarning says so. sample_weight: a row of weight 2 counts as two rows.
        ValueError where data or parameters are not as they must be; UsageError if training diverged.
        """
        X, y = validate_data(self, X, y, dtype=NUMBERS, order="C", y_numeric=is_regressor(self))
        plan = training_plan(self.get_params(deep=False), len(X))
        rows = labelled_rows(X, y, environments, sample_weight)
        rows = rows.merged() if plan.batch_size is None else rows
        self.environments_ = rows.environments
        self.objective_ = trained_objective(objective_name(self.objective), rows.environments)
        scaler = StandardScaler().fit(rows.inputs, sample_weight=rows.weights)
        self.feature_means_, self.feature_scales_ = scaler.mean_, scaler.scale_
        targets = self._learn_target(rows.labels, rows.weights)
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        own = [self.objective] if isinstance(self.objective, Objective) else []
        check_head(self.model, known_objectives(plan, own)[self.objective_], self._loss)
        model = self._network(seed)
        fit_model(model, self._examples(rows, targets), self._candidate(seed), plan, self._loss, own)
        self.model_ = model.double()  # so that a prediction does not depend on which rows come with it
        return self

    def save(self, folder: Path | str) -> None:
        """Write what was fitted: estimator.json and weights.safetensors, which hold no code.

        ValueError where a parameter or a class cannot be written as JSON.
        """
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", None)
        saved = saving.Saved(
            estimator=type(self).__name__,
            parameters=saved_parameters(self.get_params(deep=False)),
            features=self.n_features_in_,
            feature_names=None if names is None else tuple(names),
            environments=self.environments_,
            objective=self.objective_,
            target=self._target(),
        )
        numbers = [self.feature_means_, self.feature_scales_]
        saving.write(Path(folder), saved, numbers, self.model_.state_dict())

    @classmethod
    def load(cls, folder: Path | str, *, model: nn.Module | None = None) -> Self:
        """What `save` wrote. model: one with the same layers, if a module was fitted.

        UsageError if there is no such estimator, or it is damaged.
        """
        saved, numbers, weights = saving.read(Path(folder), cls.__name__, with_module=model is not None)
        estimator = cls(**saved.parameters.model_dump() | ({} if model is None else {"model": model}))
        estimator._restore(saved, numbers)
        with saving.damage_reported(Path(folder)):
            estimator.model_.load_state_dict(weights)
        return estimator

    def __getstate__(self) -> dict[str, Any]:
        """Pickled with the model on the CPU, since it may be read where there is no GPU."""
        state = super().__getstate__()
        return state | {name: deepcopy(state[name]).cpu() for name in ("model_",) if name in state}

    @property
    @abstractmethod
    def _loss(self) -> str:
        """The name of the loss, once the target is learnt."""

    @abstractmethod
    def _learn_target(self, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Learn the encoding of the labels, and encode them as the loss wants them."""

    @abstractmethod
    def _target(self) -> saving.Classes | saving.Units:
        """The encoding of the labels, to be saved."""

    @abstractmethod
    def _restore_target(self, target: Any) -> None:
        """Take the encoding from what `_target` gave."""

    def _outputs(self, X: Any) -> np.ndarray:
        """What the fitted model gives for X [N, D]: [N, C]."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=NUMBERS, order="C", reset=False)
        return outputs(self.model_, self._standardised(X)).cpu().numpy()

    def _standardised(self, inputs: np.ndarray) -> Tensor:
        return torch.from_numpy((inputs - self.feature_means_) / self.feature_scales_)

    def _network(self, seed: int) -> Model:
        count = output_count(self._loss, len(getattr(self, "classes_", ())))
        return network(self.model, self.n_features_in_, count, self.hidden, seed)

    def _examples(self, rows: LabelledRows, targets: np.ndarray) -> Examples:
        weighted = bool((rows.weights != 1).any())
        return Examples(
            inputs=self._standardised(rows.inputs).float(),
            targets=torch.from_numpy(targets),
            membership=torch.from_numpy(rows.membership),
            validation=torch.zeros(len(targets), dtype=torch.bool),
            environments=rows.environments,
            weights=torch.from_numpy(rows.weights.astype(np.float32)) if weighted else None,
        )

    def _restore(self, saved: saving.Saved, numbers: Sequence[np.ndarray]) -> None:
        self.n_features_in_ = saved.features
        if saved.feature_names is not None:
            self.feature_names_in_ = np.array(saved.feature_names, dtype=object)
        self.environments_, self.objective_ = saved.environments, saved.objective
        self.feature_means_, self.feature_scales_ = numbers
        self._restore_target(saved.target)
        self.model_ = self._network(seed=0).double()

    def _candidate(self, seed: int) -> Candidate:
        weight = 0.0 if self.objective_ == CONTROL else self.penalty_weight
        return Candidate(objective=self.objective_, penalty_weight=weight, seed=seed, left_out=None)
