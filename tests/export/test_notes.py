"""Entries as notes."""

from __future__ import annotations

from dataclasses import replace

from pets import entry

from ragprep.export.notes import note_of
from ragprep.types.guide import KeyPoint

CAT = entry(1, "What is a cat?", "A **cat**.")


def test_a_note_has_question_answer_points_and_source():
    points = (
        KeyPoint("Four legs", 11),
        KeyPoint("Purrs", 12, "Sounds"),
        KeyPoint("Mews", 13, "Sounds"),
    )
    assert note_of(CAT, points, "/guides/pets.md").fields == (
        "What is a cat?",
        "<p>A <strong>cat</strong>.</p>",
        "<ul><li>Four legs</li></ul><p>Sounds:</p><ul><li>Purrs</li><li>Mews</li></ul>",
        '<a href="file:///guides/pets.md">pets:10-11</a>',
    )


def test_a_guide_without_a_file_is_named():
    assert note_of(CAT, (), "").fields[2:] == ("", "pets:10-11")


def test_the_guid_is_of_the_entry_alone():
    """An edited answer, another label and another section leave it."""
    edited = replace(CAT, label="q9", answer="A dog.", section=())
    assert note_of(edited, (), "").guid == note_of(CAT, (), "").guid
    assert note_of(entry(2, CAT.question, CAT.answer), (), "").guid != note_of(CAT, (), "").guid


def test_the_section_is_a_tag_without_spaces():
    section = ("Deep  Learning", "a::b", " ")
    assert note_of(replace(CAT, section=section), (), "").tags == ("Deep_Learning::a:b",)
    assert note_of(replace(CAT, section=()), (), "").tags == ()


def test_a_guide_is_one_deck():
    """ "::" in its name would make more."""
    assert note_of(replace(CAT, guide="a::b"), (), "").deck == "ragprep::a:b"
