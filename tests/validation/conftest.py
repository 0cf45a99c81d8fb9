"""Contracts of given rules, and Great Expectations without its own warnings."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from irm_core.contracts.contract import Column, Contract, Source
from irm_core.contracts.names import LINE
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit
from irm_core.validation.quiet import quiet

with quiet():  # so that no test imports it first, where warnings are errors
    import great_expectations
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


@pytest.fixture
def contract() -> Callable[..., Contract]:
    """A contract with these rules."""

    def contract(*rules: Rule) -> Contract:
        return Contract(
            path=Path("hearts.odcs.yaml"),
            name="hearts",
            version="1",
            sha256="",
            source=Source("hearts.csv", "csv", ",", "", 1),
            columns=(Column("x", "number", "label", 1),),
            rules=rules,
            splits={"by_s": ColumnSplit(columns=("s",))},
            missing_values=(),
            max_quarantined=0.0,
            task="regression",
        )

    return contract


@pytest.fixture
def rule() -> Callable[..., Rule]:
    """A rule, of rows unless it says otherwise."""

    def rule(
        expectation: str,
        name: str = "the rule",
        level: Literal["row", "table"] = "row",
        severity: Literal["error", "warning"] = "error",
        **arguments: Any,
    ) -> Rule:
        return Rule(name, level, expectation, arguments, severity, 7)

    return rule


@pytest.fixture
def by_pandas() -> Callable[[pd.DataFrame, Mapping[str, tuple[str, dict[str, Any]]]], dict[str, Any]]:
    """What Great Expectations' own engine says of rules, by their names: of each which rows break it."""

    def found(frame: pd.DataFrame, rules: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
        context = great_expectations.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("frame")
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
        expectations = [
            ExpectationConfiguration(type=kind, kwargs=arguments, meta={"rule": name})
            for name, (kind, arguments) in rules.items()
        ]
        row_ids = {"result_format": "COMPLETE", "unexpected_index_column_names": [LINE]}
        with quiet():
            said = batch.validate(ExpectationSuite("suite", expectations=expectations), result_format=row_ids)
        return {one.expectation_config.meta["rule"]: one for one in said.results}

    return found
