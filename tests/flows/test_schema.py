"""`irmflow schema`: the schema of contracts, for editors."""

import json

from irm_core.contracts.editor_schema import editor_schema


def test_is_printed_or_written(light, folder) -> None:
    printed = light("schema")
    assert printed.status == 0
    assert json.loads(printed.out) == editor_schema()
    assert light("schema", "-o", "contracts.schema.json").out == ""
    assert (folder.path / "contracts.schema.json").read_text(encoding="utf-8") == printed.out
