"""One entry of a contract's `quality`, with where it stands."""

from dataclasses import dataclass
from typing import Any

from open_data_contract_standard.model import DataQuality

from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.within import Within
from irm_core.contracts.yaml_lines import Place


@dataclass(frozen=True)
class QualityEntry:
    """The entry; the column that it is about, or None for the table; what the contract reads as missing; the
    environments that it is about, or None for all rows."""

    quality: DataQuality
    column: str | None
    missing_values: tuple[str, ...]
    place: Place
    within: Within | None = None

    def arguments(self, *known: str) -> dict[str, Any]:
        """The metric's arguments. Raises Problem for one that is not known."""
        given = self.quality.arguments or {}
        for key in given:
            if key not in known:
                raise Problem((*self.place, "arguments", key), unknown("argument", key, known))
        return given
