"""Reading the bytes of a file of any format, as `ragprep index` does, without a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragprep.errors import NoQuestions
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
