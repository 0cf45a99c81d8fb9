"""A frozen backbone: images pass it once, a head is trained on what it gives, raw images are predicted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.errors import UsageError
from irm_core.evaluation import embedding
from irm_core.evaluation.embedding import embedded
from irm_core.evaluation.judge import judge
from irm_core.evaluation.trial import run_fold, run_trial
from irm_core.predictor import Predictor
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.models import Architecture
from irm_core.training.plan import TrainingPlan

SCHEMA = ModelSchema(
    task="classification",
    label=ModelColumn(name="bright", logical_type="boolean"),
    features=(),
    image="path",
    missing_values=(),
)
SIDE = 32


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file as torchvision's, but of random weights."""
    path = tmp_path_factory.mktemp("weights") / "resnet18.pth"
    network = Architecture(name="resnet18", input_shape=(3, SIDE, SIDE), outputs=1, pretrained=True).build(0)
    torch.save(network.featurizer.state_dict() | {"fc.bias": torch.zeros(1000)}, path)
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("images")


@pytest.fixture
def images(folder: Path) -> Rows:
    """Bright and dark images at three sites and one held out."""
    image, random = pytest.importorskip("PIL.Image"), np.random.default_rng(0)
    names = np.repeat(["a", "b", "c", "far"], 10)
    bright = np.tile([True, False], 20)
    pixels = random.integers(0, 128, (40, 3, SIDE, SIDE)).astype(np.uint8) + 100 * bright[
        :, None, None, None
    ].astype(np.uint8)
    paths = [str(folder / f"{number}.png") for number in range(40)]
    for path, one in zip(paths, pixels, strict=True):
        image.fromarray(one.transpose(1, 2, 0)).save(path)
    frame = pl.DataFrame(
        {"path": paths, "bright": bright, ENVIRONMENT: names, VALIDATION: [n % 10 < 2 for n in range(40)]}
    )
    return Rows(frame, pixels)


@pytest.fixture
def plan(weights: str) -> TrainingPlan:
    return TrainingPlan(
        objectives=("irm", "fishr"),
        penalty_weights=(1.0,),
        seeds=(0, 1),
        model="resnet18",
        weights=weights,
        trained="head",
        hidden=(4,),
        steps=60,
        warmup_steps=10,
        learning_rate=0.01,
        batch_size=8,
        device="cpu",
    )


def test_what_is_predicted_from_images_is_what_was_trained_and_measured(
    images: Rows, version, plan: TrainingPlan, tmp_path: Path
) -> None:
    """Also after saving and loading, without the file of weights."""
    candidate = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out="c")
    trial, predictor = run_trial(images, version, SCHEMA, candidate, plan)
    found = predictor.outputs(images.frame)
    rows = embedded(images, plan)
    features = torch.from_numpy(rows.embedded)
    head = predictor.model.head(predictor.model.featurizer(features)).detach().numpy()
    np.testing.assert_allclose(found, head, rtol=1e-4, atol=1e-5)
    assert trial.status == "ok"
    again = judge(predictor, images, version)
    assert again["far"].risk == pytest.approx(trial.metrics["far"].risk, rel=1e-4)
    predictor.save(tmp_path)
    loaded = Predictor.load(tmp_path, device="cpu")
    np.testing.assert_allclose(loaded.outputs(images.frame), found, rtol=1e-5, atol=1e-6)


def test_images_pass_the_backbone_once_for_all_candidates(
    images: Rows, version, plan: TrainingPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = []

    def counted(model, inputs):
        passed.append(len(inputs))
        return outputs(model, inputs)

    outputs = embedding.outputs
    monkeypatch.setattr(embedding, "outputs", counted)
    rows = embedded(images, plan)
    assert embedded(rows, plan) is rows
    some = [one for one in candidates(plan, version.training) if one.left_out == "a"]
    trials = [trial for trial, _ in run_fold(rows, version, SCHEMA, some, plan)]
    assert passed == [40]
    assert len(trials) == 6  # erm, irm and fishr, with two seeds
    assert {one.status for one in trials} == {"ok"}
    assert min(one.metrics["b"].score for one in trials) >= 0.5


def test_candidates_share_the_backbone_and_the_head_is_their_own(
    images: Rows, version, plan: TrainingPlan
) -> None:
    some = [one for one in candidates(plan, version.training) if one.left_out == "a"][:2]
    (_, one), (_, other) = run_fold(images, version, SCHEMA, some, plan)
    assert one.model.backbone is other.model.backbone
    assert not torch.equal(one.model.head.weight, other.model.head.weight)


def test_without_a_frozen_backbone_rows_are_as_they_were(images: Rows, plan: TrainingPlan) -> None:
    assert embedded(images, plan.model_copy(update={"trained": "all"})) is images


def test_tables_are_refused(images: Rows, plan: TrainingPlan) -> None:
    with pytest.raises(UsageError, match="resnet18, reads images"):
        embedded(replace(images, pixels=None), plan)


@pytest.mark.slow
def test_a_whole_resnet_is_trained_from_the_file_saved_and_loaded(
    images: Rows, version, plan: TrainingPlan, tmp_path: Path
) -> None:
    whole = plan.model_copy(update={"trained": "all", "steps": 12, "warmup_steps": 2, "batch_size": 4})
    some = [one for one in candidates(whole, version.training) if one.left_out == "a" and one.seed == 0]
    for trial, predictor in run_fold(images, version, SCHEMA, some, whole):
        assert trial.status == "ok"
        predictor.save(tmp_path)
        loaded = Predictor.load(tmp_path, device="cpu")
        np.testing.assert_allclose(
            loaded.outputs(images.frame), predictor.outputs(images.frame), rtol=1e-4, atol=1e-5
        )
        began = torch.load(whole.weights, weights_only=True)["conv1.weight"]
        assert not torch.equal(predictor.model.featurizer.conv1.weight, began)
