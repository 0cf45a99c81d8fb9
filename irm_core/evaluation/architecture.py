"""The model that a plan asks for on a fold."""

from irm_core.evaluation.fold import Fold
from irm_core.objectives.losses import output_count
from irm_core.training.models import Architecture
from irm_core.training.plan import TrainingPlan


def architecture(fold: Fold, plan: TrainingPlan) -> Architecture:
    """What the plan asks for, to read the examples of the fold and predict its target."""
    return Architecture(
        name=plan.model,
        input_shape=tuple(fold.examples.inputs.shape[1:]),
        outputs=output_count(fold.loss, len(fold.target.classes)),
        hidden=plan.hidden,
    )
