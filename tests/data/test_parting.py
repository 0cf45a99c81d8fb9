"""Rows that are parted as they are read come to the same version as rows that are sorted out afterwards."""

import errno
import os
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from irm_core.contracts.names import FILE, LINE, RULES
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit
from irm_core.data import store
from irm_core.data.environment_files import PLACE, EnvironmentFiles
from irm_core.data.fingerprint import sha256
from irm_core.data.ingestion import ingested
from irm_core.data.preparation import prepare, prepared_columns
from irm_core.data.quarantine import flag
from irm_core.data.sources import scan
from irm_core.errors import DataError

HEADER = "hospital,age,sick"
GOOD = [f"{'va' if row % 3 else 'zh'},{18 + row * 37 % 80},{row % 2}" for row in range(60)]
BAD = [
    "va,fifty,1",
    ",50,1",
    ",5,0",
    "va,200,1",
    "va,1",
    "va,1,1,1",
    "",
    "zh, 50 ,1",
    "va,?,0",
    "be,50,0",
    "be,51,1",
]
UNIQUE = "expect_column_values_to_be_unique"


def unique_ages(declared):
    return replace(declared, rules=(*declared.rules, Rule("u", "row", UNIQUE, {"column": "age"}, "error", 9)))


def ages_are_warnings(declared):
    rules = (replace(one, severity="warning") if "age" in one.name else one for one in declared.rules)
    return replace(declared, rules=tuple(rules))


def homeless(policy):
    def changed(declared):
        rules = tuple(one for one in declared.rules if one.name != "hospital.required")
        split = ColumnSplit(columns=("hospital",), missing=policy)
        return replace(declared, rules=rules, splits={"by_hospital": split})

    return changed


CHANGES = {
    "as it is": lambda declared: declared,
    "unique ages": unique_ages,
    "ages are warnings": ages_are_warnings,
    "homeless in quarantine": homeless("quarantine"),
    "homeless by themselves": homeless("own"),
}


@pytest.fixture(params=["csv", "parquet"])
def files(request, tmp_path):
    """One without quotation marks, one that repeats rows of it, one with quotation marks."""
    contents = {"a": GOOD[:30] + BAD, "b": BAD[:3] + GOOD[30:] + GOOD[:2], "c": ['"va",77,1', "va,78,0"]}
    found = []
    for name, lines in contents.items():
        file = tmp_path / f"{name}.csv"
        file.write_text("\n".join([HEADER, *lines]) + "\n")
        found.append(file)
        if request.param == "parquet":
            found[-1] = file.with_suffix(".parquet")
            rows = pl.read_csv(file, infer_schema=False, truncate_ragged_lines=True)
            rows.write_parquet(found[-1])
    return found


@pytest.fixture
def declared(contract, files):
    source = replace(contract().source, format=files[0].suffix[1:])
    return lambda change: CHANGES[change](contract(source=source))


@pytest.fixture
def publish(files, tmp_path):
    """Publish these files; returns the good rows, the quarantine and the manifest, but for files."""

    def run(declared, split_name):
        folder = tmp_path / str(split_name)
        raw = ingested(declared, files, folder, split_name=split_name)
        assert (raw.parted is None) == (split_name is None)
        found = store.publish(raw, declared, "by_hospital", folder / "store")
        rows = store.rows(found, [one.name for one in found.version.environments])
        quarantine = pl.read_parquet(found.path / "quarantine.parquet")
        return rows, quarantine, found.version.model_dump(exclude={"files"})

    return run


@pytest.mark.parametrize("change", CHANGES)
def test_both_ways_come_to_the_same_version(change, declared, publish):
    rows, quarantine, version = publish(declared(change), "by_hospital")
    expected_rows, expected_quarantine, expected_version = publish(declared(change), None)
    assert version == expected_version
    assert version["rows"]["quarantined"] > 0
    assert_frame_equal(rows, expected_rows)
    assert_frame_equal(quarantine, expected_quarantine)


