"""The package's face."""

import subprocess
import sys

import pytest

import irm_core


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import irm_core, sys; sys.exit(bool({'torch', 'sklearn', 'polars', 'numpy'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", irm_core.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(irm_core, name).__name__ == name


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Invariant'"):
        irm_core.Invariant  # noqa: B018
