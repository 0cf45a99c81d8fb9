"""The store's promises: nothing lost, nothing half, nothing changed, the same again for the same input."""

import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT, FILE, LINE, RULES, VALIDATION
from irm_core.contracts.splits import ColumnSplit, CutsSplit, QuantilesSplit, RulesSplit
from irm_core.data import store
from irm_core.data.version import MANIFEST
from irm_core.errors import DataError


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_no_row_is_lost_and_each_is_where_it_belongs(publish, tmp_path, write):
    published = publish(write(tmp_path / "p.csv"))
    rows = published.version.rows
    assert (rows.read, rows.good, rows.quarantined) == (205, 200, 5)
    good = store.rows(published, ["va", "zh"])
    quarantine = pl.read_parquet(published.path / "quarantine.parquet")
    assert sorted([*good[LINE], *quarantine[LINE]]) == list(range(2, 207))
    assert good[ENVIRONMENT].to_list() == good["hospital"].to_list()
    assert good.columns == ["hospital", "age", "sick", FILE, LINE, ENVIRONMENT, VALIDATION]


def test_rows_are_in_the_order_asked_for_and_of_the_file(publish, tmp_path, write):
    good = store.rows(publish(write(tmp_path / "p.csv")), ["zh", "va"])
    assert good[ENVIRONMENT].unique(maintain_order=True).to_list() == ["zh", "va"]
    assert all(part[LINE].is_sorted() for part in good.partition_by(ENVIRONMENT))


def test_the_manifest_counts_rules_and_environments(publish, tmp_path, write):
    version = publish(write(tmp_path / "p.csv")).version
    assert version.broken_rules == {
        "row.fields": 2,
        "age.range": 1,
        "age.type": 1,
        "hospital.required": 1,
        "sick.required": 1,
    }
    assert [one.name for one in version.environments] == ["va", "zh"]
    assert sum(one.rows for one in version.environments) == 200


def test_the_same_input_gives_the_same_bytes(publish, tmp_path, write):
    file = write(tmp_path / "p.csv", rows=60_000, bad=500)
    first = publish(file).path
    kept = contents(first)
    first.rename(tmp_path / "aside")
    assert publish(file).path == first
    assert contents(first) == kept


def test_a_version_that_exists_is_left_untouched(publish, tmp_path, write):
    file = write(tmp_path / "p.csv")
    first = publish(file)
    before = {path: path.stat().st_mtime_ns for path in first.path.rglob("*")}
    assert publish(file) == first
    assert {path: path.stat().st_mtime_ns for path in first.path.rglob("*")} == before


@pytest.mark.parametrize("change", [{"sha256": "d" * 64}, {"raw": "va,1,1\n"}])
def test_another_contract_or_other_data_is_another_version(change, publish, tmp_path, write):
    file = write(tmp_path / "p.csv")
    first = publish(file)
    file.write_text(file.read_text() + change.pop("raw", ""))
    assert publish(file, **change).version.id != first.version.id


def test_too_many_bad_rows_publish_nothing_but_are_kept(publish, tmp_path, write):
    with pytest.raises(DataError) as error:
        publish(write(tmp_path / "p.csv", bad=6), max_quarantined=0.01)
    said = str(error.value)
    assert "6 of 206 rows (2.9%)" in said
    assert f"age.type: 2 rows, for example age = 'fifty' ({tmp_path}/p.csv:202)" in said
    assert "row.fields: 2 rows, for example 2 fields instead of 3: va,1" in said
    (kept,) = (tmp_path / "store" / "patients" / "rejected").iterdir()
    assert str(kept) in said
    assert pl.read_parquet(kept)[LINE].to_list() == list(range(202, 208))
    assert not list((tmp_path / "store").rglob(MANIFEST))
    assert not list((tmp_path / "store").rglob(".staging*"))


def test_no_good_row_at_all_is_an_error_even_where_all_may_be_quarantined(publish, tmp_path, write):
    with pytest.raises(DataError, match=r"5 of 5 rows"):
        publish(write(tmp_path / "p.csv", rows=0), max_quarantined=1.0)


