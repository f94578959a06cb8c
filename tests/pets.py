"""A tiny index whose vectors and scores a reader can work out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from ragprep.index.build import build_index
from ragprep.index.store import StoredIndex, read_index
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Entry
from ragprep.types.index import BuildReport

WORDS = ("cat", "dog", "fish", "snake")


def entry(n: int, question: str, answer: str) -> Entry:
    """Return entry q<n>, whose id is "id<n>"."""
    last = 10 * n + len(answer.splitlines())  # the question stands on the line before
    return Entry(f"id{n}", f"q{n}", question, answer, ("Pets",), "pets", (10 * n, last))


@pytest.fixture
def fake() -> FakeEmbedder:
    return FakeEmbedder(WORDS)


@pytest.fixture
def pets() -> list[Entry]:
    """Four entries, of a cat, a dog, a fish, and of all of them."""
    return [
        entry(1, "What is a cat?", "A cat."),
        entry(2, "What is a dog?", "A dog.\n- Breeds: many"),
        entry(3, "What is a fish?", "A fish."),
        entry(4, "What is a pet?", "A cat, a dog or a fish."),
    ]


Build = Callable[..., BuildReport]


@pytest.fixture
def build(tmp_path: Path, fake: FakeEmbedder) -> Build:
    """A function that builds an index of entries, in `tmp_path` unless it is told where."""

    def build(
        entries: Sequence[Entry],
        *,
        aliases: Mapping[str, Sequence[str]] | None = None,
        home: Path = tmp_path,
    ) -> BuildReport:
        return build_index(
            home,
            entries,
            [],
            sources=["pets.md"],
            aliases=aliases or {},
            info=fake.info,
            embedder=lambda: fake,
            progress=lambda stage, done, total: None,
        )

    return build


@pytest.fixture
def index(build: Build, pets: list[Entry], tmp_path: Path) -> StoredIndex:
    """The four pets, as read back from the disk."""
    build(pets)
    return read_index(tmp_path)
