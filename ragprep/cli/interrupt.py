"""Ctrl-C in a process that runs one command: heard between imports, and never as a traceback."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

RETRY_S = 0.02
"""Until an interrupt that met an import is tried again; an import takes 1 to 300 ms."""


@contextlib.contextmanager
def heard_between_imports() -> Iterator[None]:
    """Raise KeyboardInterrupt on Ctrl-C, but let an import end first; afterwards Ctrl-C kills.

    An import that is broken off anywhere may leave its lock held, so that another thread waits for
    it without end, or a library half loaded, which then fails with an error of its own.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for a job in the background
        yield
        return
    signal.signal(signal.SIGINT, _raise_between_imports)
    try:
        yield
    finally:  # the interpreter would show a traceback of what it does at its end
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _raise_between_imports(_: int, frame: FrameType | None) -> None:
    if _is_importing(frame):
        if sys.platform == "win32":
            again = threading.Timer(RETRY_S, _thread.interrupt_main)
        else:  # a signal to this thread, the main one, also ends a wait that follows the import
            main = threading.get_ident(), signal.SIGINT
            again = threading.Timer(RETRY_S, signal.pthread_kill, main)
        again.daemon = True
        again.start()
    else:
        raise KeyboardInterrupt


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
