"""What a model needs to know of the contract: all of it, so that a saved model does not need the contract."""

from typing import Self

import polars as pl

from irm_core.contracts.contract import Column, Contract, Task
from irm_core.contracts.encoding import Impute, Scale
from irm_core.contracts.notation import LogicalType, Notation
from irm_core.data.preparation import value
from irm_core.data.version import Record
from irm_core.errors import DataError


class ModelColumn(Record):
    """A column that a model reads or predicts.

    decimal, format: as in Notation. scale, impute: as in Encoding.
    missing_values: the texts that mean "missing" in it; None: those of the schema.
    """

    name: str
    logical_type: LogicalType
    decimal: str = "."
    format: str | None = None
    scale: Scale = "standard"
    impute: Impute = "mean"
    missing_values: tuple[str, ...] | None = None

    @classmethod
    def of(cls, column: Column) -> Self:
        return cls(
            name=column.name,
            logical_type=column.logical_type,
            decimal=column.decimal,
            format=column.format,
            scale=column.encoding.scale,
            impute=column.encoding.impute,
            missing_values=column.missing_values,
        )

    @property
    def notation(self) -> Notation:
        return Notation(self.logical_type, self.decimal, self.format)


class ModelSchema(Record):
    """The label, the task, and either feature columns or the column of image paths.

    weight: the column that says how much each row counts; None where all count alike.
    """

    task: Task
    label: ModelColumn
    features: tuple[ModelColumn, ...]
    image: str | None
    missing_values: tuple[str, ...]
    weight: str | None = None

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """The part of a contract that its models need."""
        return cls(
            task=contract.task,
            label=ModelColumn.of(contract.label),
            features=tuple(ModelColumn.of(column) for column in contract.with_role("feature")),
            image=contract.image.name if contract.image else None,
            missing_values=contract.missing_values,
            weight=contract.weight.name if contract.weight else None,
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that a frame to be predicted must have."""
        return (self.image,) if self.image else tuple(column.name for column in self.features)

    def read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The feature columns of any frame, typed as in training. Text is read as in a CSV file.

        Raises DataError that names the column which is absent, or has a value that is not of its type.
        """
        self.refuse_absent(frame)
        return frame.select(self.typed(frame[column.name], column) for column in self.features)

    def refuse_absent(self, table: pl.DataFrame | pl.LazyFrame) -> None:
        """Raise DataError that names the first feature which is no column of the table."""
        names = table.lazy().collect_schema()
        for column in self.features:
            if column.name not in names:
                raise DataError(
                    f"The data have no column {column.name!r}, which the model reads. "
                    f"It needs: {', '.join(self.inputs)}."
                )

    def typed(self, raw: pl.Series, column: ModelColumn) -> pl.Series:
        """One of the feature columns, as `read` has it."""
        missing = self.missing_values if column.missing_values is None else column.missing_values
        present, typed = value(pl.col(raw.name), raw.dtype, column.notation, missing)
        read = raw.to_frame().select(present.alias("present"), typed.alias("typed"))
        lost = read.with_row_index("row").filter(pl.col("present").is_not_null() & pl.col("typed").is_null())
        if len(lost):
            raise DataError(
                f"Row {lost['row'][0]} of the column {column.name!r} is {lost['present'][0]!r}, which is no "
                f"{column.logical_type}; {len(lost)} rows are so. Correct them, or leave them empty."
            )
        return read["typed"].alias(column.name)
