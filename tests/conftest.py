"""What holds for all tests; of the servers and disks that some want, see `plugins`."""

from collections.abc import Callable
from typing import Any

import pytest

from irm_core.data.version import Environment, Rows, Version

pytest_plugins = ["ports", "full_disks", "postgresql", "object_storage", "waiting"]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Tensors of tests are small: threads would only wait for each other."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def made_version() -> Callable[..., Version]:
    """Makes a version's manifest, without files: environments of so many rows, and what else it is to say."""

    def make(*training: str, hold_out: tuple[str, ...] = (), size: int = 1, **more: Any) -> Version:
        names = (*training, *hold_out)
        said = {
            "dataset": "made",
            "split": "by_site",
            "id": "0123",
            "preparation": 1,
            "contract_sha256": "",
            "raw_sha256": "",
            "rows": Rows(read=size * len(names), good=size * len(names), quarantined=0),
            "broken_rules": {},
            "environments": [
                Environment(name=one, slug=one, rows=size, hold_out=one in hold_out) for one in names
            ],
            "files": {},
        }
        return Version.model_validate(said | more)

    return make
