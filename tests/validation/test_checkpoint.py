"""A contract's suite under Great Expectations' own checkpoints: actions, row ids, Data Docs."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import great_expectations
import polars as pl
import pytest
from great_expectations.checkpoint import UpdateDataDocsAction
from great_expectations.checkpoint.actions import ActionContext, ValidationAction
from great_expectations.checkpoint.checkpoint import CheckpointResult

from irm_core.contracts.aggregates import BROKEN_ROWS
from irm_core.contracts.names import LINE
from irm_core.contracts.splits import ColumnSplit
from irm_core.contracts.within import Within
from irm_core.validation import datasource  # noqa: F401 (adds add_polars)
from irm_core.validation.expansion import expanded
from irm_core.validation.quiet import quiet
from irm_core.validation.suite import RULE, suite

FRAME = pl.LazyFrame({"x": [1.0, 200.0, None, 3.0], "s": ["va", "va", "zh", "zh"], LINE: [2, 3, 4, 5]})
HEARD: list[CheckpointResult] = []


class Listen(ValidationAction):
    """Keeps what a checkpoint tells its actions."""

    type: Literal["listen"] = "listen"

    def run(
        self,
        checkpoint_result: CheckpointResult,
        action_context: ActionContext | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        HEARD.append(checkpoint_result)
        return {}


@pytest.fixture
def stated(contract, rule):
    """Rules of every sort, and the rows that they judge."""
    broken = {
        "expectation": "expect_column_values_to_not_be_null",
        "arguments": {"column": "x"},
        "unit": "rows",
    }
    between = rule("expect_column_values_to_be_between", "x.range", column="x", max_value=100.0)
    return expanded(
        FRAME,
        contract(
            between,
            rule("expect_column_values_to_be_unique", "x.unique", column="x"),
            rule("expect_column_mean_to_be_between", "x.mean", level="table", column="x", min_value=0.0),
            replace(rule(BROKEN_ROWS, "x.required", level="table"), arguments=broken | {"max_value": 1}),
            replace(between, name="x.range there", within=Within("by_s", ColumnSplit(columns=("s",)))),
        ),
    )


@pytest.fixture
def outcome(stated, tmp_path):
    """A checkpoint's result over them. Its actions listen, and write Data Docs to tmp_path."""
    frame, declared = stated
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(tmp_path)}
    context.add_data_docs_site("pages", {"class_name": "SiteBuilder", "store_backend": store})
    frames = context.data_sources.add_polars("polars").add_frame_asset("frames")
    validation = context.validation_definitions.add(
        great_expectations.ValidationDefinition(
            name="hearts",
            data=frames.add_batch_definition_whole_frame("all"),
            suite=context.suites.add(suite(declared)),
        )
    )
    checkpoint = context.checkpoints.add(
        great_expectations.Checkpoint(
            name="hearts",
            validation_definitions=[validation],
            actions=[UpdateDataDocsAction(name="pages", site_names=["pages"]), Listen(name="listen")],
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [LINE]},
        )
    )
    HEARD.clear()
    with quiet():
        return checkpoint.run(batch_parameters={"dataframe": frame})


@pytest.mark.slow
def test_a_checkpoint_runs_a_contracts_suite_with_its_actions(outcome, tmp_path: Path):
    (result,) = outcome.run_results.values()
    by_rule = {one.expectation_config.meta[RULE]: one for one in result.results}
    broken = {name for name, one in by_rule.items() if not one.success}
    assert broken == {"x.range", "x.range there in va"}
    for name in broken:
        assert by_rule[name].result["unexpected_index_list"] == [{LINE: 3, "x": 200.0}]
    assert [one.success for one in HEARD] == [False]
    (page,) = (tmp_path / "validations").rglob("*.html")
    shown = page.read_text()
    assert "environment by_s" in shown
    assert "200" in shown
    assert (tmp_path / "index.html").is_file()
