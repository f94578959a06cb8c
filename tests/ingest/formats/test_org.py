"""Org-mode: headings, drawers, blocks, lists, tables, and the cards of its flashcard packages."""

from __future__ import annotations

import pytest
from processor import in_proportion

from ragprep.ingest.formats import read_text
from ragprep.ingest.formats.org import inline
from ragprep.types.guide import Role

NOTES = """\
#+TITLE: Notes
* Storage [1/2]
:PROPERTIES:
:ID: abc
:END:
** TODO [#A] What is *RAID*?   :drill:os:
SCHEDULED: <2024-01-01>
Many =disks= as [[https://x.y][one]].
- a
  - b
** What is LVM?
#+begin_src sh
pvcreate x
#+end_src
# a comment
* COMMENT Later
What is swap?
"""


def test_headings_are_entries_without_keywords_and_tags(guide):
    """Links, code and emphasis are those of Markdown; lists keep their nesting."""
    read = guide(NOTES, "a.org")
    assert [(e.question, e.answer, e.lines, e.section) for e in read.entries] == [
        (
            "What is RAID?",
            "Many `disks` as [one](https://x.y).\n- a\n    - b",
            (6, 10),
            ("Storage",),
        ),
        ("What is LVM?", "```sh\npvcreate x\n```", (11, 14), ("Storage",)),
    ]


def test_what_is_no_content_is_named(guide):
    """Settings, properties, comments and sections that are commented out."""
    account = [(s.first, s.last, s.role, s.reason) for s in guide(NOTES, "a.org").account]
    assert (1, 1, Role.METADATA, "settings") in account
    assert (3, 5, Role.METADATA, "properties") in account
    assert (15, 15, Role.METADATA, "comment") in account
    assert (16, 17, Role.LEFT_OUT, "a section that is commented out") in account


@pytest.mark.parametrize(
    "text",
    [
        "* Item :drill:\nWhat is RAID?\n** The Answer\nMany disks.\n",
        "* Item\n:PROPERTIES:\n:ANKI_NOTE_TYPE: Basic\n:END:\n** Front\nWhat is RAID?\n"
        "** Back\nMany disks.\n",
        "* What is RAID? :fc:\n:PROPERTIES:\n:FC_TYPE: normal\n:END:\nMany disks.\n",
        "* DONE What is RAID?\nCLOSED: [2024-01-01]\n:LOGBOOK:\n- x\n:END:\nMany disks.\n",
        "- What is RAID? :: Many disks.\n- What is LVM? :: Volumes.\n",
        "* Notes\n- What is RAID?\n  - Many disks.\n- What is LVM?\n  - Volumes.\n",
    ],
    ids=["org-drill", "anki-editor", "org-fc", "logbook", "descriptions", "lists"],
)
def test_a_way_to_write_cards_is_read(entries, text):
    """Each says the same first thing."""
    question, answer = entries(text, "a.org")[0]
    assert (question, answer.removeprefix("- ")) == ("What is RAID?", "Many disks.")


def test_tables_and_results(entries):
    """A table without a line below its first row has no header; what code printed is left out."""
    text = "* Why?\n| a | b |\n|---+---|\n| 1 | 2 |\n#+RESULTS:\n: 3\n* Who?\n| a | b |\n"
    assert entries(text, "a.org") == [
        ("Why?", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("Who?", "|  |  |\n| --- | --- |\n| a | b |"),
    ]


def test_blocks_and_drawers_that_never_close_hide_nothing(entries):
    """A file that is cut, with Windows line ends and a byte order mark."""
    text = "* Why?\r\n#+begin_src c\r\n* Who?\r\n:PROPERTIES:\r\nMe.".encode("utf-8-sig")
    assert [question for question, _ in entries(text, "a.org")] == ["Why?", "Who?"]


def test_stars_and_slashes_in_words_stay(entries):
    """Paths, products and dates are no emphasis."""
    text = "* Why?\n2*3*4 /usr/bin/x and a/b/c, ~f~\n"
    assert entries(text, "a.org")[0][1] == "2*3*4 /usr/bin/x and a/b/c, `f`"


@pytest.mark.parametrize(
    "piece",
    ["* ", "*a\n", "- x\n", " - x\n", "[[", "=a ", ":a:\n", "#+begin_src\n", "| a\n", "*a "],
)
def test_hostile_files_take_time_in_proportion(piece):
    """Fifty thousand of each."""
    with in_proportion():
        read_text(piece * 50_000, "a.org")


def test_signs_in_the_text_are_not_those_that_keep_code(guide):
    """A NUL, a digit and a NUL, by which finished code is kept, may stand in a file."""
    assert inline("=a= \x005\x00 b") == "`a` 5 b"
