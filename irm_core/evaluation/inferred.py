"""The examples of a fold in environments inferred from the errors of its own ERM."""

from irm_core.data.version import Version
from irm_core.evaluation.architecture import models
from irm_core.evaluation.fold import Fold
from irm_core.objectives.losses import LOSSES
from irm_core.training.candidate import CONTROL, Candidate
from irm_core.training.examples import Examples
from irm_core.training.forward import outputs
from irm_core.training.inferred import with_inferred
from irm_core.training.loop import train
from irm_core.training.models import Model
from irm_core.training.plan import TrainingPlan


def inferred_examples(fold: Fold, plan: TrainingPlan) -> Examples:
    """The rows that this fold trains on, in environments inferred by its reference; the others as they are.

    The reference is trained on the fold's own training environments.
    """
    rows = fold.examples.within(fold.trained)
    found = outputs(_trained(fold, plan), fold.examples.inputs).cpu()
    return with_inferred(fold.examples, rows, found, LOSSES[fold.loss])


def reference(plan: TrainingPlan, left_out: str | None) -> Candidate:
    """ERM with the plan's first seed and learning rate, from whose errors environments are inferred."""
    return Candidate(
        objective=CONTROL,
        penalty_weight=0.0,
        learning_rate=plan.learning_rates[0],
        seed=plan.seeds[0],
        left_out=left_out,
    )


def infers(version: Version, candidate: Candidate) -> bool:
    """Whether it is trained on inferred environments.

    ERM, the control, trains on the declared ones: on inferred ones it would be another method.
    """
    return version.inferred and candidate.objective != CONTROL


def _trained(fold: Fold, plan: TrainingPlan) -> Model:
    control = reference(plan, fold.left_out)
    (model,) = models(fold, plan, [control.seed])
    for _ in train(model, fold.examples, control, plan, fold.loss, training=fold.version.training):
        pass  # to its end
    return model
