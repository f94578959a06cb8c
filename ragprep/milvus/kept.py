"""What was fetched, kept for the next request: the latest of it, safe to share between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from ragprep.errors import IndexDamaged

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by number; what is asked for and not there is fetched, several in a request.

    What another thread is fetching is waited for, so that readers who meet a new index together
    ask the server once; they share its fault, too.
    """

    def __init__(
        self, fetch: Callable[[Sequence[int]], dict[int, Value]], most: int, batch: int
    ) -> None:
        """Keep at most `most` values, fetched in requests of at most `batch`."""
        self._fetch = fetch
        self._most = most
        self._batch = batch
        self._values: OrderedDict[int, Value] = OrderedDict()
        self._coming: dict[int, Future[dict[int, Value]]] = {}
        self._changing = threading.Lock()

    def of(self, numbers: Iterable[int]) -> dict[int, Value]:
        """Return the value of each number.

        Raises:
            IndexDamaged: one is not where the index is.
        """
        wanted, fetching = dict.fromkeys(numbers), Future[dict[int, Value]]()
        with self._changing:
            values = {number: self._values[number] for number in wanted if number in self._values}
            for number in values:
                self._values.move_to_end(number)
            absent = [number for number in wanted if number not in values]
            coming = {number: self._coming[number] for number in absent if number in self._coming}
            missing = [number for number in absent if number not in coming]
            self._coming |= dict.fromkeys(missing, fetching)
        try:
            fetched = self._fetched(missing)
            fetching.set_result(fetched)
        except BaseException as exc:
            fetching.set_exception(exc)
            raise
        finally:
            with self._changing:
                for number in missing:
                    del self._coming[number]
        return values | fetched | {number: each.result()[number] for number, each in coming.items()}

    def _fetched(self, numbers: Sequence[int]) -> dict[int, Value]:
        values: dict[int, Value] = {}
        for start in range(0, len(numbers), self._batch):
            batch = numbers[start : start + self._batch]
            fetched = self._fetch(batch)
            if len(fetched) < len(batch):
                raise IndexDamaged(
                    "The server lacks some of the index.",
                    remedy="Run `ragprep index` where the guides are.",
                )
            self.add(fetched)
            values |= fetched
        return values

    def add(self, values: Mapping[int, Value]) -> None:
        """Keep values; those that were not asked for the longest are dropped."""
        with self._changing:
            self._values.update(values)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
