"""Values in YAML."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.init.scalars import comment, mapping, scalar


@given(st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans())
def test_values_in_the_contract_are_read_as_they_are(value) -> None:
    assert yaml.safe_load(f"[{scalar(value)}]  # {comment(str(value))}") == [value]
    assert yaml.safe_load(mapping({"a": value, "b": [value]})) == {"a": value, "b": [value]}
