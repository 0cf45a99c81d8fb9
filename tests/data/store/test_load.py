"""Reading a version: what is damaged, or incomplete, is refused by name."""

import json
from pathlib import Path

import pytest

from irm_core.data import store
from irm_core.data.version import MANIFEST
from irm_core.errors import DataError


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [flip, Path.unlink])
@pytest.mark.parametrize("name", ["quarantine.parquet", "environments/va/00000000.parquet"])
def test_damage_is_refused_by_name_by_readers_and_publishers(damage, name, publish, tmp_path, write):
    file = write(tmp_path / "p.csv")
    published = publish(file)
    damage(published.path / name)
    for act in (lambda: store.load(published.path), lambda: publish(file)):
        with pytest.raises(DataError, match=f"{name} is damaged.*Delete"):
            act()


def test_a_folder_without_manifest_is_no_version(publish, tmp_path, write):
    published = publish(write(tmp_path / "p.csv"))
    (published.path / MANIFEST).unlink()
    with pytest.raises(DataError, match=r"no manifest.json"):
        store.load(published.path)


def test_a_manifest_that_is_not_one_is_refused_by_name(publish, tmp_path, write):
    published = publish(write(tmp_path / "p.csv"))
    manifest = published.path / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"strange": 1}))
    with pytest.raises(DataError, match=r"manifest.json is damaged"):
        store.load(published.path)
