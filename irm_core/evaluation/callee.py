"""A process that calls functions for another one, on a device of its own: `python -m …callee CONNECTION`.

It ends when the other does, however that ends.
"""

import gc
import os
import pickle
import sys
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

from irm_core.garbage import not_looked_for


def main(connection: Connection) -> None:
    """Call what is asked for, one after the other, and send back what it gives or raises."""
    while True:
        try:
            folder, function, arguments = connection.recv()
        except EOFError:
            return
        # Plain pickle copies a model's tensors: what `send` uses would only say where to find them here.
        connection.send_bytes(pickle.dumps(outcome(folder, function, arguments)))


def outcome(folder: Path, function: Any, arguments: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    """What the function gives in this folder, or the error that it raises, which tells where."""
    try:
        os.chdir(folder)
        return function(*arguments), None
    except Exception as error:  # noqa: BLE001 - it is raised where the function was asked for
        error.add_note(traceback.format_exc())
        return None, error


def end_with_the_caller() -> None:
    """The standard input is a pipe that nobody writes to: it ends when the caller does."""
    os.read(sys.stdin.fileno(), 1)  # not by a reader, whose lock would break an exit in order
    os._exit(1)


if __name__ == "__main__":
    Thread(target=end_with_the_caller, daemon=True).start()
    with not_looked_for():
        import_module("irm_core.evaluation.work")  # takes seconds: before it is asked for
    gc.freeze()  # what was imported is no garbage, and need not be looked through after every stack
    main(Connection(int(sys.argv[1])))
