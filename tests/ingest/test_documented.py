"""The examples of docs/notes.md are read as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ragprep.ingest.markdown import parse

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "notes.md"
FENCED = re.compile(r"(?<=```text\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
EXAMPLES = FENCED.findall(DOCUMENT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[text.split("\n")[0] for text in EXAMPLES])
def test_an_example_has_a_lock_that_waits_and_a_latch_that_is_short(example):
    """They are its first two entries, with nothing but their answers."""
    lock, latch, *_ = parse(example, name="notes").entries
    assert ("lock" in lock.question.casefold(), lock.answer) == (True, "It waits.")
    assert ("latch" in latch.question.casefold(), latch.answer) == (True, "It is short.")


def test_every_example_is_read():
    """Each of its fences is one."""
    assert 2 * len(EXAMPLES) == DOCUMENT.read_text(encoding="utf-8").count("```")
