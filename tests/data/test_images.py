"""Images: damaged ones are told apart, crashes are survived, and what is loaded is what was published."""

import dataclasses
import os
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import simplejpeg
from PIL import Image

from irm_core.contracts.contract import Column, Source
from irm_core.contracts.names import FILE, VALIDATION, unreadable
from irm_core.contracts.rules import Rule
from irm_core.data import images, rows, store
from irm_core.data.fingerprint import raw_files
from irm_core.data.image_inspection import inspect
from irm_core.data.ingestion import ingest
from irm_core.data.preparation import prepare
from irm_core.data.raw_files import LOCAL
from irm_core.data.schema import ModelSchema
from irm_core.data.sources import find, scan
from irm_core.errors import DataError, IrmflowError


def pixels(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape or (8, 8, 3), dtype=np.uint8)


def png(path: Path, seed: int = 0, *shape: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels(seed, *shape)).save(path)
    return path


def jpeg(path: Path) -> Path:
    path.write_bytes(simplejpeg.encode_jpeg(pixels(1, 64, 64, 3)))
    return path


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def scratched(path: Path) -> Path:
    content = bytearray(path.read_bytes())
    content[1000:1040] = pixels(3, 40).tobytes()
    path.write_bytes(content)
    return path


def test_sound_images_have_no_error_but_shape_and_digest(tmp_path):
    found = inspect([str(png(tmp_path / "a.png", 1)), str(png(tmp_path / "b.png", 2))])
    assert found.select("error", "width", "height", "channels").rows() == [(None, 8, 8, 3)] * 2
    assert found["sha256"].n_unique() == 2


def test_damage_is_said(tmp_path):
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "empty.png").touch()
    Image.fromarray(np.zeros((8, 8), np.uint16)).save(tmp_path / "deep.png")
    Image.fromarray(pixels(0, 8, 8, 4), mode=None).convert("CMYK").save(tmp_path / "cmyk.jpg")
    said = {
        tmp_path / "none.png": "No such file or directory",
        tmp_path / "text.png": "it is no image of a known format",
        tmp_path / "empty.png": "it is no image of a known format",
        tmp_path / "deep.png": "its mode is I;16; only 8 bits of grey, RGB or RGBA are read",
        tmp_path / "cmyk.jpg": "its colours are CMYK; only grey and RGB are read",
        cut(png(tmp_path / "cut.png", 0, 64, 64, 3)): "image file is truncated",
        cut(jpeg(tmp_path / "cut.jpg")): "Premature end of JPEG file",
    }
    scratches = [scratched(jpeg(tmp_path / "s.jpg")), scratched(png(tmp_path / "s.png", 0, 64, 64, 3))]
    found = inspect([str(path) for path in [*said, *scratches]])["error"].to_list()
    assert found[: len(said)] == list(said.values())
    assert found[-2].startswith("Corrupt JPEG data")
    assert found[-1] is not None


def test_a_shape_that_most_images_do_not_have_is_an_error(tmp_path):
    paths = [png(tmp_path / "a.png"), png(tmp_path / "b.png", 0, 4, 8, 3), png(tmp_path / "c.png")]
    said = "it is 8 x 4 with 3 channels; most are 8 x 8 with 3"
    assert inspect([str(path) for path in paths])["error"].to_list() == [None, said, None]


WORKER = """
import json, os, signal, sys
for line in sys.stdin:
    if "crash" in line:
        os.kill(os.getpid(), signal.SIGSEGV)
    group = str(os.getpgrp())
    print(json.dumps({"error": None, "sha256": group, "width": 1, "height": 1, "channels": 1}), flush=True)
"""


def test_a_crash_of_the_decoder_is_the_error_of_one_image(tmp_path):
    found = inspect(["a", "crash 1", "b", "c", "crash 2"], worker=[sys.executable, "-c", WORKER])
    crashed = "the decoder crashed on it (SIGSEGV)"
    assert found["error"].to_list() == [None, crashed, None, None, crashed]
    assert found["path"].to_list() == ["a", "crash 1", "b", "c", "crash 2"]


def test_ctrl_c_in_a_terminal_crashes_no_decoder():
    found = inspect(["a"], worker=[sys.executable, "-c", WORKER])
    assert found["sha256"].to_list() != [str(os.getpgrp())], "it is not in the group that a terminal stops"


@pytest.mark.parametrize("program", ["raise SystemExit('no module')", ""])
def test_a_worker_that_does_not_work_is_nobodys_image(program):
    with pytest.raises(IrmflowError, match="worker that inspects images failed"):
        inspect(["a"], worker=[sys.executable, "-c", program])


def test_no_image_at_all_is_an_empty_table():
    assert inspect([]).height == 0


@pytest.mark.parametrize(("mode", "channels"), [("1", 1), ("L", 1), ("P", 3), ("RGB", 3), ("RGBA", 4)])
def test_modes_become_channels(mode, channels, tmp_path):
    Image.fromarray(pixels(0)).convert(mode).save(tmp_path / "a.png")
    assert images.load([str(tmp_path / "a.png")]).shape == (1, channels, 8, 8)


