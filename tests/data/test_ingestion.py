"""Raw data are those that were hashed, or they are not published."""

import dataclasses
import shutil
from functools import partial

import pytest

from irm_core.data import store
from irm_core.data.ingestion import ingested
from irm_core.errors import DataError


@pytest.mark.parametrize("change", [lambda file: file.write_text("other"), lambda file: file.unlink()])
def test_a_file_that_changes_while_it_is_read_is_not_published(change, contract, tmp_path):
    """It would get the name of the content that it had."""
    file, declared = tmp_path / "p.csv", contract()
    rows = (f"{'va' if row % 3 else 'zh'},{18 + row * 37 % 80},{row % 2}" for row in range(200))
    file.write_text("\n".join(["hospital,age,sick", *rows]) + "\n")
    raw = ingested(declared, [file])
    late = dataclasses.replace(raw, flagged=raw.flagged.collect().lazy())
    change(file)
    with pytest.raises(DataError, match=r"p.csv has changed while it was read"):
        store.publish(late, declared, "by_hospital", tmp_path / "store")
    assert not list((tmp_path / "store").rglob("manifest.json"))


def test_columns_that_nothing_reads_are_told_nameless_ones_too(contract, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("hospital,age,sick,note,\nva,50,1,x,\n")
    raw = ingested(contract(remarks=("a remark.",)), [file])
    assert raw.columns == ("hospital", "age", "sick", "note", "")
    assert raw.remarks == (
        "column note is not declared: ignored",
        "column (without a name, as behind a delimiter that ends every line) is not declared: ignored",
        "a remark.",
    )


def test_what_is_published_already_is_not_parsed(contract, write, tmp_path) -> None:
    declared, file, root = contract(), write(tmp_path / "p.csv"), tmp_path / "store"
    published = partial(store.is_published, declared, "by_hospital", root)

    def ingest():
        folder = tmp_path / "rows"
        return ingested(declared, [file], folder, split_name="by_hospital", published=published)

    first = ingest()
    assert not first.published and first.parted is not None
    version = store.publish(first, declared, "by_hospital", root)
    shutil.rmtree(tmp_path / "rows")
    again = ingest()
    assert again.published and again.parted is None
    assert not (tmp_path / "rows").exists()
    assert store.publish(again, declared, "by_hospital", root) == version
