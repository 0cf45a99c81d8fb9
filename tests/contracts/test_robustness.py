"""Whatever is wrong with a contract, it is told as a ContractError with lines; nothing else is raised."""

import re
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irm_core.contracts.read import read
from irm_core.errors import ContractError

RICH = """\
apiVersion: v3.1.0
kind: DataContract
id: rich
version: 1.0.0
servers:
  - server: laptop
    type: local
    path: data/heart.csv
    format: csv
    customProperties: [{property: delimiter, value: ;}]
schema:
  - name: patients
    logicalType: object
    properties:
      - name: hospital
        logicalType: string
        required: true
        logicalTypeOptions: {pattern: '^[a-z]+$', minLength: 1}
        quality:
          - {metric: invalidValues, arguments: {validValues: [va, bonn]}, mustBe: 0}
      - name: age
        logicalType: integer
        unique: true
        logicalTypeOptions: {minimum: 0, maximum: 120}
        quality:
          - metric: nullValues
            mustBeLessThan: 5
            unit: percent
            severity: warning
          - type: custom
            engine: greatExpectations
            implementation: {type: expect_column_mean_to_be_between, kwargs: {min_value: 3, strict_min: true}}
        customProperties: [{property: role, value: feature}]
      - name: disease
        logicalType: integer
        enum: [{value: 0}, {value: 1}]
        customProperties: [{property: role, value: label}, {property: task, value: classification}]
    quality:
      - {metric: rowCount, mustBeBetween: [3, 5]}
      - {metric: duplicateValues, arguments: {properties: [age, hospital]}, mustBe: 0}
    customProperties:
      - property: environments
        value:
          by_hospital: {kind: column, columns: [hospital], minRows: 2, holdOut: [va]}
customProperties:
  - {property: maxQuarantined, value: 20 %}
  - {property: missingValues, value: ['?']}
"""
JUNK: list[Any] = [
    None,
    "",
    "x",
    "(",
    5,
    -1,
    1.5,
    float("nan"),
    True,
    [],
    [None],
    ["x"],
    {},
    {"a": 1},
    [{"a": 1}],
]
Place = tuple[str | int, ...]


def places(node: Any, place: Place = ()) -> list[Place]:
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place, *(found for key, value in below for found in places(value, (*place, key)))]


def changed(place: Place, value: Any) -> Any:
    """The rich contract with the value at `place` replaced."""
    data = yaml.safe_load(RICH)
    if not place:
        return value
    node = data
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    return data


def test_the_rich_contract_is_right(write):
    assert len(read(write(text=RICH)).rules) == 14


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(places(yaml.safe_load(RICH))), value=st.sampled_from(JUNK))
def test_any_value_in_any_place_is_read_or_refused_with_lines(write, place, value):
    path = write(text=yaml.safe_dump(changed(place, value), sort_keys=False))
    try:
        read(path)
    except ContractError as error:
        for line in str(error).splitlines():
            assert re.match(rf"{re.escape(str(path))}:\d+: .+\.$", line) or line.endswith("?"), line
