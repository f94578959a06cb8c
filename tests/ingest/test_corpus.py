"""Files: which are guides, what cannot be read, and labels and ids that are unique."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from odd_files import without_privileges

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest import corpus
from ragprep.ingest.corpus import find_guides, read_corpus, read_guide, shipped_guides

WHY = "## Q1. Why?\nyes\n## Q2. Who?\nme\n"


def write(path: Path, text: str = WHY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def copy_of_shipped(folder: Path) -> Path:
    """The shipped guide without the aliases beside it."""
    (path,) = shipped_guides()
    return write(folder / path.name, path.read_text(encoding="utf-8"))


def test_shipped_guide_has_100_entries_in_12_sections(tmp_path):
    """And nothing in it needs a person's eye but its first and last page."""
    guide = read_guide(copy_of_shipped(tmp_path))
    assert guide.name == "ai-ml-interview-guide"
    assert [entry.label for entry in guide.entries] == [f"q{n}" for n in range(1, 101)]
    assert len({entry.section for entry in guide.entries}) == 12
    assert [(r.line, r.level) for r in guide.diagnostics] == [(1, "info"), (998, "info")]


def test_damaged_guide_gives_the_same_entries(tmp_path):
    """The guide as it was received: UTF-8 read as Mac Roman. Only a remark is more."""
    path = copy_of_shipped(tmp_path / "sound")
    damaged = tmp_path / path.name
    damaged.write_bytes(path.read_bytes().decode("mac_roman").encode())
    sound, restored = read_guide(path), read_guide(damaged)
    assert restored == replace(
        sound, path=str(damaged), diagnostics=(restored.diagnostics[0], *sound.diagnostics)
    )
    assert restored.diagnostics[0].message.startswith("Damaged symbols restored")


def test_folders_are_searched_for_guides(tmp_path):
    """All the way down, sorted; hidden files, other kinds and those of tools are no guides."""
    for name in ("b.md", "a/c.TXT", "a/b.markdown", ".x.md", ".git/d.md", "e.png", "env.py"):
        write(tmp_path / name)
    for name in ("node_modules/a.md", "own/pyvenv.cfg", "own/lib/a.md", "b.aliases.jsonl"):
        write(tmp_path / name)
    assert [p.relative_to(tmp_path).as_posix() for p in find_guides([tmp_path])] == [
        "a/b.markdown",
        "a/c.TXT",
        "b.md",
    ]


@pytest.mark.parametrize("home", ["", "index/"])
def test_an_index_kept_in_the_folder_is_no_guide(tmp_path, home: str):
    """Its JSON would be read as questions, and change with each build."""
    for name in ("build.lock", "CURRENT", "generations/1/entries.jsonl", "verified.json"):
        write(tmp_path / home / name)
    for name in ("a.md", "generations.md", "b/generations/c.md", "b/models/d.md"):
        write(tmp_path / name)
    assert [p.relative_to(tmp_path).as_posix() for p in find_guides([tmp_path])] == [
        "a.md",
        "b/generations/c.md",
        "b/models/d.md",
        "generations.md",
    ]


def test_a_readme_or_licence_counts_if_it_asks(tmp_path):
    """Its headings alone make no entries, whatever they sound like: they are about the folder."""
    write(tmp_path / "README.md")
    write(tmp_path / "LICENSE.md", "# License\nDo what you like with all of this.\n")
    write(tmp_path / "CHANGELOG.md", "# Changes\n## What is new\nLess than one would think.\n")
    write(tmp_path / "notes.md", "# Locks\nA lock waits until it is free.\n")
    guides = {guide.name: guide for guide in read_corpus([tmp_path])}
    readme, licence, notes = guides["README"], guides["LICENSE"], guides["notes"]
    assert guides["CHANGELOG"].entries == ()
    assert (len(readme.entries), len(notes.entries)) == (2, 1)
    assert licence.entries == ()
    assert "No questions found" in licence.skipped


def test_ignore_files_are_followed(tmp_path):
    """Those of Git and our own, each for its folder; "!" takes back."""
    for name in ("a.md", "drafts/b.md", "x/c.md", "x/keep.md", "y/old.md", "y/new.md"):
        write(tmp_path / name)
    (tmp_path / ".gitignore").write_text("# no drafts\ndrafts/\n/x/*.md\n!keep.md\n")
    (tmp_path / "y" / ".ragprepignore").write_text("old.*\n")
    assert [p.relative_to(tmp_path).as_posix() for p in find_guides([tmp_path])] == [
        "a.md",
        "x/keep.md",
        "y/new.md",
    ]


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    """Neither to files nor to folders; those within are the file itself."""
    write(tmp_path / "elsewhere" / "secret.md")
    path = write(tmp_path / "notes" / "a.md")
    (tmp_path / "notes" / "b.md").symlink_to(path)
    (tmp_path / "notes" / "secret.md").symlink_to(tmp_path / "elsewhere" / "secret.md")
    (tmp_path / "notes" / "all").symlink_to(tmp_path / "elsewhere")
    assert find_guides([tmp_path / "notes"]) == (path,)


