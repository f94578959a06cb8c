"""A small guide with fakes, and what its sessions remember with."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_memory import Clock, DictMemory

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder, FakeReader

GUIDE = """# Food

### Q1. What does a cat eat?

**A:** Cats catch mice at night.

**Other food:**
- Fresh fish
- Warm milk

# Sleep

### Q2. How long does a cat sleep?

**A:** Fifteen hours a day.

### Q3. Where does a cat sleep?
"""


@pytest.fixture
def pets(tmp_path: Path) -> Prep:
    """Two entries that can be asked, and a question without an answer."""
    guide = tmp_path / "pets.md"
    guide.write_text(GUIDE, encoding="utf-8")
    fake = FakeEmbedder(("cat", "cats", "mice", "fish", "milk", "hours", "sleep"))
    prep = Prep(
        Config(home=tmp_path / "home", llm="none"), encoder=(fake.info, fake), reader=FakeReader()
    )
    prep.build([guide])
    return prep


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory() -> DictMemory:
    return DictMemory()
