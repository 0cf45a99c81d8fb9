"""`irmflow predict`: which rows it reads, and what it says where MLflow is away."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from flows.prediction import read
from irm_core.errors import DataError, UsageError

ROWS = pl.DataFrame({"site": ["a", None, "c, d"], "dose": ["1.5", "x", None]})


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("new.csv", ROWS.write_csv().encode()),
        ("new.tsv", ROWS.write_csv(separator="\t").encode()),
        ("new.csv.gz", gzip.compress(ROWS.write_csv().encode(), mtime=0)),
        ("new.dat", ROWS.write_csv(separator=";").encode()),
        ("new.ndjson", ROWS.write_ndjson().encode()),
        ("new[1].jsonl", ROWS.write_ndjson().encode()),
        ("new.ndjson.gz", gzip.compress(ROWS.write_ndjson().encode(), mtime=0)),
    ],
)
def test_every_row_of_what_init_takes_is_read_in_its_order(name, written, tmp_path) -> None:
    path = tmp_path / name
    path.write_bytes(written)
    assert read(path).equals(ROWS)


def test_rows_that_cannot_be_read_are_refused_by_name(tmp_path) -> None:
    broken, sheet = tmp_path / "new.ndjson", tmp_path / "new.xlsx"
    broken.write_text(json.dumps({"a": 1}) + "\n[1]\n")
    with pytest.raises(DataError, match=r"new\.ndjson:2: not a JSON object"):
        read(broken)
    sheet.write_bytes(b"x")
    with pytest.raises(UsageError, match="CSV UTF-8"):
        read(sheet)
    with pytest.raises(DataError, match="No file is at"):
        read(Path("none.csv"))


@pytest.mark.slow
def test_with_mlflow_away_nothing_is_predicted_and_it_is_said_why(
    folder, light, closed_port, monkeypatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    said = light("predict", "models:/clinics-by_site@champion", folder.raw.name, "-o", "predicted.csv")
    assert said.status == 1
    assert "MLflow is away" in said.err and "Nothing is predicted" in said.err
    assert not (folder.path / "predicted.csv").exists()
