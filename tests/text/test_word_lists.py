"""A word that is misplaced in a list would change results in silence."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

import ragprep.text
from ragprep.text.word_lists import read_lines, read_words

LISTS = sorted(path.stem for path in (Path(ragprep.text.__file__).parent / "lists").glob("*.txt"))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_what_it_holds_and_repeats_nothing(name: str) -> None:
    """In lower case, words parted by spaces."""
    path = Path(ragprep.text.__file__).parent / "lists" / f"{name}.txt"
    assert path.read_text(encoding="utf-8").startswith("# ")
    lines = read_lines(name)
    assert lines
    assert len(set(lines)) == len(lines)
    assert all(line == line.lower().strip() for line in lines)


@pytest.mark.parametrize(
    "name", sorted({*LISTS} - {"abbreviations", "number_words", "synonyms", "opposites"})
)
def test_a_word_stands_once_in_a_list(name: str) -> None:
    """In those others a word may stand for several, or beside several."""
    words = list(chain.from_iterable(line.split() for line in read_lines(name)))
    words = [word for word in words if word != "|"]
    assert len(words) == len(set(words))


def test_comments_are_no_words() -> None:
    """A line that begins with "#" is passed over."""
    assert "#" not in read_words("verbs")
    assert "terms" not in read_words("verbs")
