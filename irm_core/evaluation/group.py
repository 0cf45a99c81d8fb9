"""Processes of this machine that call a function together, as one process group: torchrun's launcher."""

import logging
import os
import pickle
import tempfile
import traceback
from collections.abc import Callable
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import torch
import torch.distributed
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from irm_core.data.free_memory import BESIDE
from irm_core.evaluation.process import DiedError
from irm_core.training.devices import VISIBLE
from irm_core.training.distributed import LostError


def call_together(size: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """What the function gives in the first of `size` processes that call it, each on a GPU of its own.

    They end with the first that fails, and with the caller. Raises what the function raises there, DiedError
    where a process is killed.
    """
    for name in ("torch.distributed.elastic", "torch.multiprocessing"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what fails is raised
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=size,
        run_id=uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        local_addr="localhost",
        max_restarts=0,
    )
    with tempfile.TemporaryDirectory() as folder:
        try:
            return elastic_launch(config, member)(folder, function, arguments)[0]
        except ChildFailedError as failed:
            raise cause(Path(folder)) from failed


def member(folder: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Call it as one of the group. The first process tells what it gives; an error is left in `folder`."""
    Thread(target=end_with_the_caller, daemon=True).start()
    rank = int(os.environ["RANK"])
    share_machine(rank, int(os.environ["WORLD_SIZE"]))
    torch.distributed.init_process_group()
    try:
        found = function(*arguments)
    except Exception as error:
        error.add_note(traceback.format_exc())
        Path(folder, str(rank)).write_bytes(pickle.dumps(error))
        raise
    torch.distributed.barrier()  # one that left while another still joins would seem to be lost
    torch.distributed.destroy_process_group()
    return found if rank == 0 else None


def share_machine(rank: int, size: int) -> None:
    """Take one of the caller's GPUs, and count on a share of its cores and of the memory only."""
    if os.environ.get(VISIBLE):
        os.environ[VISIBLE] = os.environ[VISIBLE].split(",")[rank]
    os.environ[BESIDE] = str(size * int(os.environ.get(BESIDE, "1")))
    torch.set_num_threads(max(1, torch.get_num_threads() // size))


def end_with_the_caller() -> None:
    """However that ends."""
    caller = parent_process()
    assert caller is not None  # noqa: S101 - a member is started by `call_together`
    caller.join()
    os._exit(1)


def cause(folder: Path) -> Exception:
    """The error of a member that did not fail because another one did."""
    errors = [pickle.loads(one.read_bytes()) for one in sorted(folder.iterdir())]  # noqa: S301 - our own
    causes = [one for one in errors if not isinstance(one, LostError)]
    return causes[0] if causes else DiedError("lost a member of its group")
