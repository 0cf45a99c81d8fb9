"""The contract on the page about contracts can be executed, and the page knows all that contracts can say."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from irm_core.contracts.contract import Contract, Role
from irm_core.contracts.custom_properties import CONTRACT, DATABASE, FILES, PROPERTY, SCHEMA
from irm_core.contracts.read import read
from irm_core.contracts.source import FORMATS
from irm_core.contracts.splits import KINDS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "contracts.md").read_text()
ELSEWHERE = re.findall(r"```yaml\n(servers:.*?)```", (DOCS / "sources.md").read_text(), flags=re.DOTALL)


def test_the_contract_of_the_page_can_be_executed(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    file = tmp_path / "stays.odcs.yaml"
    file.write_text(text)
    contract = read(file)
    assert {one.kind for one in contract.splits.values()} == set(KINDS)


def test_the_page_names_every_role_format_kind_and_property() -> None:
    for name in (*get_args(Role), *FORMATS, *KINDS, *CONTRACT, *PROPERTY, *SCHEMA, *FILES, *DATABASE):
        assert re.search(rf"\b{name}\b", PAGE), name


@pytest.mark.parametrize("servers", ELSEWHERE)
def test_the_servers_of_the_page_about_sources_can_be_read(
    servers: str, edited: Callable[..., Contract]
) -> None:
    local = "servers:\n  - {server: laptop, type: local, path: data/heart.csv, format: csv}\n"
    source = edited((local, servers)).source
    assert source.database or source.path.startswith("s3://hearts/")


def test_the_page_about_sources_shows_each() -> None:
    assert len(ELSEWHERE) == 3
