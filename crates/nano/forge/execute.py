"""Runs the code of the corpus, in this process, with a time limit.

Only for code that this recipe's own generators wrote; what a model writes is
run by `rollout.py` in a process of its own.
"""

import contextlib
import io
import signal
from types import FrameType, TracebackType

SECONDS = 2.0
TOO_SLOW = "TimeoutError: the time is over"


class TooSlow(Exception):
    """The code ran into the time limit."""


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def traceback_text(error: Exception, code: str, name: str) -> str:
    """A traceback as gimlet's python tool shows it: the frames of the cell with their lines, then the error."""
    lines = code.split("\n")
    text = "Traceback (most recent call last):\n"
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == name:
            text += f'  File "{name}", line {frame.tb_lineno}, in {frame.tb_frame.f_code.co_name}\n    {lines[frame.tb_lineno - 1].strip()}\n'
        frame = frame.tb_next
    text += f"{type(error).__name__}: {error}"
    return text


def run(code: str, cell: int = 1) -> tuple[str, bool]:
    """What the code prints, or its traceback, and whether it succeeded."""
    name = f"<cell {cell}>"
    out = io.StringIO()
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(code, name, "exec"), {"__name__": "__main__"})
    except TooSlow:
        return TOO_SLOW, False
    except Exception as error:
        return traceback_text(error, code, name), False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return out.getvalue().strip("\n"), True
