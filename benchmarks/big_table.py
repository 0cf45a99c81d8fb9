"""Ten million rows from fifty sites, 3,000 of which break a rule, and their contract of 35 checks."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read

ROWS = 10_000_000
EACH_BAD = 1_000  # rows that break one of three rules
SITES = [f"site-{number:02}" for number in range(50)]
FLOATS = [f"f{number}" for number in range(12)]
WHOLE = [f"i{number}" for number in range(3)]
SETS = {"site": SITES, "sex": ["f", "m"], "cp": ["asymptomatic", "atypical", "typical"]}
SPLIT = "by_site"


def table(rows: int = ROWS) -> pl.DataFrame:
    """Columns id, site, sex, cp, y, twelve numbers and three whole ones. Bad: no f0, i0 = 999 or cp = ??."""
    random = np.random.default_rng(0)
    words = {name: pl.Series(one).gather(random.integers(0, len(one), rows)) for name, one in SETS.items()}
    numbers = {name: random.standard_normal(rows, dtype=np.float32) for name in FLOATS}
    whole = {name: random.integers(0, 100, rows, dtype=np.int32) for name in WHOLE}
    y = {"y": random.integers(0, 2, rows, dtype=np.int8)}
    bad = np.zeros(rows, dtype=np.int8)
    chosen = random.choice(rows, 3 * EACH_BAD, replace=False)
    bad[chosen] = np.repeat([1, 2, 3], EACH_BAD)
    return pl.DataFrame({"id": np.arange(rows)} | words | numbers | whole | y).with_columns(
        pl.when(pl.lit(bad) != 1).then("f0").alias("f0"),
        pl.when(pl.lit(bad) == 2).then(999).otherwise("i0").cast(pl.Int32).alias("i0"),
        pl.when(pl.lit(bad) == 3).then(pl.lit("??")).otherwise("cp").alias("cp"),
    )


def contract(folder: Path, data: Path) -> Contract:
    """Of these data. The checks: unique, 13 of presence, 15 ranges, 4 sets, a pattern, the number of rows."""
    file = folder / "big.odcs.yaml"
    file.write_text(yaml.safe_dump(_declared(data), sort_keys=False))
    return read(file)


def _declared(data: Path) -> dict[str, object]:
    sets = [_column(name, "string", "ignore", quality=[_among(one)]) for name, one in SETS.items()]
    site, sex, cp = sets
    site |= {"required": True, "logicalTypeOptions": {"pattern": "^site-[0-9]{2}$"}} | _role("environment")
    bounds = {"logicalTypeOptions": {"minimum": -10, "maximum": 10}, "required": True}
    numbers = [_column(name, "number", "feature", **bounds) for name in FLOATS]
    bounds = {"logicalTypeOptions": {"minimum": 0, "maximum": 99}}
    whole = [_column(name, "integer", "feature", **bounds) for name in WHOLE]
    y = _column("y", "integer", "label", quality=[_among([0, 1])])
    y["customProperties"].append({"property": "task", "value": "classification"})
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "big",
        "name": "big",
        "version": "1.0.0",
        "status": "active",
        "servers": [{"server": "local", "type": "local", "path": str(data), "format": data.suffix[1:]}],
        "schema": [
            {
                "name": "big",
                "logicalType": "object",
                "properties": [
                    _column("id", "integer", "identifier", unique=True),
                    site,
                    sex,
                    cp,
                    *numbers,
                    *whole,
                    y,
                ],
                "quality": [{"metric": "rowCount", "mustBeGreaterThan": 0}],
                "customProperties": [
                    {"property": "environments", "value": {SPLIT: {"kind": "column", "columns": ["site"]}}}
                ],
            }
        ],
        "customProperties": [{"property": "maxQuarantined", "value": "1 %"}],
    }


def _column(name: str, logical_type: str, role: str, **more: object) -> dict[str, Any]:
    return {"name": name, "logicalType": logical_type, **_role(role), **more}


def _role(role: str) -> dict[str, object]:
    return {"customProperties": [{"property": "role", "value": role}]}


def _among(values: list[str] | list[int]) -> dict[str, object]:
    return {"metric": "invalidValues", "arguments": {"validValues": values}, "mustBe": 0}
