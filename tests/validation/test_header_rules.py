"""Rules about columns are about those of the raw data, and say what the pandas engine says."""

from pathlib import Path
from typing import Any

import great_expectations
import pandas as pd
import polars as pl
import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read
from irm_core.data.ingestion import ingest
from irm_core.validation import datasource  # noqa: F401 - adds add_polars
from irm_core.validation.quiet import quiet
from irm_core.validation.validate import validate

NAMES = ["age", "site", "note"]
RULES: list[tuple[str, dict[str, Any]]] = [
    ("expect_table_columns_to_match_set", {"column_set": ["age", "site"]}),
    ("expect_table_columns_to_match_set", {"column_set": ["age", "site"], "exact_match": False}),
    ("expect_table_columns_to_match_ordered_list", {"column_list": ["age", "site"]}),
    ("expect_table_column_count_to_equal", {"value": 2}),
    ("expect_table_column_count_to_be_between", {"min_value": 2, "max_value": 3}),
    ("expect_column_to_exist", {"column": "age"}),
    ("expect_column_to_exist", {"column": "site", "column_index": 1}),
]


def results(asset: Any, frame: Any, define: str) -> list[tuple[bool, Any]]:
    batch = getattr(asset, define)("whole").get_batch({"dataframe": frame})
    suite = ExpectationSuite(
        "suite", expectations=[ExpectationConfiguration(type=kind, kwargs=kwargs) for kind, kwargs in RULES]
    )
    with quiet():
        return [(one.success, one.result) for one in batch.validate(suite).results]


@settings(max_examples=10, deadline=None)
@given(names=st.permutations(NAMES).flatmap(lambda names: st.integers(0, 3).map(lambda some: names[:some])))
def test_polars_engine_says_what_the_pandas_engine_says(names):
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    ours = context.data_sources.add_polars("polars").add_frame_asset("frame")
    theirs = context.data_sources.add_pandas("pandas").add_dataframe_asset("frame")
    columns = {name: [1, 2] for name in names}
    found = results(ours, pl.LazyFrame(columns), "add_batch_definition_whole_frame")
    assert found == results(theirs, pd.DataFrame(columns), "add_batch_definition_whole_dataframe")


CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: heart
version: 1.0.0
status: active
servers: [{server: here, type: local, path: "*.csv", format: csv}]
schema:
  - name: patients
    properties:
      - {name: site, logicalType: string}
      - {name: age, logicalType: integer, customProperties: [{property: role, value: feature}]}
      - {name: sick, logicalType: boolean, customProperties: [{property: role, value: label}]}
    quality:
      - {type: custom, engine: greatExpectations, name: closed, implementation:
          {type: expect_table_columns_to_match_set, kwargs: {column_set: [site, age, sick]}}}
      - {type: custom, engine: greatExpectations, name: order, implementation:
          {type: expect_table_columns_to_match_ordered_list, kwargs: {column_list: [site, age, sick]}}}
      - {type: custom, engine: greatExpectations, name: three, implementation:
          {type: expect_table_column_count_to_equal, kwargs: {value: 3}}}
      - {type: custom, engine: greatExpectations, name: noted, implementation:
          {type: expect_column_to_exist, kwargs: {column: note}}}
    customProperties: [{property: environments, value: {by_site: {columns: [site]}}}]
"""


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contract:
    monkeypatch.chdir(tmp_path)
    Path("heart.odcs.yaml").write_text(CONTRACT)
    return read(Path("heart.odcs.yaml"))


def broken(contract: Contract) -> dict[str, str]:
    raw = ingest(contract)
    found = validate(raw.flagged, contract, columns=raw.columns).stopping
    return {one.rule: one.found for one in found}


def test_a_schema_can_be_closed(contract):
    Path("a.csv").write_text("site,age,sick\nva,1,1\n")
    assert broken(contract) == {"table.noted": "there is none"}


def test_a_column_that_any_file_has_beside_the_declared_ones_is_named(contract):
    Path("a.csv").write_text("site,age,sick\nva,1,1\n")
    Path("b.csv").write_text("note,site,age,sick,\nx,va,1,1,\n")
    assert broken(contract) == {
        "table.closed": "found unexpected: one without a name, note",
        "table.order": "found site, age, sick, note, one without a name",
        "table.three": "found 5",
    }


def test_their_order_is_that_of_the_file(contract):
    Path("a.csv").write_text("age,site,sick,note\n1,va,1,x\n")
    assert broken(contract)["table.order"] == "found age, site, sick, note"
