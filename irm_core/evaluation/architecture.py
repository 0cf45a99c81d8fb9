"""The models that a plan asks for on a fold: as they are trained, and as they predict."""

from collections.abc import Iterable

from irm_core.evaluation.embedding import backbone, weights_file
from irm_core.evaluation.fold import Fold
from irm_core.objectives.losses import output_count
from irm_core.training.models import Architecture, Model
from irm_core.training.plan import TrainingPlan


def architecture(fold: Fold, plan: TrainingPlan) -> Architecture:
    """What the plan asks for, to read raw examples and predict the fold's target."""
    return Architecture(
        name=plan.model,
        input_shape=fold.shape,
        outputs=output_count(fold.loss, len(fold.target.classes)),
        hidden=plan.hidden,
        categories=fold.features.indexed if fold.features else {},
        embedding=plan.embedding or 0,
        pretrained=plan.weights is not None,
        frozen=plan.trained == "head",
    )


def models(fold: Fold, plan: TrainingPlan, seeds: Iterable[int]) -> list[Model]:
    """A fresh model for each seed, to be trained on the fold's examples: without a frozen backbone."""
    asked = architecture(fold, plan)
    if not asked.frozen:
        return [asked.build(seed, weights_file(plan)) for seed in seeds]
    read = tuple(fold.examples.inputs.shape[1:])
    top = Architecture(name="mlp", input_shape=read, outputs=asked.outputs, hidden=asked.hidden)
    return [top.build(seed) for seed in seeds]


def whole(trained: Iterable[Model], fold: Fold, plan: TrainingPlan) -> list[Model]:
    """The models that read raw examples, with the backbone, if there is one, which they share."""
    if plan.trained == "all":
        return list(trained)
    shared = backbone(fold.shape, plan)
    return [Model(one.featurizer, one.head, shared) for one in trained]
