"""Tables with separators: which column is what, headers, quoting, and files that are damaged."""

from __future__ import annotations

import csv

import pytest
from processor import in_proportion

from ragprep.errors import NoQuestions
from ragprep.ingest.formats import read_text

TWO = [("What is RAID?", "Many disks."), ("What is LVM?", "Volumes.")]

TABLES = {
    "named": "Question,Answer\nWhat is RAID?,Many disks.\nWhat is LVM?,Volumes.\n",
    "no header": "What is RAID?,Many disks.\nWhat is LVM?,Volumes.\n",
    "back before front": "back,front\nMany disks.,What is RAID?\nVolumes.,What is LVM?\n",
    "semicolons": "Frage;Antwort\nWhat is RAID?;Many disks.\nWhat is LVM?;Volumes.\n",
    "a separator named": "sep=|\nQ|A\nWhat is RAID?|Many disks.\nWhat is LVM?|Volumes.\n",
    "tabs": "What is RAID?\tMany disks.\nWhat is LVM?\tVolumes.\n",
    "unknown names": "Soalan,Jawapan\nWhat is RAID?,Many disks.\nWhat is LVM?,Volumes.\n",
    "numbers first": "1,What is RAID?,Many disks.\n2,What is LVM?,Volumes.\n",
    "form": "Timestamp,Email,Your question,Your answer\n"
    "1/2/26,a@b.c,What is RAID?,Many disks.\n1/3/26,a@b.c,What is LVM?,Volumes.\n",
    "HTML": "front,back\nWhat is <b>RAID</b>?,<p>Many disks.</p>\nWhat is LVM?,Volumes.\n",
    "blank rows": "Question,Answer\n\nWhat is RAID?,Many disks.\n,\nWhat is LVM?,Volumes.\n\n",
    "no line end": "question,answer\r\nWhat is RAID?,Many disks.\r\nWhat is LVM?,Volumes.",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_a_table_is_read(entries, text):
    """Each says the same two things."""
    assert entries(text, "a.csv") == TWO


def test_terms_without_a_question_are_cards(entries):
    """A deck of words and meanings, as Quizlet copies it into a .txt file."""
    text = "fork\ta copy of a process\nexec\ta new program\n"
    assert entries(text, "a.txt") == [("fork", "a copy of a process"), ("exec", "a new program")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is RAID?;Many disks.\nWhat is LVM?;Volumes.\n", TWO),
        ("What is RAID? ; Many disks.\nWhat is LVM? ; Volumes.\n", TWO),
        (
            "RAID;many disks, as one\nLVM;volumes, logical\nXFS;a file system, fast\n",
            [
                ("RAID", "many disks, as one"),
                ("LVM", "volumes, logical"),
                ("XFS", "a file system, fast"),
            ],
        ),
    ],
    ids=["questions", "spaces around the sign", "three terms"],
)
def test_semicolons_in_plain_text_separate_cards(entries, text, expected):
    """They are followed by a space only in prose, or behind a question mark."""
    assert entries(text, "a.txt") == expected


@pytest.mark.parametrize(
    "text",
    ["It was late; he slept.\nShe read; it rained.\nAll was well; so it ended.\n", "a;b\nc;d\n"],
    ids=["prose", "two lines that ask nothing"],
)
def test_other_semicolons_are_text(entries, text):
    """Nothing in it is a card."""
    assert entries(text, "a.txt") == []


def test_the_sign_behind_questions_separates_though_every_answer_holds_another(entries):
    """Both commas and semicolons part every row in two."""
    text = "What is RAID?;Many disks, as one.\nWhat is LVM?;Volumes, logical.\n"
    assert entries(text, "a.csv") == [
        ("What is RAID?", "Many disks, as one."),
        ("What is LVM?", "Volumes, logical."),
    ]


@pytest.mark.parametrize("head", ["question,answer,topic\n", ""], ids=["named", "no header"])
def test_commas_without_quotes_stay_in_the_text_that_they_stand_in(guide, head):
    """A row with too many cells has them in its answer, or before its question mark."""
    rows = "What is RAID?,Many disks, as one.,OS\nWhat is a bit, or a byte?,Data,OS\n"
    rows += "What is LVM?,Volumes,OS\nWhat is XFS?,A file system,OS\n"
    entries = guide(head + rows, "a.csv").entries
    assert [(entry.question, entry.answer) for entry in entries] == [
        ("What is RAID?", "Many disks, as one."),
        ("What is a bit, or a byte?", "Data"),
        ("What is LVM?", "Volumes"),
        ("What is XFS?", "A file system"),
    ]
    assert {entry.section for entry in entries} == ({("OS",)} if head else {()})


def test_numbered_lines_with_tabs_are_no_table(entries):
    """They are a list."""
    assert entries("1.\tWhat is RAID?\n2.\tWhat is LVM?\n", "a.txt") == [
        ("What is RAID?", ""),
        ("What is LVM?", ""),
    ]


