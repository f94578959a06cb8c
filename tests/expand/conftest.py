"""A guide of three entries, an encoder that counts their words, and a model that says what fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder

GUIDE = """\
# Pets

## Q1. What is a cat?

A cat purrs and hunts mice.

## Q2. What is a dog?

A dog barks and fetches sticks.

## Q3. What is a fish?

A fish swims and has gills.
"""

VOCABULARY = (
    *("cat", "purrs", "hunts", "mice", "dog", "barks", "fetches", "sticks", "fish"),
    *("swims", "gills", "what", "is", "a", "and", "has"),
)


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """The file of the guide."""
    path = tmp_path / "pets.md"
    path.write_text(GUIDE, encoding="utf-8")
    return path


@pytest.fixture
def pets(tmp_path: Path) -> Prep:
    """The service with an encoder that has an axis for each word of the guide."""
    embedder = FakeEmbedder(VOCABULARY)
    return Prep(Config(home=tmp_path / "home", llm="none"), encoder=(embedder.info, embedder))
