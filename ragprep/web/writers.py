"""The language models that may answer, as a page names them without waiting for their server."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ragprep.errors import RagprepError

PATIENCE_S = 1.0
"""With a server of language models, which lists what it has in 0.02 s when all is well."""


class Writers:
    """The names of the models, asked for by one thread at a time. May be shared by threads."""

    def __init__(self, names: Callable[[], tuple[str, ...]]) -> None:
        """Know none yet; `names` asks the server for them, which may take long."""
        self._names = names
        self._known: tuple[str, ...] | RagprepError = ()
        self._asking = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the names; where the server keeps one waiting, those that it gave before.

        Raises:
            RagprepError: as the server's last reply.
        """
        if self._asking.acquire(blocking=False):
            asking = threading.Thread(target=self._ask, daemon=True)
            asking.start()
            asking.join(PATIENCE_S)
        known = self._known
        if isinstance(known, RagprepError):
            raise known
        return known

    def _ask(self) -> None:
        try:
            self._known = self._names()
        except RagprepError as exc:
            self._known = exc
        finally:
            self._asking.release()
