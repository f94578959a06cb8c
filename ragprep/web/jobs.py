"""Builds of the index that go on while pages are served: one at a time, with its progress."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ragprep.errors import IndexBusy, RagprepError

if TYPE_CHECKING:
    from ragprep.protocols import Progress
    from ragprep.types.index import BuildReport


@dataclass(frozen=True, slots=True)
class Job:
    """A build, as it stands.

    Attributes:
        number: of the build in this process, from 1.
        name: what it does, for people.
        stage: what goes on.
        done: so much of the stage.
        total: of the stage; 0 where nobody knows.
        report: what came of it; None while it runs and where it failed.
        error: why it failed.
    """

    number: int
    name: str
    stage: str = ""
    done: int = 0
    total: int = 0
    report: BuildReport | None = None
    error: RagprepError | None = None

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.report is None and self.error is None


class Jobs:
    """The last build. May be shared between threads."""

    def __init__(self) -> None:
        self._last: Job | None = None
        self._lock = threading.Lock()

    @property
    def last(self) -> Job | None:
        """The build that runs or ran last; None before the first."""
        return self._last

    def check_idle(self) -> None:
        """Check that a build may begin.

        Raises:
            IndexBusy: one runs.
        """
        if self._last is not None and self._last.running:
            raise IndexBusy("The index is being built already.", remedy="Wait until that is done.")

    def start(self, name: str, work: Callable[[Progress], BuildReport]) -> Job:
        """Begin a build in a thread of its own.

        Args:
            name: what it does, for people.
            work: does it; is given whom to tell of its progress.

        Raises:
            IndexBusy: another one runs.
        """
        with self._lock:
            self.check_idle()
            self._last = job = Job((self._last.number if self._last else 0) + 1, name)
        threading.Thread(target=self._run, args=(job, work), daemon=True).start()
        return job

    def _run(self, job: Job, work: Callable[[Progress], BuildReport]) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self._last = replace(job, stage=stage, done=done, total=total)

        try:
            self._last = replace(job, report=work(progress))
        except RagprepError as exc:
            self._last = replace(job, error=exc)
        except BaseException:
            bug = RagprepError("The build broke off.", remedy="Look at the server's messages.")
            self._last = replace(job, error=bug)
            raise
