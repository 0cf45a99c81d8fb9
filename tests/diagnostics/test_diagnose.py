"""The diagnosis of a version, of tables and of images."""

import numpy as np
import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.images import digest
from irm_core.data.rows import Rows
from irm_core.data.schema import ModelColumn, ModelSchema
from irm_core.data.version import Version
from irm_core.diagnostics.diagnose import diagnose

AGREEMENT = {"90": 0.9, "80": 0.8, "50": 0.5, "10": 0.1}
SIZE = 300


@pytest.fixture
def version(made_version) -> Version:
    *training, far = AGREEMENT
    return made_version(*training, hold_out=(far,), size=SIZE)


def schema(features: tuple[str, ...], image: str | None) -> ModelSchema:
    return ModelSchema(
        task="classification",
        label=ModelColumn(name="y", logical_type="integer"),
        features=tuple(ModelColumn(name=name, logical_type="number") for name in features),
        image=image,
        missing_values=(),
    )


def coloured() -> tuple[pl.DataFrame, np.ndarray]:
    """Labels, and grey-level images in the red channel where they agree with the label, else in the green."""
    generator = np.random.default_rng(0)
    names = np.repeat(list(AGREEMENT), SIZE)
    label = generator.integers(0, 2, len(names))
    red = label ^ (generator.random(len(names)) > np.repeat(list(AGREEMENT.values()), SIZE))
    pixels = np.zeros((len(names), 3, 4, 4), np.uint8)
    pixels[np.arange(len(names)), 1 - red] = generator.integers(50, 200, (len(names), 4, 4))
    digests = [str(number) for number in range(len(names))]
    return pl.DataFrame({"path": names, digest("path"): digests, "y": label, ENVIRONMENT: names}), pixels


def test_the_unstable_colour_of_images_is_found(version):
    frame, pixels = coloured()
    diagnosis = diagnose(Rows(frame, pixels), schema((), "path"), version)
    assert diagnosis.verdict == "can teach invariance"
    slopes = {one.feature: one.by_environment for one in diagnosis.unstable_features}
    assert set(slopes) == {"mean red", "mean green"}
    assert slopes["mean red"]["90"] > slopes["mean red"]["80"] > slopes["mean red"]["50"]
    assert "10" not in slopes["mean red"]
    assert diagnosis.environments["10"].hold_out


def test_the_features_of_a_table_are_those_of_its_schema(version):
    frame, pixels = coloured()
    frame = frame.with_columns(
        red=pl.Series(pixels[:, 0].mean((1, 2))), noise=pl.Series(np.arange(4 * SIZE) % 7)
    )
    diagnosis = diagnose(Rows(frame, None), schema(("noise",), None), version)
    assert (diagnosis.verdict, diagnosis.unstable_features) == ("too alike", ())
    diagnosis = diagnose(Rows(frame, None), schema(("noise", "red"), None), version)
    assert [one.feature for one in diagnosis.unstable_features] == ["red"]
