"""`irmflow init`: a first contract, with which `check` and `run` work as it is."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.init.proposal import proposal
from flows.init.ranges import widened
from flows.init.scalars import comment, mapping, scalar
from flows.init.write import write
from irm_core.contracts.names import ENVIRONMENT, RULES
from irm_core.contracts.read import read
from irm_core.data.assignment import assign
from irm_core.data.ingestion import ingest
from irm_core.errors import UsageError

PLAN = "{objectives: [erm], seeds: [0], hidden: [4], steps: 8, warmup_steps: 2, record_every: 4}\n"


ROWS = 240
SITES = ("Köln", "north", "east: 2", "west, end")


def rows() -> list[dict[str, object]]:
    """Recovery falls with age; its slope on the dose differs between the sites."""
    generator = np.random.default_rng(0)
    found: list[dict[str, object]] = []
    for number in range(ROWS):
        site = SITES[number % 4]
        age, dose = int(generator.integers(20, 90)), float(generator.normal())
        slope = {"Köln": 2.0, "north": 1.0}.get(site, -1.0)
        recovery = round(-0.1 * age + slope * dose + float(generator.normal()), 3)
        found.append(
            {"id": f"p{number}", "site": site, "age": age, "dose": round(dose, 3), "recovery": recovery}
        )
    return found


def table(written: list[dict[str, object]], delimiter: str = ",", newline: str = "\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(written[0]), delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(written)
    return text.getvalue()


def commas(written: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {name: str(one).replace(".", ",") if isinstance(one, float) else one for name, one in row.items()}
        for row in written
    ]


def semicolons_and_decimal_commas() -> bytes:
    written = commas(rows())
    written[7]["dose"] = "k. A."
    return table(written, ";", "\r\n").encode()


def byte_order_mark_and_missing_values() -> bytes:
    written = rows()
    for number in range(0, ROWS, 10):
        written[number]["age"] = "NA"
        written[number + 1]["dose"] = "?"
        written[number + 2] |= {"age": -9}
    return b"\xef\xbb\xbf" + table(written).encode()


def day_month_year() -> bytes:
    written = [
        row | {"seen": f"{number % 28 + 1:02}/{number % 12 + 1:02}/2023"} for number, row in enumerate(rows())
    ]
    return table(written).encode()


def quoted_newlines() -> bytes:
    written = [
        row | {"note": f'He said "{number}",\nand went; again', "zip": f"0{number % 9}123"}
        for number, row in enumerate(rows())
    ]
    return table(written).encode()


def text_label() -> bytes:
    written = [row | {"recovery": "-" if float(str(row["recovery"])) < -5.5 else "+"} for row in rows()]
    return table(written).encode()


def five_rows_of_one_site() -> bytes:
    written = [*rows(), *(row | {"id": f"x{row['id']}", "site": "tiny"} for row in rows()[:5])]
    return table(written, "\t").encode()


AWKWARD: dict[str, Callable[[], bytes]] = {
    "semicolons": semicolons_and_decimal_commas,
    "byte-order-mark": byte_order_mark_and_missing_values,
    "day-month-year": day_month_year,
    "quoted-newlines": quoted_newlines,
    "text-label": text_label,
    "five-rows": five_rows_of_one_site,
}


def raw(name: str) -> Path:
    """Write one of the tables to `<name>.csv`."""
    path = Path(f"{name}.csv")
    path.write_bytes(AWKWARD[name]())
    return path


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A new working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / '.irmflow' / 'mlflow.db'}")
    return tmp_path


def init(light, data, *more, environment="site", target="recovery"):
    return light("init", str(data), "--environment", environment, "--target", target, *more)


def contract_of(data: str, environment: str = "site", target: str = "recovery"):
    """The contract that init makes, written and read, and the proposal."""
    made = proposal(data, environment.split(","), target)
    path = Path("made.odcs.yaml")
    write(made, path)
    return read(path), made


@pytest.mark.parametrize("name", AWKWARD)
def test_what_init_writes_is_fit_to_run(name, here, light) -> None:
    data = raw(name)
    said = init(light, data)
    assert said.status == 0, said.err
    assert f"irmflow check {name}.odcs.yaml" in said.out
    checked = light("check", f"{name}.odcs.yaml", "--report", "report.json")
    assert checked.status == 0, checked.err
    assert set(checked.report["environments"]) == set(SITES)
    good = checked.report["rows"]["good"]
    assert good == ROWS - (name == "semicolons")


@pytest.mark.slow
@pytest.mark.parametrize("name", AWKWARD)
def test_what_init_writes_runs(name, here, irmflow) -> None:
    assert init(irmflow, raw(name)).status == 0
    Path(f"{name}.plan.yaml").write_text(PLAN)
    said = irmflow("run", f"{name}.odcs.yaml", "--report", "report.json")
    assert said.status == 0, said.err
    assert set(said.report["environments"]) == set(SITES)
    assert said.report["selection"]["promoted"]


@pytest.mark.slow
def test_a_model_predicts_from_files_that_are_written_as_those_it_learnt_from(here, irmflow) -> None:
    init(irmflow, raw("semicolons"))
    Path("semicolons.plan.yaml").write_text(PLAN)
    assert irmflow("run", "semicolons.odcs.yaml").status == 0
    new = table(commas(rows()), ";").encode("cp1252")
    Path("new.csv").write_bytes(new)
    said = irmflow("predict", "models:/semicolons-by_site@champion", "new.csv", "-o", "out.parquet")
    assert said.status == 0, said.err
    out = pl.read_parquet("out.parquet")
    assert (out.height, out["prediction"].null_count(), out["site"][0]) == (ROWS, 0, "Köln")


def test_a_decimal_comma_and_unreadable_values_are_told(here) -> None:
    contract, made = contract_of(str(raw("semicolons")))
    assert (contract.source.delimiter, contract.source.decimal) == (";", ",")
    assert (made.bad, contract.max_quarantined) == (1, 0.05)
    text = Path("made.odcs.yaml").read_text()
    assert "; 1 unreadable, quarantined." in text
    assert "1 of 240 rows are known to break this contract (0.4%)" in text


def test_words_and_numbers_for_missing_values_are_told(here) -> None:
    contract, made = contract_of(str(raw("byte-order-mark")))
    assert contract.missing_values == ("?", "NA", "-9")
    assert (made.profile.columns["age"].low, made.profile.columns["age"].missing) == (20, 48)


def test_of_day_and_month_the_day_comes_first_and_a_doubt_is_told(here) -> None:
    contract, _ = contract_of(str(raw("day-month-year")))
    assert contract.with_role("time")[0].format == "dd/MM/yyyy"
    pl.DataFrame({"site": ["a", "b", "c"] * 40, "y": range(120), "x": range(0, 240, 2)}).with_columns(
        seen=pl.lit("03/04/2021")
    ).with_row_index("n").with_columns(
        seen=pl.format("0{}/04/2021", pl.col("n") % 9 + 1),
    ).write_csv("doubtful.csv")
    contract, _ = contract_of("doubtful.csv", target="y")
    assert (
        "could be the other way round: MM/dd/yyyy instead of dd/MM/yyyy" in Path("made.odcs.yaml").read_text()
    )


def test_a_text_label_makes_classes(here) -> None:
    contract, made = contract_of(str(raw("text-label")))
    assert contract.task == "classification"
    assert made.guessed_from == "the label holds 2 classes"
    assert made.profile.missing_values == ()  # "-" is a class, no marker


def test_small_environments_are_dropped_alone_and_pooled_together(here) -> None:
    contract, made = contract_of(str(raw("five-rows")))
    split = contract.splits["by_site"]
    assert (split.small, split.min_rows, split.missing, made.dropped) == ("drop", 30, "quarantine", 5)
    sites = [*["a", "b", "c"] * 60, *["d", "e", "f"] * 12, *[""] * 40]
    pl.DataFrame({"site": sites, "x": range(0, 512, 2), "y": [one * 0.5 for one in range(256)]}).write_csv(
        "many.csv"
    )
    contract, made = contract_of("many.csv", target="y")
    split = contract.splits["by_site"]
    assert (split.small, split.missing) == ("pool", "own")
    assert made.environments.sizes == {"a": 60, "b": 60, "c": 60, "pooled": 36, "missing": 40}
    assert sizes(contract) == made.environments.sizes


def sizes(contract) -> dict[str, int]:
    """The good rows of each environment, as a run will have them."""
    (split,) = contract.splits
    good = assign(ingest(contract).flagged, contract, split).filter(pl.col(RULES).list.len() == 0)
    return dict(good.group_by(ENVIRONMENT).len().sort(ENVIRONMENT).collect().iter_rows())


@pytest.mark.parametrize(
    ("environment", "kind", "names"),
    [
        ("site,device", "column", {"a / x", "a / y", "b / x", "b / y"}),
        ("seen", "window", {"2019", "2020", "2021"}),
        ("age", "quantiles", {"below 60", "60 to 120", "120 to 180", "180 or more"}),
        ("grade", "column", {"1", "2", "3"}),
    ],
)
def test_the_kind_of_split_follows_from_the_columns(environment, kind, names, here) -> None:
    pl.DataFrame({"age": range(240)}).with_columns(
        site=pl.Series(["a", "b"] * 120),
        device=pl.Series(["x", "x", "y", "y"] * 60),
        seen=pl.format("{}-05-01", pl.col("age") % 3 + 2019),
        grade=pl.col("age") % 3 + 1,
        x=pl.col("age") * 0.25 - 3,
        y=(pl.col("age") * 7 % 11) * 0.5,
    ).write_csv("table.csv")
    contract, made = contract_of("table.csv", environment, "y")
    (split,) = contract.splits.values()
    assert split.kind == kind
    assert set(sizes(contract)) == names == set(made.environments.sizes)
    assert made.obstacles == []


def test_a_folder_of_parquet_files_without_their_nested_columns(here) -> None:
    Path("parts").mkdir()
    for place in range(3):
        frame = pl.DataFrame({"x": range(place, place + 40), "y": [0.5 * one for one in range(40)]})
        frame.with_columns(
            site=pl.lit("abc"[place]), when=pl.date(2020, 1, 1), list=pl.lit([1, 2]), flag=pl.col("x") > 10
        ).write_parquet(f"parts/{place}.parquet")
    contract, made = contract_of("parts", target="y")
    assert (contract.name, contract.source.format, made.profile.rows) == ("parts", "parquet", 120)
    assert "list" in made.profile.undeclarable
    assert sizes(contract) == {"a": 40, "b": 40, "c": 40}


@pytest.mark.parametrize(
    ("environment", "target", "told"),
    [
        ("sites", "recovery", "--environment sites: there is no such column. Is it 'site'?"),
        ("site", "recovry", "--target recovry: there is no such column. Is it 'recovery'?"),
        ("recovery", "recovery", "'recovery' cannot both be predicted (--target)"),
        ("site", "seen", "--target seen: a date cannot be predicted."),
    ],
)
def test_columns_that_cannot_be_what_they_are_named_for(environment, target, told, here, light) -> None:
    said = init(light, raw("day-month-year"), environment=environment, target=target)
    assert said.status == 2
    assert told in said.err
    assert not list(Path().glob("*.yaml"))


def test_a_contract_that_is_there_is_kept(here, light) -> None:
    data, path = raw("text-label"), Path("text-label.odcs.yaml")
    path.write_text("mine")
    assert init(light, data).status == 2
    assert path.read_text() == "mine"
    assert init(light, data, "-o", "other.yaml").status == 0
    assert init(light, data, "--force").status == 0
    assert read(path).columns == read(Path("other.yaml")).columns


def test_a_split_that_makes_one_environment_keeps_its_features(here) -> None:
    pl.DataFrame({"site": [f"s{one % 60}" for one in range(240)]}).with_row_index("x").with_columns(
        x=pl.col("x") * 2, y=pl.col("x") * 0.5
    ).write_csv("many.csv")
    _, made = contract_of("many.csv", target="y")
    assert made.environments.sizes == {"pooled": 240}
    assert "only 1 environment to train on (pooled)" in made.obstacles[0]


ROLES = {
    "id": ("identifier", [f"p{one}" for one in range(240)]),
    "row": ("identifier", list(range(240))),
    "patient_id": ("identifier", [one // 2 * 7 for one in range(240)]),
    "note": ("ignore", [f"He came at {one} and went away soon after" for one in range(240)]),
    "name": ("ignore", [f"n{one % 130}" for one in range(240)]),
    "unit": ("ignore", ["mg"] * 240),
    "nothing": ("ignore", [None] * 240),
    "price": ("ignore", [f"1,{one + 100}.50" for one in range(240)]),
    "seen": ("time", [f"2024-01-{one % 28 + 1:02}" for one in range(240)]),
    "born": ("ignore", [f"1980-01-{one % 28 + 1:02}" for one in range(240)]),
    "late": ("ignore", [1.5 if one % 3 == 0 and one < 60 else None if one else 2.5 for one in range(240)]),
    "ward": ("feature", ["a", "b", "c", "d"] * 60),
    "dose": ("feature", [one * 0.5 for one in range(240)]),
}


def test_what_is_not_utf_8_is_taken_for_windows_1252(here, light) -> None:
    text = table(rows(), ";").replace("north", "„Süd“").encode("cp1252")
    Path("west.csv").write_bytes(text)
    assert "taken for windows-1252" in init(light, "west.csv").out
    contract, made = contract_of("west.csv")
    assert set(sizes(contract)) == {"Köln", "„Süd“", "east: 2", "west, end"} == set(made.environments.sizes)
    assert light("check", "west.odcs.yaml").status == 0


def test_files_in_two_encodings_are_refused(here, light) -> None:
    Path("parts").mkdir()
    for name, encoding in (("a", "utf-8"), ("b", "cp1252"), ("c", "utf-16")):
        Path(f"parts/{name}.csv").write_bytes(table(rows()).encode(encoding))
    assert "c.csv is in UTF-16" in init(light, "parts").err
    Path("parts/c.csv").unlink()
    said = init(light, "parts")
    assert (said.status, "a.csv is in UTF-8 and parts/b.csv is not" in said.err) == (3, True)


def test_lines_of_json_are_a_table_too(here) -> None:
    frame = pl.DataFrame(rows())
    frame.write_ndjson("lines.jsonl")
    contract, made = contract_of("lines.jsonl")
    assert contract.source.format == "ndjson"
    assert sizes(contract) == made.environments.sizes == dict.fromkeys(sorted(SITES), 60)


def test_roles_follow_from_values_and_names(here) -> None:
    columns = {name: values for name, (_, values) in ROLES.items()}
    pl.DataFrame({"site": ["a", "b", "c"] * 80, **columns, "y": ["u", "v"] * 120}).write_csv("table.csv")
    contract, made = contract_of("table.csv", target="y")
    roles = {one.name: one.role for one in contract.columns}
    assert roles == {"site": "environment", **{name: role for name, (role, _) in ROLES.items()}, "y": "label"}
    assert all(one.why for one in made.columns if one.role in ("identifier", "ignore", "time"))


@pytest.mark.parametrize(
    ("frame", "status", "told"),
    [
        (
            {"site": ["a", "b"] * 30, "x": range(0, 120, 2), "y": [0.5, 1.5, 2.5] * 20},
            0,
            "only 2 environments",
        ),
        ({"site": ["a", "b", "c"] * 20, "x": range(0, 120, 2), "y": ["u"] * 60}, 0, "only one value"),
        (
            {"site": ["a", "b", "c"] * 20, "x": [1] * 60, "y": [0.5, 1.5] * 30},
            2,
            "no column can be a feature",
        ),
    ],
)
def test_where_a_run_must_stop_init_says_why(frame, status, told, here, light) -> None:
    pl.DataFrame(frame).write_csv("table.csv")
    said = init(light, "table.csv", target="y")
    assert said.status == status
    assert told in " ".join((said.out + said.err).split())


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        ("nowhere.csv", 3, "No file is at nowhere.csv"),
        ("photo.png", 2, "a contract is about files of one of them"),
    ],
)
def test_data_that_are_no_table_are_refused(data, status, told, here, light) -> None:
    Path("photo.png").write_bytes(b"x")
    said = init(light, data)
    assert (said.status, told in said.err) == (status, True)


@given(st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans())
def test_values_in_the_contract_are_read_as_they_are(value) -> None:
    assert yaml.safe_load(f"[{scalar(value)}]  # {comment(str(value))}") == [value]
    assert yaml.safe_load(mapping({"a": value, "b": [value]})) == {"a": value, "b": [value]}


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_ranges_hold_what_was_seen_and_do_not_cross_zero(one, other) -> None:
    low, high = sorted((one, other))
    found = widened(low, high)
    assert (found is None) == (low == high)
    if found is not None:
        assert found[0] <= low
        assert high <= found[1]
        assert not (low >= 0 > found[0] or high <= 0 < found[1])


NAME = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00\ufeff"), min_size=1, max_size=8).map(
    str.strip
)
CELL = st.sampled_from(
    ["", "NA", "?", "-9", "1", "0", "2", "1.5", "-3e8", "1,5", "x", "yes", "no", "x: y", "'", '"', "a\nb",
     "007", "2020-01-31", "31/01/2020", "31.1.2020 9:05", "#", "[red]", "null", "~", "é", "inf", "nan",
     "9" * 20]
)  # fmt: skip


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_under_the_contract_of_any_table_rows_are_good_or_in_quarantine_as_foretold(here, data) -> None:
    names = data.draw(st.lists(NAME.filter(bool), min_size=3, max_size=5, unique=True))
    kinds = [data.draw(st.lists(CELL, min_size=2, max_size=5, unique=True)) for _ in names]
    size = data.draw(st.integers(1, 60))
    draw = st.tuples(*map(st.sampled_from, kinds))
    with Path("any.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=data.draw(st.sampled_from(",;\t")), quoting=csv.QUOTE_ALL)
        writer.writerows([names, *(data.draw(draw) for _ in range(size))])
    try:
        made = proposal("any.csv", names[:1], names[1])
    except UsageError as error:
        assert str(error).endswith(".")  # no contract, and a sentence that says why
        return
    write(made, Path("any.odcs.yaml"))
    contract = read(Path("any.odcs.yaml"))
    assert {one.name for one in contract.columns} | set(made.profile.undeclarable) == set(names)
    assert sizes(contract) == made.environments.sizes
    assert made.profile.rows == sum(sizes(contract).values()) + made.quarantined + made.dropped
    assert made.quarantined <= contract.max_quarantined * made.profile.rows


def test_init_imports_no_server_and_no_learner(here) -> None:
    raw("text-label")
    code = (
        "import sys; from flows.cli import app; "
        "app('init text-label.csv --environment site --target recovery'.split(), standalone_mode=False); "
        "sys.exit(', '.join({'prefect', 'mlflow', 'torch', 'great_expectations'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