def test_pixels_are_those_of_the_files_in_order(tmp_path):
    paths = [str(png(tmp_path / f"{seed}.png", seed)) for seed in range(5)]
    expected = np.stack([pixels(seed).transpose(2, 0, 1) for seed in range(5)])
    np.testing.assert_array_equal(images.load(paths), expected)


def test_what_cannot_be_loaded_is_named(tmp_path):
    sound, other = png(tmp_path / "a.png"), png(tmp_path / "b.png", 0, 4, 8, 3)
    broken = cut(png(tmp_path / "cut.png", 0, 64, 64, 3))
    for paths, message in (([sound, other], "b.png has the shape"), ([broken], "cut.png cannot be read")):
        with pytest.raises(DataError, match=message):
            images.load([str(path) for path in paths])
    with pytest.raises(DataError, match="no image"):
        images.load([])


COLUMNS = (
    Column("path", "string", "image", 11),
    Column("site", "string", "environment", 12),
    Column("label", "integer", "label", 13),
)
RULES = (
    Rule("path.image", "row", "expect_column_values_to_be_null", {"column": unreadable("path")}, "error", 9),
)


@pytest.fixture
def photos(contract, tmp_path):
    """A tree of three sites with four images each, of which one is cut; and its contract."""
    for site in ("a", "b", "c"):
        for number in range(4):
            png(tmp_path / "photos" / site / str(number % 2) / f"{number}.png", number)
    cut(png(tmp_path / "photos" / "a" / "1" / "1.png"))
    template = tmp_path / "photos" / "{site}" / "{label}" / "*.png"
    return contract(columns=COLUMNS, rules=RULES, source=Source(str(template), "images", ",", "", 5))


def publish(declared, root: Path):
    split = dataclasses.replace(
        declared, splits={"by_site": declared.splits["by_hospital"].model_copy(update={"columns": ("site",)})}
    )
    return store.publish(ingest(split), split, "by_site", root)


def test_a_tree_is_a_manifest_whose_braces_name_columns(photos, tmp_path):
    found = scan(photos, find(photos.source)).collect()
    assert found.height == 12
    assert found.row(0)[:3] == (f"{tmp_path}/photos/a/0/0.png", "a", "0")


def test_images_are_published_quarantined_and_loaded(photos, tmp_path):
    published = publish(photos, tmp_path / "store")
    assert published.version.rows.quarantined == 1
    assert published.version.broken_rules == {"path.image": 1}
    quarantine = pl.read_parquet(published.path / "quarantine.parquet")
    assert quarantine[FILE].item().endswith("photos/a/1/1.png")
    assert quarantine[unreadable("path")].item() == "image file is truncated"
    loaded = rows.load(published, ModelSchema.of(photos))
    assert loaded.pixels.shape == (11, 3, 8, 8)
    assert loaded.pixels.dtype == np.uint8


def test_equal_images_are_on_the_same_side(contract, tmp_path):
    for number in range(40):
        png(tmp_path / "photos" / "a" / "0" / f"{number}.png", seed=number % 2)
        png(tmp_path / "photos" / "a" / "1" / f"{number}.png", seed=number)
    template = tmp_path / "photos" / "{site}" / "{label}" / "*.png"
    declared = contract(columns=COLUMNS, rules=RULES, source=Source(str(template), "images", ",", "", 5))
    frame = rows.load(publish(declared, tmp_path / "store"), ModelSchema.of(declared)).frame
    sides = frame.group_by("label", images.digest("path")).agg(pl.col(VALIDATION).n_unique(), pl.len())
    assert sides[VALIDATION].unique().to_list() == [1]
    assert sides["len"].max() == 20


def test_an_image_that_changed_since_is_refused_by_name_and_is_another_version(photos, tmp_path):
    published = publish(photos, tmp_path / "store")
    png(tmp_path / "photos" / "b" / "0" / "0.png", 99)
    with pytest.raises(DataError, match=r"b/0/0.png has changed since"):
        rows.load(published, ModelSchema.of(photos))
    assert publish(photos, tmp_path / "store").version.id != published.version.id


def test_paths_in_a_manifest_are_relative_to_its_folder(contract, tmp_path):
    manifest = tmp_path / "data" / "manifest.csv"
    outside = png(tmp_path / "elsewhere" / "b.png", 2)
    png(tmp_path / "data" / "images" / "a.png", 1)
    manifest.write_text(f"path,site,label\nimages/a.png,x,0\n{outside},x,1\nimages/none.png,x,1\n")
    declared = contract(columns=COLUMNS, rules=RULES, source=Source(str(manifest), "csv", ",", "", 5))
    found = prepare(scan(declared, [manifest]), declared).collect()
    assert found["path"].to_list() == [
        f"{tmp_path}/data/images/a.png",
        str(outside),
        f"{tmp_path}/data/images/none.png",
    ]
    assert found[unreadable("path")].to_list() == [None, None, "No such file or directory"]
    before = raw_files(declared, [manifest], LOCAL)
    png(outside, 3)
    assert raw_files(declared, [manifest], LOCAL) != before
