"""Are the constraints in date? Every package that is installed here is pinned, to the version installed."""

import sys
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

FILE = Path(__file__).parent.parent / "constraints.txt"
TOOLS = {"pip", "setuptools", "wheel", "irmflow"}
CUDA = ("nvidia-", "cuda-", "triton")  # of torch's CUDA build, which pins them itself


def pinned() -> dict[str, str]:
    """Package -> version, as the file has it."""
    lines = (line.partition("#")[0].strip() for line in FILE.read_text().splitlines())
    pins = (line.partition("==") for line in lines if line)
    return {canonicalize_name(name): version for name, _, version in pins}


def installed() -> dict[str, str]:
    """Package -> version, as this environment has it; builds (`2.13.0+cpu`) count as their release."""
    found = {canonicalize_name(one.name): Version(one.version).public for one in distributions()}
    return {
        name: version for name, version in found.items() if name not in TOOLS and not name.startswith(CUDA)
    }


def differences() -> list[str]:
    """A line per installed package that is not as the file says."""
    wanted = pinned()
    return [
        f"{name}: installed is {version}, constraints.txt has {wanted.get(name, 'none')}"
        for name, version in sorted(installed().items())
        if wanted.get(name) != version
    ]


if __name__ == "__main__":
    if wrong := differences():
        sys.exit("\n".join(wrong))
