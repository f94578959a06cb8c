"""The processor's time as a limit: work in proportion keeps it on a busy machine too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT_S = 15.0
"""Five times what the slowest test here takes with coverage measured; quadratic time takes more."""


@contextmanager
def in_proportion() -> Iterator[None]:
    """Hold that the block, about a long text, takes no time that grows with its square."""
    start = time.process_time()
    yield
    assert time.process_time() - start < LIMIT_S