def test_files_that_cannot_be_read_stop_nothing(tmp_path):
    """Empty, binary and too large ones say so, each by its name."""
    write(tmp_path / "a.md")
    write(tmp_path / "empty.md", "")
    (tmp_path / "binary.md").write_bytes(b"\0\1\2")
    guide, binary, empty = read_corpus([tmp_path])
    assert (len(guide.entries), binary.entries, empty.entries) == (2, (), ())
    assert binary.skipped.startswith("is not a text file")
    assert empty.skipped == "is empty."
    assert empty.diagnostics[0].message == f"{tmp_path / 'empty.md'} is empty."


def test_a_file_named_twice_is_read_once(tmp_path):
    """By path, by folder or by link."""
    path = write(tmp_path / "a.md")
    (tmp_path / "z.md").symlink_to(path)
    assert find_guides([path, tmp_path, str(path)]) == (path,)


def test_links_in_a_circle_do_not_hang(tmp_path):
    """A folder that holds itself, and a file that is a link to itself."""
    path = write(tmp_path / "a" / "a.md")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    assert find_guides([tmp_path]) == (path,)
    with pytest.raises(GuideError, match="does not exist"):
        find_guides([tmp_path / "self.md"])


def test_missing_path_and_empty_folder_are_errors(tmp_path):
    """The remedy says what to give."""
    with pytest.raises(GuideError, match=r"nowhere\.md does not exist") as caught:
        find_guides([tmp_path / "nowhere.md"])
    assert "path of a guide" in caught.value.remedy
    with pytest.raises(GuideError, match="No guides in the folder"):
        find_guides([tmp_path])


def test_unreadable_files_are_errors(tmp_path, monkeypatch):
    """Folder, missing file, pipe, too large, no text: never a traceback."""
    with pytest.raises(GuideError, match="is not a file"):
        read_guide(tmp_path)
    with pytest.raises(GuideError, match="does not exist"):
        read_guide(tmp_path / "no.md")
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(GuideError, match="is not a file"):
        read_guide(tmp_path / "pipe.md")
    (tmp_path / "b.md").write_bytes(b"\0\1\2")
    with pytest.raises(GuideError, match="is not a text file"):
        read_guide(tmp_path / "b.md")
    path = write(tmp_path / "a.md")
    monkeypatch.setattr(corpus, "MAX_BYTES", 10)
    with pytest.raises(GuideError, match="a guide may have") as caught:
        read_guide(path)
    assert "Split it" in caught.value.remedy


def test_file_without_permission_is_an_error(tmp_path, monkeypatch):
    """The system's own words are in the message."""
    path = write(tmp_path / "a.md")
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)  # the folders above are for root alone, where that runs the tests
    with without_privileges():
        assert len(read_guide(Path("a.md")).entries) == 2
    path.chmod(0)
    with without_privileges(), pytest.raises(GuideError, match="Permission denied"):
        read_guide(Path("a.md"))


def test_labels_of_later_guides_get_their_name_when_they_clash(tmp_path):
    """The first guide keeps the short ones; a guide without a clash too."""
    first, second = write(tmp_path / "a.md"), write(tmp_path / "data bases.md")
    third = write(tmp_path / "c.md", "## Q7. Where?\nhere\n")
    labels = [[e.label for e in guide.entries] for guide in read_corpus([first, second, third])]
    assert labels == [["q1", "q2"], ["data-bases/q1", "data-bases/q2"], ["q7"]]
    account = read_corpus([first, second])[1].account
    assert [s.reason for s in account if s.role == "entry"] == ["data-bases/q1", "data-bases/q2"]


def test_guides_of_one_name_are_told_apart_by_their_folder(tmp_path):
    """So are their ids, though the questions are the same."""
    paths = [write(tmp_path / f / "README.md") for f in ("a", "b", "x/b")]
    guides = read_corpus(paths)
    assert [guide.name for guide in guides] == ["README", "b-README", "b-README-2"]
    entries = [entry for guide in guides for entry in guide.entries]
    assert len({e.id for e in entries}) == len({e.label for e in entries}) == len(entries) == 6
    assert entries[0].id == read_guide(paths[0]).entries[0].id


def test_files_without_questions_in_a_folder_are_remarked(tmp_path):
    """They do not stop the others; named outright, or alone, they do."""
    notes = write(tmp_path / "notes.md", "milk\n")
    with pytest.raises(NoQuestions, match="No questions found in"):
        read_corpus([tmp_path])
    write(tmp_path / "guide.md")
    guide, empty = read_corpus([tmp_path])
    assert (len(guide.entries), empty.entries) == (2, ())
    assert empty.diagnostics[0].level == "warning"
    with pytest.raises(NoQuestions):
        read_corpus([tmp_path / "guide.md", notes])
