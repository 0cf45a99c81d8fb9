"""Objects of S3: found as local files are, fetched once, named by their URL, over real HTTP."""

import gzip
import io
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from irm_core.contracts.names import FILE, LINE, RULES
from irm_core.data import store
from irm_core.data.changes import changes, place
from irm_core.data.ingestion import ingest
from irm_core.errors import DataError


@pytest.fixture
def raw(tmp_path):
    """Ingest into one landing folder."""
    return lambda contract, **more: ingest(contract, landing=tmp_path / "landing", **more)


def ids(raw) -> list[int]:
    return raw.flagged.collect()["id"].to_list()


def test_a_pattern_finds_objects_sorted_and_file_says_their_url(s3, objects, raw, csv):
    for number, key in enumerate(("b.csv", "a.csv", "deep/c.csv", "a.txt", ".hidden.csv")):
        s3.put(f"raw/{key}", csv(2, 1 + 2 * number))
    found = raw(objects("raw/*.csv"))
    rows = found.origin.names(found.flagged).select(FILE, LINE).collect().rows()
    assert rows == [(f"s3://hearts/raw/{name}.csv", line) for name in "ab" for line in (2, 3)]
    assert len(raw(objects("raw/**/*.csv")).files) == 3


def test_every_format_is_read(s3, objects, raw, csv):
    frame = pl.read_csv(csv())
    buffer = io.BytesIO()
    frame.drop("hospital").write_parquet(buffer)
    s3.put("t/hospital=va/part 1.parquet", buffer.getvalue())
    s3.put("t.csv.gz", gzip.compress(csv()))
    s3.put("t.ndjson", frame.write_ndjson().encode())
    for pattern, form in (("t/*/*.parquet", "parquet"), ("t.csv.gz", "csv"), ("t.ndjson", "ndjson")):
        assert ids(raw(objects(pattern, form))) == [1, 2, 3], pattern


def test_what_has_not_changed_is_not_fetched_again(s3, objects, raw, csv):
    for name in "abc":
        s3.put(f"{name}.csv", csv())
    first, before = raw(objects("*.csv")), s3.fetched()
    assert raw(objects("*.csv")).sha256 == first.sha256
    assert s3.fetched() == before
    s3.put("b.csv", csv(4))
    assert raw(objects("*.csv")).sha256 != first.sha256
    assert s3.fetched() == before + 1


def test_a_landed_file_that_was_touched_is_fetched_again(s3, objects, raw, csv):
    s3.put("a.csv", csv())
    first = raw(objects("a.csv"))
    first.files[0].write_text("damaged")
    assert raw(objects("a.csv")).sha256 == first.sha256
    assert ids(first) == [1, 2, 3]


def test_the_folder_that_files_land_in_is_no_part_of_the_version(s3, objects, csv, tmp_path):
    s3.put("a.csv", csv())
    first, second = (ingest(objects("a.csv"), landing=tmp_path / name) for name in ("one", "two"))
    assert first.sha256 == second.sha256


def test_new_changed_and_gone_objects_are_told_and_unchanged_ones_publish_nothing(
    s3, objects, raw, csv, tmp_path
):
    declared, root = objects("*.csv"), tmp_path / "store"

    def publish():
        found = raw(declared)
        told = str(changes(found.raw_files, place(root, "patients", "by_hospital")))
        return told, store.publish(found, declared, "by_hospital", root)

    s3.put("a.csv", csv(4))
    s3.put("b.csv", csv(4, 5))
    told, first = publish()
    assert told == "first version"
    before = s3.fetched()
    assert publish() == (f"unchanged since version {first.version.id}", first)
    assert s3.fetched() == before
    s3.put("a.csv", csv(5))
    s3.put("c.csv", csv(4, 9))
    s3.delete("b.csv")
    told, second = publish()
    assert told == f"1 new, 1 changed, 1 gone since version {first.version.id}"
    listed = pl.read_parquet(second.path / "raw.parquet")
    assert listed.select("name", "rows").rows() == [("s3://hearts/a.csv", 5), ("s3://hearts/c.csv", 4)]


def test_quarantine_says_the_url(s3, objects, raw, csv, tmp_path):
    s3.put("a.csv", csv(6) + b"7,va,old,true\n")
    declared = replace(objects("a.csv"), max_quarantined=1.0)
    published = store.publish(raw(declared), declared, "by_hospital", tmp_path / "store")
    bad = pl.read_parquet(published.path / "quarantine.parquet")
    assert bad.select(FILE, LINE, "age").rows() == [("s3://hearts/a.csv", 8, "old")]
    good = store.rows(published, published.version.training)
    assert good[FILE].unique().to_list() == ["s3://hearts/a.csv"]


