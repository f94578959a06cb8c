"""Anki's notes in plain text: directives, columns, HTML, cloze deletions."""

from __future__ import annotations

from ragprep.types.guide import Role


def test_an_export_is_told_by_its_first_line(guide):
    """In a file that only says .txt; the directives are settings."""
    read = guide("#separator:tab\n#html:true\nWhat is RAID?\tMany <b>disks</b>.\n", "a.txt")
    assert [(e.question, e.answer, e.lines) for e in read.entries] == [
        ("What is RAID?", "Many **disks**.", (3, 3))
    ]
    assert (read.account[0].last, read.account[0].role) == (2, Role.METADATA)


def test_columns_of_decks_tags_and_types_are_no_fields(guide):
    """The deck is the section."""
    text = (
        "#separator:Semicolon\n#html:false\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\nx1;Basic;OS::Disks;What is RAID?;Many disks.;hard\n"
    )
    (entry,) = guide(text, "a.txt").entries
    assert (entry.question, entry.answer) == ("What is RAID?", "Many disks.")
    assert entry.section == ("OS", "Disks")


def test_tags_are_the_section_where_no_deck_is(guide):
    """The last of the named columns."""
    text = "#separator:,\n#columns:Front,Back,Tags\nWhat is RAID?,Many disks.,os::disks\n"
    assert guide(text, "a.txt").entries[0].section == ("os", "disks")


def test_fields_hold_line_breaks_and_pictures_and_no_sounds(guide):
    """A note over two lines."""
    text = (
        '#separator:tab\n#html:true\n"What is ""RAID""?"\t"Many<br>\ndisks [sound:a.mp3]"\n'
        'What is LVM?\t<div>a</div><div><img src="v.png"></div>\n'
    )
    first, second = guide(text, "a.txt").entries
    assert (first.question, first.answer, first.lines) == ('What is "RAID"?', "Many\ndisks", (3, 4))
    assert second.answer == "a\n\n![](v.png)"


def test_a_cloze_note_asks_for_what_it_hides(entries):
    """One entry a note: hints are shown, the answer is the whole text."""
    text = "#separator:tab\nThe {{c1::kernel::core}} runs {{c2::tasks}}.\tSee ch. 1\n"
    assert entries(text, "a.txt") == [
        ("The [core] runs [...].", "The kernel runs tasks.\n\nSee ch. 1")
    ]


def test_notes_without_a_front_are_named_and_comments_are_none(guide):
    """Each with its line."""
    text = "#separator:tab\n# my notes\n<br>\tx\nWhat is RAID?\tMany.\n"
    account = guide(text, "a.txt").account
    assert [(span.first, span.reason) for span in account[1:3]] == [
        (2, "comment"),
        (3, "a note without a front"),
    ]


def test_headings_and_tags_are_no_directives(entries):
    """`#html` alone and "# separator" are Markdown."""
    assert entries("#flashcards\n\n# Why?\nyes\n", "a.txt") == [("Why?", "yes")]


def test_an_export_that_is_cut_or_has_windows_line_ends_is_read(entries):
    """Directives alone are no entries."""
    assert entries("#separator:tab\r\nWhat is RAID?\tMany", "a.txt") == [("What is RAID?", "Many")]
    assert entries('#separator:tab\r\nWhat is RAID?\t"Many\r\n', "a.txt")[0][0] == "What is RAID?"
