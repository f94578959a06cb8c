"""Banks of questions in YAML: records with their lines, and files that would grow or never end."""

from __future__ import annotations

import pytest

from ragprep.errors import GuideError

BANK = """\
storage:
  - question: What is RAID?
    answer: |
      Many disks
      as one.
    tags: [os, disk]
  # volumes
  - q: What is LVM?
    a: >-
      Volumes
      over disks.
process:
  What is a fork?: A copy.
"""


def test_a_bank_is_read_with_lines_and_sections(guide):
    """Block scalars keep or fold their lines; the keys above are the section."""
    assert [(e.question, e.answer, e.lines, e.section) for e in guide(BANK, "a.yaml").entries] == [
        ("What is RAID?", "Many disks\nas one.", (2, 6), ("storage", "os, disk")),
        ("What is LVM?", "Volumes over disks.", (8, 11), ("storage",)),
        ("What is a fork?", "A copy.", (13, 13), ("process",)),
    ]


def test_yes_and_no_are_words(entries):
    """They are answers, not truth values; "~" is no answer."""
    text = "- question: Is RAID a backup?\n  answer: no\n- question: Why?\n  answer: ~\n"
    assert entries(text, "a.yml") == [("Is RAID a backup?", "no"), ("Why?", "")]


def test_choices_and_several_documents(entries):
    """Choices count from 0 where the key is a number."""
    text = "---\nquestion: What is RAID?\noptions: [One, Many]\nanswer: 1\n---\nq: Why?\na: So.\n"
    (_, answer), second = entries(text, "a.yml")
    assert answer.endswith("\n\nB. Many\n\n</details>")
    assert second == ("Why?", "So.")


def test_an_alias_is_the_text_it_names_and_nothing_larger(entries):
    """Lists of lists of aliases, which would grow to a billion, stay as they are."""
    text = "- {question: Why?, answer: &so So.}\n- {question: Who?, answer: *so}\n"
    assert entries(text, "a.yml") == [("Why?", "So."), ("Who?", "So.")]
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20)
    )
    assert entries(bomb, "a.yml") == []


def test_tags_build_nothing(entries):
    """`!!python/object` is read as text or as a record."""
    text = "- question: !!python/name:os.system Why?\n  answer: !!python/object:os.x {a: b}\n"
    assert entries(text, "a.yml") == [("Why?", "b")]


def test_windows_line_ends_marks_and_tabs(entries):
    """As editors save them."""
    text = "- question: Why?\r\n  answer: \tSo.\r\n"
    assert entries(text.encode("utf-8-sig"), "a.yml") == [("Why?", "So.")]
    assert entries(text.encode("utf-16"), "a.yml") == [("Why?", "So.")]


@pytest.mark.parametrize(
    "text", ["a: b: c\n", "[[[", "- " * 10_000, "{" * 10_000, '"', "@\n", "? " * 10_000]
)
def test_what_cannot_be_read_is_refused(entries, text):
    """In one sentence with a remedy."""
    with pytest.raises(GuideError, match=r"a\.yml is (no YAML|nested)") as caught:
        entries(text, "a.yml")
    assert caught.value.remedy


def test_a_name_that_nothing_has_asks_nothing(entries):
    """An alias without its anchor."""
    assert entries("a: *b\n", "a.yml") == []


def test_only_a_line_end_ends_a_line(guide):
    """Not U+0085, as YAML has it: the file has two lines and no more."""
    (entry,) = guide("- question: Why?\n  answer: So.\x85\x85\u2028x", "a.yml").entries
    assert entry.lines == (1, 2)
