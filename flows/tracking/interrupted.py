"""A write to MLflow's database that a signal has interrupted: what it holds is let go."""

import traceback


def release(error: BaseException) -> None:
    """Clear the frames that the error has left: the locals of one may be a cursor of an unfinished write.

    SQLAlchemy closes the connection, but SQLite keeps the write's lock until its last statement is gone:
    as long as the error is handled, nobody could write. Frames that still run are left alone.
    """
    reason: BaseException | None = error
    while reason is not None:
        traceback.clear_frames(reason.__traceback__)
        reason = reason.__context__
