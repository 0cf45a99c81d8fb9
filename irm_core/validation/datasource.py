"""Lazy frames as a fluent data source of Great Expectations: `context.data_sources.add_polars(name)`."""

from typing import Any, ClassVar, Literal

import polars as pl
from great_expectations.core.batch import LegacyBatchDefinition
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.core.id_dict import IDDict
from great_expectations.datasource.fluent.batch_request import BatchRequest
from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource

from irm_core.validation.engine import PolarsBatchSpec, PolarsExecutionEngine
from irm_core.validation.header_metrics import register_header_metrics
from irm_core.validation.judged import Judged
from irm_core.validation.row_metrics import register_row_metrics
from irm_core.validation.table_metrics import register_table_metrics

# As Great Expectations' own engines do it: whoever can make a data source can compute its metrics.
register_row_metrics()
register_table_metrics()
register_header_metrics()


class PolarsFrameAsset(DataAsset):
    """A lazy frame, judged or not, given when a batch is asked for."""

    type: Literal["polars_frame"] = "polars_frame"

    def test_connection(self) -> None:
        """A frame needs no connection."""

    # The arguments that a frame has no use for are Great Expectations' own.
    def get_batch_parameters_keys(self, partitioner: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        return ("dataframe",)

    def get_batch_identifiers_list(self, batch_request: BatchRequest) -> list[dict[Any, Any]]:
        return [IDDict(batch_request.options)]

    def build_batch_request(
        self,
        options: dict[str, Any] | None = None,
        batch_slice: Any = None,  # noqa: ARG002
        partitioner: Any = None,  # noqa: ARG002
    ) -> BatchRequest:
        return BatchRequest(
            datasource_name=self.datasource.name, data_asset_name=self.name, options=options or {}
        )

    def _validate_batch_request(self, batch_request: BatchRequest) -> None:
        frame = batch_request.options.get("dataframe")
        if not isinstance(frame, pl.LazyFrame | Judged):
            raise TypeError(
                f"the batch parameter `dataframe` must be a LazyFrame, not {type(frame).__name__}."
            )

    def add_batch_definition_whole_frame(self, name: str) -> BatchDefinition:
        """All rows of the frame as one batch."""
        return self.add_batch_definition(name=name, partitioner=None)

    def get_batch(self, batch_request: BatchRequest) -> Batch:
        self._validate_batch_request(batch_request)
        frame = batch_request.options["dataframe"]
        spec = PolarsBatchSpec(frame if isinstance(frame, Judged) else Judged(frame))
        engine = self.datasource.get_execution_engine()
        data, markers = engine.get_batch_data_and_markers(batch_spec=spec)
        return Batch(
            datasource=self.datasource,
            data_asset=self,
            batch_request=batch_request,
            data=data,
            metadata={},
            batch_markers=markers,
            batch_spec=spec,
            batch_definition=LegacyBatchDefinition(
                datasource_name=self.datasource.name,
                data_connector_name="fluent",
                data_asset_name=self.name,
                batch_identifiers=IDDict({"dataframe": "<LazyFrame>"}),
            ),
        )


# Inside the class below, `type` is a field.
_Engine = type[PolarsExecutionEngine]


class PolarsDatasource(Datasource):
    """A source of lazy frames."""

    asset_types: ClassVar[list[type[DataAsset]]] = [PolarsFrameAsset]

    type: Literal["polars"] = "polars"
    assets: list[PolarsFrameAsset] = []  # noqa: RUF012 (a pydantic field)

    @property
    def execution_engine_type(self) -> _Engine:
        return PolarsExecutionEngine

    def test_connection(self, test_assets: bool = True) -> None:
        """Frames need no connection."""

    def add_frame_asset(self, name: str) -> PolarsFrameAsset:
        """An asset whose batches are lazy frames."""
        asset: PolarsFrameAsset = self._add_asset(PolarsFrameAsset(name=name))
        return asset
