"""Linear models learn the same from moments as from rows, to the sixth digit and beyond."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import polars as pl
import pytest
import torch
from torch import nn

from irm_core.errors import DataError, UsageError
from irm_core.objectives import OBJECTIVES
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.linear.scan import scan
from irm_core.training.linear.standard import standard
from irm_core.training.linear.sufficient import needs_moments_only
from irm_core.training.linear.train import train_linear
from irm_core.training.loop import Record, train_stack
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

TRAINING = ("north", "south", "east")
FEATURES = ("x0", "x1", "x2")
ABLE = [name for name, one in OBJECTIVES.items() if needs_moments_only(one)]
PLAN = TrainingPlan(
    steps=60, warmup_steps=20, batch_size=None, record_every=15, learning_rate=0.05, device="cpu"
)
Records = list[tuple[Record, ...]]


def every(objectives: Sequence[str], weights: Sequence[float] = (0.5, 30.0)) -> list[Candidate]:
    """Two penalty weights and seeds, and left-out environments that differ, of each objective."""
    return [
        Candidate(objective=name, penalty_weight=weight, seed=seed, left_out=left_out)
        for name in objectives
        for seed, (weight, left_out) in enumerate(zip(weights, (None, "south"), strict=True))
    ]


def linear(candidates: Sequence[Candidate]) -> list[Model]:
    return [build("linear", (3,), 1, (), one.seed).double() for one in candidates]


def on_rows(candidates: Sequence[Candidate]) -> list[Model]:
    """Linear too, but they do not say so: rows pass through them."""
    return [Model(nn.Sequential(model.featurizer), model.head) for model in linear(candidates)]


def vectors(models: Sequence[Model]) -> torch.Tensor:
    return torch.stack([nn.utils.parameters_to_vector(model.parameters()) for model in models]).detach()


def by_rows(
    examples: Examples, candidates: Sequence[Candidate], plan: TrainingPlan
) -> tuple[Records, torch.Tensor]:
    models = on_rows(candidates)
    return list(train_stack(models, examples, candidates, plan, "squared_error", training=TRAINING)), vectors(
        models
    )


def assert_equal(found: tuple[Records, torch.Tensor], expected: tuple[Records, torch.Tensor]) -> None:
    assert len(found[0]) == len(expected[0])
    for ours, theirs in zip(*(sum(records, ()) for records, _ in (found, expected)), strict=True):
        assert replace(ours, risk={}, penalty={}) == replace(theirs, risk={}, penalty={})
        assert ours.risk == pytest.approx(theirs.risk, rel=1e-6, abs=1e-12)
        assert ours.penalty == pytest.approx(theirs.penalty, rel=1e-6, abs=1e-12)
    torch.testing.assert_close(found[1], expected[1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"balance": "rows", "weight_decay": 0.1},
        {"penalty_schedule": "ramp", "ramp_steps": 10, "learning_rate_schedule": "cosine"},
        {"early_stopping": 1, "record_every": 5, "steps": 100},
    ],
    ids=str,
)
def test_a_stack_of_every_able_objective_is_as_on_rows(
    ragged: Examples, change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    plan, candidates = PLAN.model_copy(update=change), every(ABLE)
    models = linear(candidates)
    expected = by_rows(ragged, candidates, plan)
    with caplog.at_level(logging.INFO):
        found = list(train_stack(models, ragged, candidates, plan, "squared_error", training=TRAINING))
    assert "on moments" in caplog.text
    assert_equal((found, vectors(models)), expected)


@pytest.mark.parametrize("name", ABLE)
def test_each_alone_and_without_weights(ragged: Examples, name: str) -> None:
    ragged = replace(ragged, weights=None)
    for candidate in every([name]):
        models = linear([candidate])
        found = list(train_stack(models, ragged, [candidate], PLAN, "squared_error", training=TRAINING))
        assert_equal((found, vectors(models)), by_rows(ragged, [candidate], PLAN))


def test_beside_an_objective_that_needs_rows_all_pass_rows(
    ragged: Examples, caplog: pytest.LogCaptureFixture
) -> None:
    candidates = every(["irm", "fishr"])
    with caplog.at_level(logging.INFO):
        list(train_stack(linear(candidates), ragged, candidates, PLAN, "squared_error", training=TRAINING))
    assert "on moments" not in caplog.text


def test_single_precision_stays_near_double(ragged: Examples) -> None:
    """Float32 is what models have unless told otherwise."""
    candidates = every(["erm", "irm"])
    single = replace(ragged, inputs=ragged.inputs.float(), targets=ragged.targets.float())
    models = [model.float() for model in linear(candidates)]
    list(train_stack(models, single, candidates, PLAN, "squared_error", training=TRAINING))
    assert {model.head.get_parameter("bias").dtype for model in models} == {torch.float32}
    torch.testing.assert_close(
        vectors(models).double(), by_rows(ragged, candidates, PLAN)[1], rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize(
    ("scale", "status"), [(1.0, "finished"), (0.0, "collapsed"), (torch.nan, "diverged")]
)
def test_endings_are_those_of_rows(ragged: Examples, scale: float, status: str) -> None:
    candidates, plan = every(["vrex"]), PLAN.model_copy(update={"learning_rate": 1e-9})
    for make in (linear, on_rows):
        models = make(candidates)
        with torch.no_grad():
            models[1].head.get_parameter("weight").mul_(scale)
        *_, last = train_stack(models, ragged, candidates, plan, "squared_error", training=TRAINING)
        assert [one.status for one in last] == ["finished", status]


def table(examples: Examples) -> pl.DataFrame:
    """The training rows, beside others of a place that nobody asks for."""
    rows = ~examples.validation
    assert examples.weights is not None
    return pl.DataFrame(
        {name: examples.inputs[rows, place].numpy() for place, name in enumerate(FEATURES)}
        | {"y": examples.targets[rows].numpy(), "weight": examples.weights[rows].numpy()}
        | {"site": [examples.environments[place] for place in examples.membership[rows]]}
    ).vstack(
        pl.DataFrame(
            {name: [9.0, None] for name in (*FEATURES, "y", "weight")} | {"site": ["far", None]}
        ).select(*FEATURES, "y", "weight", "site")
    )


def standardised(examples: Examples) -> Examples:
    """By the weighted mean and deviation of the rows that are trained on."""
    rows = ~examples.validation
    assert examples.weights is not None
    weights = (examples.weights * rows).unsqueeze(1)

    def of(columns: torch.Tensor) -> torch.Tensor:
        mean = (columns * weights).sum(0) / weights.sum()
        return (columns - mean) / ((columns - mean).square() * weights).sum(0).div(weights.sum()).sqrt()

    return replace(examples, inputs=of(examples.inputs), targets=of(examples.targets.unsqueeze(1)).squeeze(1))


def test_a_scanned_table_gives_what_its_standardised_rows_give(ragged: Examples) -> None:
    """With weights, an environment without rows, and several left-out environments in one stack."""
    examples = replace(ragged, inputs=40 + 3 * ragged.inputs, targets=7 - 2 * ragged.targets)
    candidates = every(ABLE)
    moments = scan(table(examples).lazy(), FEATURES, "y", "site", examples.environments, "weight")
    units, models = standard(moments, TRAINING), linear(candidates)
    found = list(train_linear(models, units.applied(moments), candidates, PLAN, training=TRAINING))
    expected = by_rows(standardised(examples), candidates, PLAN)
    assert_equal((found, vectors(models)), expected)


def cut_off(moments, checkpoint: Path, most: int | None) -> tuple[list[Model], Iterator[tuple[Record, ...]]]:
    candidates = every(["irm", "group_dro"])
    models = [model.float() for model in linear(candidates)]
    steps = train_linear(models, moments, candidates, PLAN, training=TRAINING, checkpoint=checkpoint)
    return models, list(islice(steps, None if most is None else most + 1))  # asked for one more, it is kept


def test_it_goes_on_from_a_checkpoint(ragged: Examples, tmp_path: Path) -> None:
    moments = scan(table(ragged).lazy(), FEATURES, "y", "site", ragged.environments)
    whole, _ = cut_off(moments, tmp_path / "whole", None)
    cut_off(moments, tmp_path / "parts", 2)
    parts, rest = cut_off(moments, tmp_path / "parts", None)
    assert len(rest) == 2
    assert torch.equal(vectors(parts), vectors(whole))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("objective", "model", "change", "message"),
    [
        ("fishr", "linear", {}, "'fishr' asks for more"),
        ("erm", "mlp", {}, "Only linear models"),
        ("erm", "linear", {"batch_size": 8}, "batch_size: null"),
        ("erm", "linear", {"early_stopping": 2}, "early_stopping: null"),
    ],
)
def test_what_moments_cannot_give_is_refused(
    ragged: Examples, objective: str, model: str, change: dict[str, object], message: str
) -> None:
    moments = scan(table(ragged).lazy(), FEATURES, "y", "site", ragged.environments)
    candidates, plan = every([objective])[:1], PLAN.model_copy(update=change)
    models = [build(model, (3,), 1, (4,), 0)]
    with pytest.raises(UsageError, match=message):
        train_linear(models, moments, candidates, plan, training=TRAINING)


def test_models_of_other_features_are_refused(ragged: Examples) -> None:
    moments = scan(table(ragged).lazy(), FEATURES[:2], "y", "site", ragged.environments)
    with pytest.raises(UsageError, match=r"2 features, but the models read \[3\]"):
        train_linear(linear(every(["erm"])), moments, every(["erm"]), PLAN, training=TRAINING)


def test_an_environment_without_rows_is_not_trained_on(ragged: Examples) -> None:
    moments = scan(table(ragged).lazy(), FEATURES, "y", "site", ragged.environments)
    with pytest.raises(DataError, match="'empty' has no rows"):
        train_linear(linear(every(["erm"])), moments, every(["erm"]), PLAN, training=ragged.environments)