def test_an_unfit_environment_leaves_nothing_behind(publish, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("hospital,age,sick\nva,1,1\nva,2,1\n")
    with pytest.raises(DataError, match="only one class"):
        publish(file)
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_dropped_rows_keep_their_raw_values_and_count_as_no_breach(publish, tmp_path, write):
    file = write(tmp_path / "p.csv", bad=0)
    file.write_text(file.read_text() + "bonn,50.0,1\nbonn,?,0\n")
    splits = {"by_hospital": ColumnSplit(columns=("hospital",), small="drop", min_rows=3)}
    published = publish(file, splits=splits, max_quarantined=0.0)
    rows = published.version.rows
    assert (rows.read, rows.good, rows.quarantined) == (202, 200, 2)
    assert [one.name for one in published.version.environments] == ["va", "zh"]
    assert published.version.broken_rules == {"environment.small": 2}
    quarantine = pl.read_parquet(published.path / "quarantine.parquet")
    assert quarantine.select("hospital", "age", "sick", LINE, RULES).rows() == [
        ("bonn", "50.0", "1", 202, ["environment.small"]),
        ("bonn", "?", "0", 203, ["environment.small"]),
    ]


def test_rows_without_environment_count_against_the_tolerance(publish, tmp_path, write):
    file = write(tmp_path / "p.csv", bad=0)
    file.write_text(file.read_text() + "va,,1\n")
    splits = {"by_hospital": CutsSplit(column="age", cuts=(50,), missing="quarantine")}
    assert publish(file, splits=splits).version.broken_rules == {"environment.missing": 1}
    with pytest.raises(DataError, match=r"environment.missing: 1 row, for example age = '' \(.*p.csv:202\)"):
        publish(file, splits=splits, max_quarantined=0.0, sha256="d" * 64)


def test_where_all_environments_are_small_nothing_is_published(publish, tmp_path, write):
    splits = {"by_hospital": ColumnSplit(columns=("hospital",), small="drop", min_rows=900)}
    with pytest.raises(DataError, match=r"205 of 205 rows are quarantined(?s:.*)hospital = 'zh'"):
        publish(write(tmp_path / "p.csv"), splits=splits)


@pytest.mark.parametrize(
    ("split", "names"),
    [
        (CutsSplit(column="age", cuts=(40, 65.5)), ["40 to 65.5", "65.5 or more", "below 40"]),
        (QuantilesSplit(column="age", quantiles=2), ["57 or more", "below 57"]),
        (RulesSplit(rules={"old": "age > 65", "young": "age <= 65"}), ["old", "young"]),
    ],
)
def test_every_kind_of_split_publishes_each_row_in_its_environment(split, names, publish, tmp_path, write):
    published = publish(write(tmp_path / "p.csv"), splits={"by_hospital": split})
    assert [one.name for one in published.version.environments] == names
    good = store.rows(published, names)
    assert len(good) == published.version.rows.good == 200
    assert good[ENVIRONMENT].equals(
        good.select(split.environment(good.lazy()).alias(ENVIRONMENT)).to_series()
    )


def test_environments_whose_names_are_no_paths_are_kept_apart(publish, tmp_path):
    file = tmp_path / "p.csv"
    names = ["a/b", "a b", "../c", "é=1"]
    file.write_text("hospital,age,sick\n" + "".join(f"{name},1,0\n{name},2,1\n" for name in names))
    published = publish(file)
    assert {one.slug for one in published.version.environments} == {"a-b", "a-b-2", "c", "é-1"}
    for name in names:
        assert store.rows(published, [name])["hospital"].to_list() == [name, name]


def test_each_environment_of_five_rows_has_both_sides(publish, tmp_path):
    file = tmp_path / "p.csv"
    rows = [f"h{number},{age},{age % 2}" for number in range(40) for age in range(20, 26)]
    file.write_text("\n".join(["hospital,age,sick", *rows]) + "\n")
    published = publish(file)
    good = store.rows(published, [one.name for one in published.version.environments])
    assert good.group_by(ENVIRONMENT).agg(pl.col(VALIDATION).n_unique())[VALIDATION].to_list() == [2] * 40
    assert len(good) == 240


def test_the_publisher_who_comes_second_takes_the_version_of_the_first(publish, tmp_path, monkeypatch, write):
    file = write(tmp_path / "p.csv")
    complete = store._complete
    first = []

    def overtaken(folder, version):
        monkeypatch.setattr(store, "_complete", complete)
        first.append((publish(file), contents(tmp_path / "store")))
        complete(folder, version)

    monkeypatch.setattr(store, "_complete", overtaken)
    assert publish(file) == first[0][0]
    published = {name: content for name, content in first[0][1].items() if ".staging" not in name}
    assert contents(tmp_path / "store") == published


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from conftest import example
from irm_core.data import store
from irm_core.data.ingestion import ingested

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(store, sys.argv[2], die)
contract = example()
file, root = map(Path, sys.argv[3:])
raw = ingested(contract, [file], root.parent / "rows", split_name="by_hospital")
store.publish(raw, contract, "by_hospital", root)
"""


@pytest.mark.parametrize("moment", ["tidy", "_complete", "_rename"])
def test_a_publisher_killed_at_any_moment_leaves_no_version_and_the_next_one_clears_up(
    moment, publish, contract, tmp_path, write
):
    file, root = write(tmp_path / "p.csv"), tmp_path / "store"
    arguments = [str(Path(__file__).parents[1]), moment, str(file), str(root)]
    killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    home = root / "patients" / "by_hospital"
    assert [path.name for path in home.iterdir() if not path.name.startswith(".staging")] == []
    assert [path for path in home.iterdir() if path.name.startswith(".staging")]
    published = publish(file)
    assert list(home.iterdir()) == [published.path]
    assert published.version.rows.read == 205
