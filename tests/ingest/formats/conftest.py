"""Reading the bytes of a file of any format, as `ragprep index` does, without a file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest.document import Document
from ragprep.ingest.formats import format_of, read_bytes, read_text
from ragprep.ingest.markdown import guide_of
from ragprep.ingest.repair import decode
from ragprep.types.guide import Guide


def document_of(data: bytes | str, name: str) -> Document:
    data = data.encode() if isinstance(data, str) else data
    item = format_of(name)
    if item is not None and item.binary:
        return read_bytes(data, name)
    return read_text(decode(data, source=name)[0], name)


@pytest.fixture
def guide() -> Callable[[bytes | str, str], Guide]:
    """Return the guide that a file of these bytes and this name is; every line is accounted for."""

    def read(data: bytes | str, name: str) -> Guide:
        document = document_of(data, name)
        guide = guide_of(document, name=name)
        lines = [n for span in guide.account for n in range(span.first, span.last + 1)]
        assert lines == list(range(1, document.size + 1))
        return guide

    return read


@pytest.fixture
def entries(guide) -> Callable[[bytes | str, str], list[tuple[str, str]]]:
    """Return the questions with their answers that a file of these bytes and this name holds."""

    def read(data: bytes | str, name: str) -> list[tuple[str, str]]:
        try:
            return [(entry.question, entry.answer) for entry in guide(data, name).entries]
        except NoQuestions:
            return []

    return read


@pytest.fixture
def accounted() -> Callable[[bytes, str], None]:
    """Hold that a file of these bytes is refused with a remedy, or every line is accounted for."""

    def check(data: bytes, name: str) -> None:
        try:
            document = document_of(data, name)
            assert list(document.source) == sorted(document.source)
            assert all(line <= document.size for line in (*document.source, *document.ends))
            guide = guide_of(document, name=name)
        except GuideError as error:
            assert error.remedy
            return
        numbers = [n for span in guide.account for n in range(span.first, span.last + 1)]
        assert numbers == list(range(1, document.size + 1))
        for entry in guide.entries:
            assert entry.question.strip()
            assert 1 <= entry.lines[0] <= entry.lines[1] <= document.size
            f"{entry.question}{entry.answer}".encode()  # sound Unicode: it can be stored

    return check


@pytest.fixture
def altered() -> Callable[[bytes], Iterator[bytes]]:
    """Yield a hundred copies of these bytes, each with up to five bytes changed, or cut."""

    def copies(sound: bytes) -> Iterator[bytes]:
        rng = random.Random(7)
        for turn in range(100):
            data = bytearray(sound)
            for _ in range(rng.randint(1, 5)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            yield bytes(data[: rng.randrange(len(data))] if turn % 5 == 0 else data)

    return copies
