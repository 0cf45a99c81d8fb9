"""Kinds of split: how declared attributes of a row become its environment.

A new kind is one file here, and one line in KINDS.
"""

from irm_core.contracts.splits.column import ColumnSplit
from irm_core.contracts.splits.cuts import CutsSplit
from irm_core.contracts.splits.inferred import InferredSplit
from irm_core.contracts.splits.quantiles import QuantilesSplit
from irm_core.contracts.splits.rules import RulesSplit
from irm_core.contracts.splits.split import Split
from irm_core.contracts.splits.window import WindowSplit

KINDS: dict[str, type[Split]] = {
    "column": ColumnSplit,
    "cuts": CutsSplit,
    "quantiles": QuantilesSplit,
    "window": WindowSplit,
    "rules": RulesSplit,
    "inferred": InferredSplit,
}

__all__ = [
    "KINDS",
    "ColumnSplit",
    "CutsSplit",
    "InferredSplit",
    "QuantilesSplit",
    "RulesSplit",
    "Split",
    "WindowSplit",
]
