"""A small home with a fake encoder, to be broken, and folders that cannot be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder

WORDS = ("cat", "dog", "fish", "snake")


def pets(*words: str) -> str:
    """Return a guide that asks what each animal eats: q1 of the first, and so on."""
    return "# Pets\n\n" + "".join(
        f"### Q{n}. What does a {word} eat?\n\n**A:** A {word} eats.\n- Dinner: {word} food\n\n"
        for n, word in enumerate(words, 1)
    )


@dataclass
class Kennel:
    """A home with a guide of its own beside it.

    Attributes:
        home: of the index; `guide` is what is indexed there.
        fake: the encoder; `fake.embedded` tells what it was asked.
        notices: what people were told.
    """

    home: Path
    guide: Path
    fake: FakeEmbedder = field(default_factory=lambda: FakeEmbedder(WORDS))
    notices: list[str] = field(default_factory=list)

    def open(self) -> Prep:
        """Return a new service, as a new process would have it."""
        config = Config(home=self.home, llm="none")
        return Prep(config, notice=self.notices.append, encoder=(self.fake.info, self.fake))

    def write(self, *words: str) -> None:
        """Write the guide anew, with an entry for each animal."""
        self.guide.write_text(pets(*words), encoding="utf-8")

    def first(self, query: str) -> str:
        """Return the label of the first hit in a new process."""
        return self.open().search(query).hits[0].entry.label

    def generations(self) -> list[str]:
        return sorted(folder.name for folder in (self.home / "generations").iterdir())


@pytest.fixture
def kennel(tmp_path: Path) -> Kennel:
    """An index of four entries: cat, dog, fish, snake."""
    kennel = Kennel(tmp_path / "home", tmp_path / "pets.md")
    kennel.write("cat", "dog", "fish", "snake")
    kennel.open().build([kennel.guide])
    kennel.fake.embedded.clear()
    return kennel


@pytest.fixture
def make_read_only() -> Iterator[Callable[[Path], None]]:
    """A function that makes a folder read-only, for root too."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(_read_only(folder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    yield folder
    _umount(folder)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    if os.name == "posix" and os.getuid():  # for people who are not root, permissions do
        inside = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        for path in inside:
            path.chmod(0o555)
        yield
        for path in inside:
            path.chmod(0o755)
        return
    _mount("--bind", str(folder), str(folder))
    _mount("-o", "remount,ro,bind", str(folder))
    yield
    _umount(folder)


def _mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as exc:
        pytest.skip(f"this system does not let us mount: {exc}")


def _umount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)