def test_where_a_disk_has_no_links_files_are_copied(declared, publish, monkeypatch):
    def refused(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    rows = publish(declared("as it is"), "by_hospital")[0]
    assert_frame_equal(rows, publish(declared("as it is"), None)[0])


def test_what_is_changed_in_a_version_stays_as_it_was_where_it_was_parted(contract, tmp_path):
    """An environment of equal rows is on one side by its hash, and is given the other."""
    file = tmp_path / "a.csv"
    file.write_text("\n".join([HEADER, *["va,50,1"] * 10, *GOOD]) + "\n")
    declared = contract(task="regression")
    raw = ingested(declared, [file], tmp_path / "rows", split_name="by_hospital")
    before = raw.parted.good_files()
    hashes = [sha256(one) for one in before]
    found = store.publish(raw, declared, "by_hospital", tmp_path / "store")
    assert [sha256(one) for one in before] == hashes
    assert found.version.rows.good == 70


@pytest.mark.parametrize("change", CHANGES)
def test_all_rows_have_the_flags_of_all_rules_that_quarantine(change, declared, files, tmp_path):
    found = ingested(declared(change), files, tmp_path / "rows", split_name="by_hospital")
    expected = flag(prepare(scan(declared(change), files), declared(change)), declared(change))
    expected = expected.select(*prepared_columns(declared(change)), RULES).collect().sort(FILE, LINE)
    assert_frame_equal(found.flagged.collect().sort(FILE, LINE), expected)
    refused = expected.filter(pl.col(RULES).list.len() > 0)
    assert_frame_equal(found.refused.collect().sort(FILE, LINE), refused)


def test_rows_may_be_published_by_another_split_than_that_by_which_they_are_parted(contract, files, tmp_path):
    splits = {"by_hospital": ColumnSplit(columns=("hospital",)), "by_age": ColumnSplit(columns=("age",))}
    source = replace(contract().source, format=files[0].suffix[1:])
    declared = contract(source=source, splits=splits, task="regression")
    raw = ingested(declared, files, tmp_path / "rows", split_name="by_age")
    found = store.publish(raw, declared, "by_hospital", tmp_path / "store")
    assert {one.name for one in found.version.environments} == {"va", "zh", "be"}


def test_what_an_earlier_attempt_has_left_is_no_row(contract, files, tmp_path, declared):
    rows = tmp_path / "rows"
    first = ingested(declared("as it is"), files, rows, split_name="by_hospital").flagged.collect()
    again = ingested(declared("as it is"), files[:1], rows, split_name="by_hospital").flagged.collect()
    assert set(again[FILE]) == {files[0].as_posix()}
    assert len(again) < len(first)


def test_files_without_a_row_are_refused(contract, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "\n")
    with pytest.raises(DataError, match="not one row"):
        ingested(contract(), [tmp_path / "a.csv"], tmp_path / "rows", split_name="by_hospital")


@pytest.mark.parametrize("waiting", [1, 200, 1 << 20])
def test_rows_of_an_environment_keep_their_order_however_few_may_wait(waiting, tmp_path):
    rows = pl.DataFrame({"x": range(100)})
    homes = rows.select(
        pl.when(pl.col("x") % 7 > 0).then(pl.format("e{}", pl.col("x") % 3)).alias("_environment")
    )
    files = EnvironmentFiles(tmp_path, ["x"], waiting)
    for start in range(0, 100, 10):
        files.add(rows[start : start + 10], homes[start : start + 10].with_row_index(PLACE))
    files.write()
    found = [pl.read_parquet(sorted(home.iterdir())) for home in sorted(tmp_path.iterdir())]
    assert sorted(x for one in found for x in one["x"]) == list(range(100))
    for one in found:
        assert one["x"].is_sorted()
        assert one["_environment"].n_unique() == 1
        assert one["_environment"].equals(homes[one["x"]]["_environment"])