def test_fields_keep_line_breaks_and_quotes_and_rows_their_lines(guide):
    """The first row stands on lines 2 and 3."""
    text = 'Topic,Question,Answer\nOS,"What is ""swap""?","a,\nb"\nOS,Why?,c\n'
    first, second = guide(text, "a.csv").entries
    assert (first.question, first.answer, first.lines) == ('What is "swap"?', "a,\nb", (2, 3))
    assert (second.section, second.lines) == (("OS",), (4, 4))


def test_the_right_choice_is_the_answer(guide):
    """Kahoot's columns: two choices of four, the second is right; choices stand above it."""
    text = (
        "Question - max 120 characters,Answer 1 - max 75 characters,Answer 2,Answer 3,Answer 4,"
        "Time limit (sec),Correct answer(s) - choose at least one\n"
        "What is RAID?,One disk,Many disks,,,20,2\n"
    )
    (entry,) = guide(text, "a.csv").entries
    assert entry.answer == (
        "- A. One disk\n- B. Many disks\n\n<details><summary>Answer</summary>\n\n"
        "B. Many disks\n\n</details>"
    )


@pytest.mark.parametrize("key", ["B", "b)", "2", "Many disks", "Option B", "many disks."])
def test_the_right_choice_is_named_in_many_ways(entries, key):
    """By letter, number or text."""
    text = f"question,option_a,option_b,answer\nWhat is RAID?,One disk,Many disks,{key}\n"
    assert "\n\nB. Many disks\n\n" in entries(text, "a.csv")[0][1]


def test_a_quote_that_never_closes_hides_nothing(entries):
    """It is a sign of its field; the rows behind it are read."""
    text = 'question,answer\n"What is RAID?,Many disks.\nWhat is LVM?,Volumes.\n'
    assert entries(text, "a.csv") == [('"What is RAID?', "Many disks."), TWO[1]]


def test_the_columns_of_a_form_are_questions(guide):
    """What people replied is the answer; the columns that do not ask are no entries."""
    text = "Timestamp,What is RAID?,What is LVM?\n1/1/26,Many disks.,Volumes.\n1/2/26,Disks.,\n"
    assert [(e.question, e.answer, e.lines) for e in guide(text, "a.csv").entries] == [
        ("What is RAID?", "Many disks.\n\nDisks.", (1, 3)),
        ("What is LVM?", "Volumes.", (1, 3)),
    ]


def test_rows_without_a_question_are_named(guide):
    """With their line."""
    account = guide("question,answer\n,alone\nWhat is RAID?,Many disks.\n", "a.csv").account
    assert (account[1].first, account[1].reason) == (2, "a row without a question")


def test_tables_that_ask_nothing_have_no_entries(entries):
    """Figures, one column, nothing."""
    for text in ("year,sales,costs\n2020,10,7\n2021,12,8\n", "a\nb\n", "x,y\n1,2\n3,4\n"):
        assert entries(text, "a.csv") == []


@pytest.mark.parametrize(
    "text",
    [
        "name,age,city\nbob,3,rome\namy,4,oslo\n",
        "name,age\nbob,3\namy,4\n",
        "bob,rome,red\namy,oslo,blue\n",
    ],
)
def test_a_table_of_data_is_no_deck(guide, text):
    """Short values in three columns, or figures beside names, explain nothing."""
    with pytest.raises(NoQuestions):
        guide(text, "people.csv")


def test_terms_explained_in_the_second_of_three_columns_are_cards(entries):
    """The third holds a word for all of them."""
    text = "fork,a copy of a process,os\nexec,runs a new program,os\n"
    assert entries(text, "a.csv") == [
        ("fork", "a copy of a process"),
        ("exec", "runs a new program"),
    ]


def test_marks_of_an_encoding_are_read(entries):
    """Excel saves CSV with a byte order mark, and as "Unicode text" in UTF-16 with tabs."""
    text = TABLES["tabs"]
    assert entries(text.encode("utf-8-sig"), "a.csv") == TWO
    assert entries(text.encode("utf-16"), "a.txt") == TWO


@pytest.mark.parametrize(
    "piece", ['"', '"\n', '"a', ",", "a\tb\n", 'x,"\n', '""', "\n", "?,\n", 'a","\n']
)
def test_hostile_tables_take_time_in_proportion(piece):
    """A hundred thousand of each."""
    with in_proportion():
        read_text(piece * 100_000, "a.csv")


def test_a_field_of_any_length_is_read_and_pythons_limit_stays_as_it_was(entries):
    """Python's reader gives up at 131,072 characters; the limit is that of the whole process."""
    limit = csv.field_size_limit()
    long = "x" * 140_000
    assert entries(f"question,answer\nWhat is RAID?,{long}\n", "a.csv") == [("What is RAID?", long)]
    assert csv.field_size_limit() == limit
