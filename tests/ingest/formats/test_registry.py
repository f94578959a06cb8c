"""The registry of formats: which file is which, and that every reader can be had."""

from __future__ import annotations

from importlib import import_module

import pytest

from ragprep.ingest.formats import FORMATS, format_of, read_text


@pytest.mark.parametrize("item", FORMATS, ids=lambda item: item.name)
def test_every_format_has_a_reader_and_suffixes_of_its_own(item):
    """A module of its name with `read`; no suffix is claimed twice, some are told by their text."""
    assert callable(import_module(f"ragprep.ingest.formats.{item.name}").read)
    assert item.suffixes or item.sniff
    assert all(format_of(f"x{suffix}") is item for suffix in item.suffixes)


def test_a_format_is_told_by_its_suffix_in_any_case():
    """A kind that is not read has none."""
    assert format_of("notes/A.MD") is format_of("b.markdown")
    assert format_of("c.exe") is None


def test_markdown_is_the_file_line_by_line():
    """As text, and text of an unknown name, are."""
    for name in ("a.md", "a.txt", "a"):
        document = read_text("# A\n\nb", name)
        assert (document.size, document.markdown, document.source) == (3, ("# A", "", "b"), ())
