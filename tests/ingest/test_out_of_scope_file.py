"""The file that says what a guide does not cover, and the one that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragprep.errors import GuideError
from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.out_of_scope import out_of_scope_path, read_out_of_scope

GUIDE = "# Guide\n\n## Basics\n\n### Q1. What is bias?\n\n**A:** A wrong assumption.\n"


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "basics.md"
    path.write_text(GUIDE, encoding="utf-8")
    return path


def test_a_guide_without_the_file_has_no_such_phrases(guide: Path):
    """It is no fault."""
    assert read_guide(guide).out_of_scope == ()


def test_phrases_are_read_in_order_and_once(guide: Path):
    """And `lint` says how many there are."""
    lines = [json.dumps({"phrase": text, "source": "me"}) for text in ("a", "b", "a")]
    out_of_scope_path(guide).write_text("\n\n".join(lines), encoding="utf-8")
    read = read_guide(guide)
    assert read.out_of_scope == ("a", "b")
    assert "2 phrases say what it does not cover." in [r.message for r in read.diagnostics]


@pytest.mark.parametrize(
    "line",
    ["not JSON", "[]", '{"text": "a"}', '{"phrase": " "}', '{"phrase": "\\ud800"}', "[" * 9999],
)
def test_a_line_that_is_no_phrase_is_named(guide: Path, line: str):
    """With its file and line."""
    out_of_scope_path(guide).write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(GuideError, match=r"basics\.outside\.jsonl:2"):
        read_out_of_scope(guide)


def test_no_shipped_phrase_is_also_an_alias():
    """The guide does not cover what it covers."""
    (path,) = shipped_guides()
    guide = read_guide(path)
    assert len(guide.out_of_scope) > 300
    assert {p.casefold() for p in guide.out_of_scope}.isdisjoint(
        alias.phrase.casefold() for alias in guide.aliases
    )
