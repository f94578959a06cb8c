"""An update by a query reads only guides that changed, and ends as a build from all would."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.index.store import StoredIndex
from ragprep.ingest.aliases import write_aliases
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Alias


def guide(first: int, *words: str) -> str:
    """Return a guide with a question about each word, numbered from `first` on."""
    return "# Pets\n\n" + "".join(
        f"### Q{n}. What does a {word} eat?\n\n**A:** A {word} eats.\n\n"
        for n, word in enumerate(words, first)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Guides a (q1, q2), b (q3, and an alias), c (q3 too, so c/q3), and another a in a folder."""
    folder = tmp_path / "notes"
    (folder / "more").mkdir(parents=True)
    (folder / "a.md").write_text(guide(1, "cat", "dog"))
    (folder / "b.md").write_text(guide(3, "fish"))
    (folder / "c.md").write_text(guide(3, "snake", "frog"))
    (folder / "more" / "a.md").write_text(guide(7, "cow"))
    write_alias(folder / "b.md", "what swims")
    return folder


def write_alias(path: Path, phrase: str) -> None:
    write_aliases(path, [Alias("q3", phrase, kind="symptom", source="test", content="")])


def index_of(home: Path, folder: Path) -> tuple[Prep, StoredIndex]:
    """Return a service that has just looked at its guides, as a query does, and what it serves."""
    fake = FakeEmbedder(("cat", "dog", "fish", "snake"))
    prep = Prep(Config(home=home, llm="none"), encoder=(fake.info, fake))
    if not home.exists():
        prep.build([folder])
    index = prep.snapshot().index
    assert isinstance(index, StoredIndex)
    return prep, index


def edit(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))  # two writes may fall into one tick


EDITS: dict[str, Callable[[Path], object]] = {
    "an answer": lambda f: edit(f / "a.md", guide(1, "cat", "horse")),
    "a label that a later guide has": lambda f: edit(f / "a.md", guide(1, "cat", "dog", "ox")),
    "a label that a later guide had to give way to": lambda f: edit(f / "b.md", guide(5, "fish")),
    "an alias": lambda f: write_alias(f / "b.md", "what has fins"),
    "a new guide of an old one's name": lambda f: edit(f / "0.md", guide(1, "hen")),
    "a guide that is gone": lambda f: (f / "a.md").unlink(),
    "a guide whose name goes to another": lambda f: (f / "a.md").rename(f / "z.md"),
    "no question left": lambda f: edit(f / "c.md", "Nothing."),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_update_ends_as_a_build_from_all_guides(tmp_path: Path, folder: Path, name: str):
    """Labels and ids depend on the guides before, also those of guides that are not read."""
    _, first = index_of(tmp_path / "home", folder)
    assert list(first.labels) == ["q1", "q2", "q3", "c/q3", "c/q4", "q7"]
    EDITS[name](folder)
    _, updated = index_of(tmp_path / "home", folder)
    _, anew = index_of(tmp_path / "anew", folder)
    assert updated.entries == anew.entries
    assert updated.manifest.corpus_sha256 == anew.manifest.corpus_sha256
    assert updated.manifest.guides == anew.manifest.guides
    for row in range(len(anew.ids)):
        texts, expected = (
            [index.view(view) for view in index.view_rows(row).tolist()]
            for index in (updated, anew)
        )
        assert texts == expected


def test_a_guide_that_looks_as_it_was_is_read_by_a_build_alone(tmp_path: Path, folder: Path):
    """Here a word of it was changed, and size and time put back, as nothing but a test does."""
    index_of(tmp_path / "home", folder)
    path = folder / "b.md"
    before = path.stat()
    path.write_text(path.read_text().replace("fish", "bird"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    edit(folder / "a.md", guide(1, "cow", "dog"))
    prep, _ = index_of(tmp_path / "home", folder)
    assert prep.entry("q1").question == "What does a cow eat?"
    assert prep.entry("q3").question == "What does a fish eat?"
    prep.build()
    assert prep.entry("q3").question == "What does a bird eat?"
