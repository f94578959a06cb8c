"""What flashcard programs, MyST and Markdown Extra write beyond Markdown."""

from __future__ import annotations

import pytest
from processor import in_proportion

from ragprep.ingest.formats import read_text
from ragprep.types.guide import Role

TWO = [("RAID", "Many disks."), ("LVM", "Volumes.")]

CARDS = {
    "one line": "RAID::Many disks.\nLVM::Volumes.\n",
    "both ways": "#flashcards\n\nRAID:::Many disks.\nLVM:::Volumes.\n<!--SR:!2024-01-01,3,250-->\n",
    "bullets": "- RAID :: Many disks.\n- LVM :: Volumes.\n",
    "RemNote": "- RAID >> Many disks.\n- LVM >> Volumes.\n",
    "tabs below a heading": "# Anki\n\nRAID\tMany disks.\nLVM\tVolumes.\n",
    "tagged paragraphs": "RAID #card\nMany disks.\n\nLVM #flashcards/os\nVolumes.\n",
    "tagged headings": "## RAID #card\nMany disks.\n\n## LVM #card\nVolumes.\n",
    "Logseq": "- RAID #card\n  id:: 1\n  - Many disks.\n- LVM #card\n  - Volumes.\n",
    "definitions": "RAID\n: Many disks.\n\nLVM\n:   Volumes.\n",
    "hashcards": "Q: RAID\nA: Many disks.\n\nQ: LVM\nA: Volumes.\n",
}


@pytest.mark.parametrize("text", CARDS.values(), ids=CARDS)
def test_a_way_to_write_cards_is_read(entries, text):
    """Each says the same two things, and neither of them asks."""
    read = entries(text, "a.md")
    assert [(question, answer.removeprefix("- ")) for question, answer in read] == TWO


def test_hidden_words_are_asked_for(guide):
    """Those of hashcards' cloze deletions, and of Logseq's; both entries stand on line 1."""
    for text in (
        "C: The [kernel] runs [tasks].\nC: [RAM] forgets.\n",
        "- The {{cloze kernel}} runs {{cloze tasks}}. #card\n",
    ):
        entry = guide(text, "a.md").entries[0]
        assert (entry.question, entry.answer, entry.lines) == (
            "The [...] runs [...].",
            "The kernel runs tasks.",
            (1, 1),
        )


def test_lines_stay_those_of_the_file_and_options_are_metadata(guide):
    """A card on one line is two lines of Markdown."""
    read = guide("```{dropdown} Why?\n:open:\nSo.\n```\n\nWho?::Me.\n", "a.md")
    assert [(e.question, e.answer, e.lines) for e in read.entries] == [
        ("Why?", "So.", (1, 3)),
        ("Who?", "Me.", (6, 6)),
    ]
    assert Role.METADATA not in [span.role for span in read.account[2:]]


@pytest.mark.parametrize(
    "text",
    [
        "## Why std::vector?\nUse `std::move` or a::b.\n\n```\nRAID::Many\nLVM::Volumes\n```\n",
        "## Why >>?\n1 >> 2 shifts.\n\ntags:: a\ntitle:: b\n",
        "## Why?\nSee [a] here.\nC: [x] is a drive.\n",
        "## Ports\n\tOne.\nHTTP\t80\nText.\n- a\tb\n- c\td\n",
        "## Why #1?\nIt is C# or #hashtags.\n",
    ],
    ids=["C++", "shifts and properties", "drives", "tabs", "hashes"],
)
def test_signs_of_other_kinds_are_left_alone(text):
    """The file is its own Markdown, line by line."""
    document = read_text(text, "a.md")
    assert (document.markdown, document.source) == (tuple(text.split("\n")), ())


PIECES = (
    "a::b\n",
    "- a #card\n",
    "x\n: y\n",
    "```{note}\n",
    "C: [a]\n",
    "a >> b\n",
    "a \tb\n",
    "a \t",
    "{{cloze a}}",
    ":: ",
)


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_files_take_time_in_proportion(piece):
    """Fifty thousand of each."""
    with in_proportion():
        read_text(piece * 50_000, "a.md")