def test_keys_with_any_letters_are_files(s3, objects, raw, csv):
    for key in ("x y/ü%20?.csv", "x y/[1].csv"):
        s3.put(key, csv())
        assert raw(objects(key)).raw_files[0].name == f"s3://hearts/{key}"


@pytest.mark.parametrize(
    ("key", "content", "told"),
    [
        ("a.csv", b"hospital,age,sick\nva,1,true\n", "a.csv has no column 'id'"),
        ("b.csv", b"", "No object is at s3://hearts/a.csv"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(key, content, told, s3, objects, raw):
    s3.put(key, content)
    with pytest.raises(DataError, match=told):
        raw(objects("a.csv"))


def test_no_bucket_and_no_server_are_said(s3, server, raw, closed_port):
    def at(endpoint):
        options = {"endpoint": endpoint, "allow_http": True, "region": "us-east-1"}
        return server({"storageOptions": options}, type="s3", location="s3://none/a.csv", format="csv")

    with pytest.raises(DataError, match=r"s3://none/a\.csv cannot be read: there is no such bucket"):
        raw(at(s3.endpoint))
    with pytest.raises(DataError, match="the server cannot be reached") as caught:
        raw(at(f"http://127.0.0.1:{closed_port}"))
    assert isinstance(caught.value.__cause__, ConnectionError)  # worth another try


def test_credentials_of_a_block_are_used_and_written_nowhere(s3, objects, raw, csv, tmp_path):
    s3.put("a.csv", csv())
    secret = "another/secret"  # noqa: S105
    raw(objects("a.csv"), credentials={"access_key_id": "other", "secret_access_key": secret})
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 3  # contract, file, receipt
    assert not [path for path in written if secret.encode() in path.read_bytes()]


def test_images_are_found_by_a_template(s3, tmp_path, photo):
    from irm_core.contracts.read import read

    for site in ("north", "south"):
        s3.put(f"photos/{site}/dog/1.png", photo)
    path = tmp_path / "photos.odcs.yaml"
    path.write_text(PHOTOS.replace("ENDPOINT", s3.endpoint))
    found = ingest(read(path), landing=tmp_path / "landing")
    found = found.origin.names(found.flagged).collect()
    assert found["site"].to_list() == ["north", "south"]
    assert found[FILE].to_list() == [f"s3://hearts/photos/{site}/dog/1.png" for site in ("north", "south")]
    assert all(Path(one).is_file() for one in found["path"])
    assert found[RULES].list.len().sum() == 0


def test_images_that_a_table_lists_land_beside_it(s3, tmp_path, photo):
    from irm_core.contracts.read import read

    s3.put("lists/photos.csv", b"path,site,kind\nimages/1.png,north,dog\nimages/none.png,south,dog\n")
    s3.put("lists/images/1.png", photo)
    path = tmp_path / "photos.odcs.yaml"
    text = PHOTOS.replace("ENDPOINT", s3.endpoint).replace("format: images", "format: csv")
    path.write_text(text.replace("photos/{site}/{kind}/*.png", "lists/photos.csv"))
    raw = ingest(read(path), landing=tmp_path / "landing")
    assert raw.flagged.collect()[RULES].to_list() == [[], ["path.image"]]
    assert [one.name for one in raw.raw_files if one.sha256][1] == "s3://hearts/lists/images/1.png"


PHOTOS = """\
apiVersion: v3.1.0
kind: DataContract
id: photos
version: 1.0.0
servers:
  - server: lake
    type: s3
    location: "s3://hearts/photos/{site}/{kind}/*.png"
    endpointUrl: ENDPOINT
    format: images
    customProperties: [{property: storageOptions, value: {allow_http: true, region: us-east-1}}]
schema:
  - name: photos
    properties:
      - {name: path, logicalType: string, customProperties: [{property: role, value: image}]}
      - {name: site, logicalType: string}
      - {name: kind, logicalType: string, customProperties: [{property: role, value: label}]}
    customProperties:
      - {property: environments, value: {by_site: {columns: [site]}}}
"""


@pytest.fixture
def photo() -> bytes:
    from PIL import Image

    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "png")
    return content.getvalue()
