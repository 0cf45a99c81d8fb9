"""The data contract standard's own JSON schema, as its package has it."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import open_data_contract_standard


@cache
def standard_schema() -> dict[str, Any]:
    """The schema of any contract of the versions that we read."""
    packaged = files(open_data_contract_standard).joinpath("schema.json")
    schema: dict[str, Any] = json.loads(packaged.read_text(encoding="utf-8"))
    return schema
