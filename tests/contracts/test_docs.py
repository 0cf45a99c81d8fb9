"""The contract on the page about contracts can be executed, and the page knows all that contracts can say."""

import re
from pathlib import Path
from typing import get_args

from irm_core.contracts.contract import Role
from irm_core.contracts.custom_properties import CONTRACT, DATABASE, FILES, PROPERTY, SCHEMA
from irm_core.contracts.read import read
from irm_core.contracts.source import FORMATS
from irm_core.contracts.splits import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text()


def test_the_contract_of_the_page_can_be_executed(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    file = tmp_path / "stays.odcs.yaml"
    file.write_text(text)
    contract = read(file)
    assert {one.kind for one in contract.splits.values()} == set(KINDS)


def test_the_page_names_every_role_format_kind_and_property() -> None:
    for name in (*get_args(Role), *FORMATS, *KINDS, *CONTRACT, *PROPERTY, *SCHEMA, *FILES, *DATABASE):
        assert re.search(rf"\b{name}\b", PAGE), name
