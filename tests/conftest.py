"""What holds for all tests."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Tensors of tests are small: threads would only wait for each other."""
    import torch

    torch.set_num_threads(1)
