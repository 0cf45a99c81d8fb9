"""MLflow takes the slug of any environment in the name of a metric, and a file system as a folder's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_metric_name

from irm_core.data.slugs import slug


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_mlflow_takes_any_environment(name: str) -> None:
    _validate_metric_name(f"risk/{slug(name)}")


@pytest.mark.parametrize("letter", ["a", "é", "京", "𠀋"])
def test_a_long_name_is_a_folder_all_the_same(letter: str, tmp_path) -> None:
    (tmp_path / slug(letter * 300)).mkdir()
