"""Files that stand beside a guide, and may have come with it from anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from odd_files import device, fifo

from ragprep.errors import GuideError
from ragprep.expand.drafts import drafts_path, read_drafts
from ragprep.grade.amendments import points_path, read_amendments
from ragprep.ingest import beside
from ragprep.ingest.aliases import aliases_path, read_aliases

READERS = {
    "aliases": (aliases_path, lambda guide: read_aliases(guide, [])),
    "points": (points_path, read_amendments),
    "drafts": (drafts_path, read_drafts),
}


def _large(path: Path) -> None:
    path.write_bytes(b"#" * (beside.MAX_BYTES + 1))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("place", [Path.mkdir, fifo, device, _large])
def test_what_is_no_small_file_is_an_error_and_not_waited_for(
    tmp_path: Path, kind: str, place: Callable[[Path], None]
) -> None:
    """A folder, a FIFO that nobody writes to, a device without end, a file of 16 MiB."""
    path_of, read = READERS[kind]
    guide = tmp_path / "notes.md"
    assert list(read(guide)) == []
    place(path_of(guide))
    with pytest.raises(GuideError, match=r"cannot be read: (Is a|it is)") as caught:
        read(guide)
    assert caught.value.remedy == "Fix or remove it."


@pytest.mark.parametrize(("kind", "text"), [("aliases", "["), ("points", "x = [")])
def test_what_is_nested_without_end_is_an_error(tmp_path: Path, kind: str, text: str) -> None:
    """Python's readers of JSON and TOML run out of stack."""
    path_of, read = READERS[kind]
    path_of(tmp_path / "notes.md").write_text(text[:-1] + "[" * 100_000)
    with pytest.raises(GuideError):
        read(tmp_path / "notes.md")
