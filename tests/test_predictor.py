"""What is saved is what predicts, and what cannot be predicted is said in a sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import torch
from polars.testing import assert_frame_equal

from irm_core.data.features import Features
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.target import Target
from irm_core.errors import DataError, IrmflowError, UsageError
from irm_core.predictor import DESCRIPTION, Predictor
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.loop import train
from irm_core.training.models import Architecture
from irm_core.training.plan import TrainingPlan

ROWS = pl.DataFrame({"age": [30.0, 40.0, 50.0], "sex": ["f", "m", "f"], "pressure": [110.0, 120.0, 160.0]})


def predictor(label: str = "pressure", **encoding: str) -> Predictor:
    frame = ROWS.with_columns(ill=pl.col("pressure") > 150, stage=pl.Series(["I", "II", "III"]))
    kind = {"pressure": "number", "ill": "boolean", "stage": "string"}[label]
    schema = ModelSchema(
        task="regression" if label == "pressure" else "classification",
        label=ModelColumn(name=label, logical_type=kind),
        features=(
            ModelColumn(name="age", logical_type="number", **encoding),
            ModelColumn(name="sex", logical_type="string"),
        ),
        image=None,
        missing_values=(),
    )
    features, target = Features.fit(frame, schema), Target.fit(frame, schema)
    outputs = {"pressure": 1, "ill": 1, "stage": 3}[label]
    architecture = Architecture(name="mlp", input_shape=(len(features.names),), outputs=outputs, hidden=(4,))
    return Predictor(architecture.build(0), architecture, features, target, schema, {"data_version": "abc"})


@pytest.mark.parametrize("label", ["pressure", "ill", "stage"])
def test_a_round_trip_changes_nothing(tmp_path: Path, label: str) -> None:
    saved = predictor(label)
    saved.save(tmp_path / "model")
    loaded = Predictor.load(tmp_path / "model", device="cpu")
    assert_frame_equal(loaded.predict(ROWS), saved.predict(ROWS))
    assert (loaded.target, loaded.schema, loaded.provenance) == (saved.target, saved.schema, saved.provenance)


@pytest.mark.parametrize("scale", ["robust", "none"])
def test_a_saved_model_reads_raw_text_as_its_training_read_numbers(tmp_path: Path, scale: str) -> None:
    saved = predictor(scale=scale, impute="median")
    saved.save(tmp_path / "model")
    loaded = Predictor.load(tmp_path / "model", device="cpu")
    raw = ROWS.select(pl.all().cast(pl.String)).with_columns(age=pl.Series(["30.0", "", "50"]))
    typed = ROWS.with_columns(age=pl.Series([30.0, 40.0, 50.0]))  # the median stands for the missing one
    assert_frame_equal(loaded.predict(raw), saved.predict(typed))


def test_without_room_the_model_that_was_there_stays(tmp_path: Path, largest: Callable) -> None:
    saved = predictor()
    saved.save(tmp_path)
    with largest(100), pytest.raises(IrmflowError, match=f"The model cannot be written to {tmp_path}"):
        predictor("stage").save(tmp_path)
    assert_frame_equal(Predictor.load(tmp_path, device="cpu").predict(ROWS), saved.predict(ROWS))


def test_a_model_of_an_older_release_is_read(tmp_path: Path) -> None:
    saved = predictor()
    saved.save(tmp_path)
    description = json.loads((tmp_path / DESCRIPTION).read_text())
    for schema in (description["schema"], description["features"]["inputs"]):
        for column in (schema["label"], *schema["features"]):
            del column["scale"], column["impute"]
    (tmp_path / DESCRIPTION).write_text(json.dumps(description))
    assert_frame_equal(Predictor.load(tmp_path, device="cpu").predict(ROWS), saved.predict(ROWS))


def test_a_model_just_trained_can_be_saved(tmp_path: Path) -> None:
    """Its parameters are then views of one tensor, which only their own part of must be written."""
    one = predictor()
    inputs = torch.from_numpy(one.features.transform(ROWS)) if one.features else torch.empty(0)
    examples = Examples(inputs, torch.rand(3), torch.zeros(3).long(), torch.zeros(3).bool(), ("all",))
    candidate = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=None)
    plan = TrainingPlan(steps=3, warmup_steps=1, device="cpu")
    before = one.predict(ROWS)
    for _ in train(one.model, examples, candidate, plan, "squared_error", training=("all",)):
        pass
    one.save(tmp_path)
    assert not one.predict(ROWS).equals(before)
    assert_frame_equal(Predictor.load(tmp_path, device="cpu").predict(ROWS), one.predict(ROWS))


def test_regression_predicts_in_the_units_of_the_label() -> None:
    one = predictor()
    with torch.no_grad():
        for parameter in one.model.parameters():
            parameter.zero_()
    assert one.predict(ROWS)["prediction"].to_list() == pytest.approx([130.0] * 3)


@pytest.mark.parametrize(
    ("label", "columns"),
    [
        ("ill", ["prediction", "probability_False", "probability_True"]),
        ("stage", ["prediction", "probability_I", "probability_II", "probability_III"]),
    ],
)
def test_classification_predicts_the_likeliest_class(label: str, columns: list[str]) -> None:
    found = predictor(label).predict(ROWS)
    shares = found.drop("prediction")
    assert found.columns == columns
    assert shares.sum_horizontal().to_list() == pytest.approx([1.0] * 3)
    for predicted, row in zip(found["prediction"], shares.iter_rows(named=True), strict=True):
        assert row[f"probability_{predicted}"] == max(row.values())


def test_one_logit_is_that_of_the_second_class() -> None:
    one = predictor("ill")
    with torch.no_grad():
        for parameter in one.model.head.parameters():
            parameter.fill_(2.0 if parameter.ndim == 1 else 0.0)
    found = one.predict(ROWS)
    assert found["prediction"].to_list() == [True] * 3
    assert found["probability_True"].to_list() == pytest.approx([torch.tensor(2.0).sigmoid().item()] * 3)


def test_rows_are_predicted_alike_in_any_company() -> None:
    one = predictor()
    many = pl.concat([ROWS] * 4000)
    assert_frame_equal(one.predict(many).tail(3), one.predict(ROWS))
    assert one.predict(ROWS.clear()).height == 0


def test_no_model_and_damaged_models_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no model in .*model\.json is missing"):
        Predictor.load(tmp_path)
    predictor().save(tmp_path)
    (tmp_path / "weights.safetensors").write_bytes(b"damage")
    with pytest.raises(UsageError, match="damaged"):
        Predictor.load(tmp_path)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(DataError, match="'age'"):
        predictor().predict(ROWS.drop("age"))


def image_predictor() -> Predictor:
    label = ModelColumn(name="digit", logical_type="integer")
    schema = ModelSchema(task="classification", label=label, features=(), image="path", missing_values=())
    target = Target.fit(pl.DataFrame({"digit": [0, 1]}), schema)
    architecture = Architecture(name="convnet", input_shape=(3, 8, 8), outputs=1)
    return Predictor(architecture.build(0), architecture, None, target, schema, {})


def test_images_are_read_from_their_paths(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    paths = [str(tmp_path / f"{shade}.png") for shade in (0, 255)]
    for path, shade in zip(paths, (0, 255), strict=True):
        image.new("RGB", (8, 8), (shade,) * 3).save(path)
    one = image_predictor()
    black, white = one.predict(pl.DataFrame({"path": paths}))["probability_1"]
    expected = one.model(torch.stack([torch.zeros(3, 8, 8), torch.ones(3, 8, 8)])).sigmoid()
    assert [black, white] == pytest.approx(expected.flatten().tolist())
    assert black != white


def test_images_of_another_shape_are_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "large.png")
    pytest.importorskip("PIL.Image").new("RGB", (16, 16)).save(path)
    with pytest.raises(DataError, match=r"\(3, 16, 16\).*\(3, 8, 8\)"):
        image_predictor().predict(pl.DataFrame({"path": [path]}))
