"""AsciiDoc: titles, questions and answers as labelled lists, blocks, tables."""

from __future__ import annotations

import pytest
from processor import in_proportion

from ragprep.ingest.formats import read_text
from ragprep.types.guide import Role

NOTES = """\
= Notes
:toc:
// a comment

== Storage

=== What is *RAID*?

Many `disks` as https://x.y[one].

* a
** b
+
[source,sh]
----
== no title
----

=== What is LVM?
Volumes.
"""


def test_titles_are_headings_with_their_lines(guide):
    """What stands in a listing is no title; "+" keeps it with its item."""
    read = guide(NOTES, "a.adoc")
    assert [(e.question, e.answer, e.lines, e.section) for e in read.entries] == [
        (
            "What is RAID?",
            "Many `disks` as [one](https://x.y).\n\n- a\n    - b\n\n"
            "        ```sh\n        == no title\n        ```",
            (7, 17),
            ("Storage",),
        ),
        ("What is LVM?", "Volumes.", (19, 20), ("Storage",)),
    ]
    assert (read.account[1].first, read.account[1].role) == (2, Role.METADATA)


@pytest.mark.parametrize(
    "text",
    [
        "[qanda]\nWhat is RAID?::\n  Many disks.\nWhat is LVM?:: Volumes.\n",
        "What is RAID?:: Many disks.\nWhat is LVM?::\nVolumes.\n",
        ".What is RAID?\n[%collapsible]\n====\nMany disks.\n====\n\n.What is LVM?\n"
        "[%collapsible]\n====\nVolumes.\n====\n",
        "|===\n|Question |Answer\n\n|What is RAID? |Many disks.\n|What is LVM?\n|Volumes.\n|===\n",
        '[cols="1,1",options="header"]\n|===\n|Question\n|Answer\n|What is RAID?\n|Many disks.\n'
        "|What is LVM?\n|Volumes.\n|===\n",
        "*What is RAID?*\n\nMany disks.\n\n*What is LVM?*\n\nVolumes.\n",
        "== What is RAID? ==\n--\nMany disks.\n--\n== What is LVM?\n====\nVolumes.\n====\n",
        "Q: What is RAID?\n\nA: Many disks.\n\nQ: What is LVM?\n\nA: Volumes.\n",
    ],
    ids=["qanda", "labels", "collapsible", "table", "columns", "bold", "titles", "letters"],
)
def test_a_way_to_write_questions_is_read(entries, text):
    """Each says the same two things."""
    assert entries(text, "a.adoc") == [
        ("What is RAID?", "Many disks."),
        ("What is LVM?", "Volumes."),
    ]


def test_comments_includes_and_passed_markup_are_no_content(entries):
    """A line that names a file reads none."""
    text = "== Why?\nSo.\n\ninclude::/etc/passwd[]\n\n////\n== Who?\n////\n\n++++\n<b>\n++++\n"
    assert entries(text, "a.adoc") == [("Why?", "So.")]


def test_blocks_that_never_close_hide_nothing(entries):
    """A file that is cut, with Windows line ends and a byte order mark."""
    text = "== Why?\r\n----\r\nSo.\r\n\r\n== Who?\r\n|===\r\nMe.".encode("utf-8-sig")
    assert entries(text, "a.adoc") == [("Why?", "So."), ("Who?", "Me.")]


def test_signs_in_words_stay(entries):
    """Names, products and languages."""
    text = "== Why?\nsnake_case_name 2*3*4 C# and F# a::b\n"
    assert entries(text, "a.adoc") == [("Why?", "snake_case_name 2*3*4 C# and F# a::b")]


PIECES = (
    *("== a\n", "----\n", "====\n", "a::\n", "* a\n", "|===\n", "|a\n", "[", "*a ", "_a ", "#a "),
    *("<<a", "`a ", "http://a[", ".a\n", "[%collapsible]\n====\n", "a::b ", "+\n", " a\n", "'''\n"),
)


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_files_take_time_in_proportion(piece):
    """Twenty thousand of each."""
    with in_proportion():
        read_text(piece * 20_000, "a.adoc")
