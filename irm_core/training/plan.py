"""What to train: the one record that the command line, the flow and the Prefect form share."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    WithJsonSchema,
    model_validator,
)

from irm_core.objectives import OBJECTIVES
from irm_core.objectives.irm import Dummies, Estimator
from irm_core.training.models import ModelName

Many = Field(min_length=1)


def _known(name: str) -> str:
    if name not in OBJECTIVES:
        raise ValueError(f"{name!r} is not one of {', '.join(OBJECTIVES)}")
    return name


ObjectiveName = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(OBJECTIVES)})
]


class TrainingPlan(BaseModel):
    """Objectives, penalty weights, seeds, model and budget of one retraining.

    Every objective is trained for every penalty weight, learning rate, seed and left-out environment; ERM,
    the control, is always among them, with the same balance, budget and learning rates.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    objectives: Annotated[tuple[ObjectiveName, ...], Many] = Field(
        ("erm", "irm", "vrex"), description="what is compared; erm, the control, is always trained"
    )
    penalty_weights: Annotated[tuple[PositiveFloat, ...], Many] = Field(
        (1.0, 100.0, 10_000.0), description="λ: everything but erm is trained with each"
    )
    irm_dummies: Dummies = Field(
        "scale", title="IRM dummies", description="by whose slope irm, irmx and ib_irm are penalised"
    )
    irm_estimator: Estimator = Field(
        "square", title="IRM estimator", description="of the squared slope, over a step's rows"
    )
    seeds: Annotated[tuple[NonNegativeInt, ...], Many] = Field(
        (0, 1, 2), description="everything is trained with each; the first refits what is chosen"
    )
    model: ModelName = Field("auto", description="auto: convnet for images, else mlp")
    hidden: tuple[PositiveInt, ...] = Field(
        (64, 64), description="widths of an mlp, or of that on a backbone"
    )
    embedding: PositiveInt | None = Field(
        None,
        description="width of the vector that an mlp learns for each value of a text column; null: a 0/1 "
        "column for each value",
    )
    weights: Annotated[str, Many] | None = Field(
        None,
        description="file with a ResNet's weights, .safetensors or a state dict of torch; null: train from "
        "scratch",
    )
    trained: Literal["all", "head"] = Field(
        "all", description="head: the ResNet stays as its weights are, and an mlp reads its features"
    )
    steps: PositiveInt = Field(500, description="of the optimizer, for each candidate")
    penalty_schedule: Literal["step", "ramp", "constant"] = Field(
        "step",
        description="after the warm-up, at once or over ramp_steps, or constant: the whole penalty from the "
        "first step",
    )
    warmup_steps: NonNegativeInt = Field(100, description="first steps, with a penalty weight of at most 1")
    ramp_steps: PositiveInt = Field(100, description="of penalty_schedule ramp, after the warm-up")
    batch_size: PositiveInt | None = Field(256, description="rows per environment and step; null: all rows")
    learning_rate: PositiveFloat | Annotated[tuple[PositiveFloat, ...], Many] = Field(
        1e-3, description="of Adam; several: everything is trained with each, ERM too"
    )
    learning_rate_schedule: Literal["constant", "cosine"] = Field(
        "constant", description="cosine: falls to zero in each phase"
    )
    learning_rate_warmup: NonNegativeInt = Field(0, description="steps over which the learning rate rises")
    restart: bool = Field(
        True, description="Adam and the learning rate's schedule begin again at the end of the warm-up"
    )
    weight_decay: NonNegativeFloat = Field(0.0, description="of Adam")
    balance: Literal["environments", "rows"] = Field(
        "environments", description="what counts the same in the risk: each environment, or each row"
    )
    early_stopping: PositiveInt | None = Field(
        None,
        description="records without a new low of the objective on validation rows, after which training "
        "goes back to the lowest and ends; null: all steps",
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto: a GPU where there is one")
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="of the products inside the model; parameters, losses and penalties stay float32",
    )
    criterion: Literal["worst", "mean"] = Field(
        "worst", description="choose by the worst left-out environment, or by their mean"
    )
    standard_errors: NonNegativeFloat = Field(2.0, description="lead over ERM that counts as more than noise")
    record_every: PositiveInt = Field(10, description="steps between the points of the curves")

    @property
    def learning_rates(self) -> tuple[float, ...]:
        """All that are tried."""
        return self.learning_rate if isinstance(self.learning_rate, tuple) else (self.learning_rate,)

    @property
    def penalty_steps(self) -> tuple[int, int]:
        """How many steps the penalty weight is held down, and how many it then rises, before it is whole."""
        rising = self.ramp_steps if self.penalty_schedule == "ramp" else 0
        return (0, 0) if self.penalty_schedule == "constant" else (self.warmup_steps, rising)

    @property
    def phases(self) -> tuple[int, ...]:
        """The numbers of steps between which the optimizer begins again; their sum is `steps`."""
        held = self.penalty_steps[0] if self.restart else 0
        return (held, self.steps - held) if held else (self.steps,)

    @model_validator(mode="after")
    def _penalty_weights_apply(self) -> Self:
        if sum(self.penalty_steps) >= self.steps:
            names = "warmup_steps + ramp_steps" if self.penalty_schedule == "ramp" else "warmup_steps"
            raise ValueError(
                f"{names} ({sum(self.penalty_steps)}) must be less than steps ({self.steps}), "
                "or no penalty weight would ever apply"
            )
        return self

    @model_validator(mode="after")
    def _weights_have_a_model(self) -> Self:
        if self.weights is not None and not self.model.startswith("resnet"):
            raise ValueError(
                f"weights are those of a ResNet: say model: resnet18, resnet34 or resnet50, not {self.model}"
            )
        if self.trained == "head" and self.weights is None:
            raise ValueError("trained: head needs weights: a backbone of random ones says nothing")
        return self

    @model_validator(mode="after")
    def _embedding_has_a_model(self) -> Self:
        if self.embedding is not None and self.model not in ("auto", "mlp"):
            raise ValueError(f"embedding is for model: mlp, not {self.model}")
        return self

    @model_validator(mode="after")
    def _learning_rate_rises_to_its_end(self) -> Self:
        if self.learning_rate_warmup >= min(self.phases):
            raise ValueError(
                f"learning_rate_warmup ({self.learning_rate_warmup}) must be less than {min(self.phases)}, "
                "the steps before or after the restart, or the learning rate would not reach its height"
            )
        return self
