"""ReStructuredText: titles by their adornments, directives, lists, tables, literal blocks."""

from __future__ import annotations

import pytest
from processor import in_proportion

from ragprep.ingest.formats import read_text
from ragprep.types.guide import Role

NOTES = """\
=====
Notes
=====

:Author: me

Storage
=======

What is ``RAID``?
-----------------

Many disks as `one <https://x.y>`_.

* a

  * b

What is LVM?
------------

.. code-block:: sh
   :linenos:

   pvcreate x

.. a comment
   goes on
"""


def test_titles_are_headings_with_their_lines(guide):
    """The title of the file, a section, two questions: three adornments, three levels."""
    read = guide(NOTES, "a.rst")
    assert [(e.question, e.answer, e.lines, e.section) for e in read.entries] == [
        (
            "What is RAID?",
            "Many disks as [one](https://x.y).\n\n- a\n\n    - b",
            (10, 17),
            ("Storage",),
        ),
        ("What is LVM?", "```sh\npvcreate x\n```", (19, 25), ("Storage",)),
    ]


def test_settings_and_comments_are_metadata(guide):
    """Fields at the head, and a comment over two lines."""
    account = [(s.first, s.last, s.role, s.reason) for s in guide(NOTES, "a.rst").account]
    assert (5, 5, Role.METADATA, "settings") in account
    assert (27, 28, Role.METADATA, "comment") in account


@pytest.mark.parametrize(
    "text",
    [
        ".. dropdown:: What is RAID?\n\n   Many disks.\n\n"
        ".. dropdown:: What is LVM?\n\n   Volumes.\n",
        "What is RAID?\n   Many disks.\n\nWhat is LVM?\n   Volumes.\n",
        "**What is RAID?**\n\nMany disks.\n\n**What is LVM?**\n\nVolumes.\n",
        ".. list-table::\n   :header-rows: 1\n\n   * - Question\n     - Answer\n"
        "   * - What is RAID?\n     - Many disks.\n   * - What is LVM?\n     - Volumes.\n",
        "=============  ===========\nQuestion       Answer\n=============  ===========\n"
        "What is RAID?  Many disks.\nWhat is LVM?   Volumes.\n=============  ===========\n",
        "+---------------+-------------+\n| Question      | Answer      |\n"
        "+===============+=============+\n| What is RAID? | Many disks. |\n"
        "+---------------+-------------+\n| What is LVM?  | Volumes.    |\n"
        "+---------------+-------------+\n",
        "What is RAID?\n*************\nMany disks.\n\nWhat is LVM?\n************\nVolumes.\n",
        ":Q: What is RAID?\n:A: Many disks.\n\n:Q: What is LVM?\n:A: Volumes.\n",
        ".. rubric:: What is RAID?\n\nMany disks.\n\n.. rubric:: What is LVM?\n\nVolumes.\n",
    ],
    ids=[
        *("dropdowns", "definitions", "bold", "list-table", "simple table", "grid table"),
        *("one level", "fields", "rubrics"),
    ],
)
def test_a_way_to_write_questions_is_read(entries, text):
    """Each says the same two things."""
    assert entries(text, "a.rst") == [
        ("What is RAID?", "Many disks."),
        ("What is LVM?", "Volumes."),
    ]


def test_literal_blocks_roles_and_references(entries):
    """A paragraph that ends with "::" announces code; footnote marks go."""
    text = "Why?\n----\n\nSo [1]_, see :func:`a` and :ref:`b <c>`::\n\n  ls\n   -l\n\nEnd.\n"
    assert entries(text, "a.rst") == [("Why?", "So, see `a` and b:\n\n```\nls\n -l\n```\n\nEnd.")]


def test_nothing_is_included_and_raw_markup_is_no_content(entries):
    """A directive that names a file reads none."""
    text = "Why?\n----\n\nSo.\n\n.. include:: /etc/passwd\n\n.. raw:: html\n\n   <b>x</b>\n"
    assert entries(text, "a.rst") == [("Why?", "So.")]


def test_windows_line_ends_tabs_and_marks(entries):
    """And a file that ends in the middle of a table."""
    text = "Why?\r\n----\r\n\r\nSo.\r\n\r\n===  ===\r\na    b\r\n"
    assert entries(text.encode("utf-8-sig"), "a.rst")[0][0] == "Why?"
    assert entries(text.encode("utf-16"), "a.rst")[0][0] == "Why?"


PIECES = (
    *("..\n", ".. a::\n", ".. a::\n\n", "a\n b\n", "=== ===\n", "=== ===\n\n", "+-+\n", "| a\n"),
    *(
        "* a\n",
        "a::\n\n",
        "`a <",
        "``",
        ":a:`",
        "----\n",
        "a\n===\n",
        ":a: b\n",
        ".. dropdown:: x\n\n",
    ),
)


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_files_take_time_in_proportion(piece):
    """Twenty thousand of each."""
    with in_proportion():
        read_text(piece * 20_000, "a.rst")


def test_a_cell_of_a_csv_table_may_be_of_any_length(guide):
    """Python's reader of CSV gives up at 131,072 characters."""
    long = "x" * 140_000
    [entry] = guide(
        f"What is RAID?\n=============\n\n.. csv-table::\n\n   a,{long}\n", "a.rst"
    ).entries
    assert long in entry.answer
