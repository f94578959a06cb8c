"""Text to entries: questions, answers, sections, lines, labels, ids and remarks."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.errors import GuideError, NoQuestions
from ragprep.ingest.document import Document
from ragprep.ingest.markdown import guide_of, parse

SMALL = """\
# Guide

Hello.

## 🧠 Basics

### Q1. What is **overfitting**?

**A:** Learning noise.

It fails.

---

### Q2. What is `k`-fold?

**A:**
- Split

## Final tips

Sleep.
"""


def labels(text: str) -> list[str]:
    return [entry.label for entry in parse(text, name="g").entries]


def diagnostics_in(text: str) -> list[tuple[int, str, str]]:
    return [(r.line, r.level, r.message) for r in parse(text, name="g").diagnostics]


def test_entries_have_question_answer_section_and_lines():
    """Read the small guide above by hand and compare."""
    first, second = parse(SMALL, name="g").entries
    assert (first.label, first.question, first.section) == (
        "q1",
        "What is overfitting?",
        ("Basics",),
    )
    assert first.answer == "Learning noise.\n\nIt fails."
    assert first.lines == (7, 11)
    assert (second.question, second.answer, second.lines) == (
        "What is k-fold?",
        "- Split",
        (15, 18),
    )


def test_text_in_no_entry_is_remarked_with_its_lines():
    """The welcome and the tips are no answers."""
    assert diagnostics_in(SMALL) == [
        (1, "info", "Lines 1 to 3 are in no entry: '# Guide'"),
        (20, "info", "Lines 20 to 22 are in no entry: '## Final tips'"),
    ]


def test_nested_sections_are_a_path_and_the_only_title_is_not_in_it():
    """Two first-level headings are sections, one is the guide's title."""
    text = "# T\n## A\n### B\n#### Q1. Why?\nyes\n## C\n#### Q2. Who?\nme\n"
    assert [e.section for e in parse(text, name="g").entries] == [("A", "B"), ("C",)]
    two = "# A\n## Q1. Why?\nyes\n# B\n## Q2. Who?\nme\n"
    assert [e.section for e in parse(two, name="g").entries] == [("A",), ("B",)]


@pytest.mark.parametrize("fence", ["```", "~~~~", "  ```", "- ```"])
def test_headings_in_code_are_no_headings(fence):
    """A comment in Python begins with "#"."""
    close = fence.replace("-", " ")
    text = f"### Q1. Why?\n{fence}py\n# no\n### Q2. No?\n{close}\nend\n"
    assert labels(text) == ["q1"]


def test_an_unclosed_fence_hides_nothing_and_is_remarked():
    """One forgotten fence must not cost all entries after it."""
    text = "### Q1. Why?\n```py\nx\n### Q2. Who?\nme\n"
    assert labels(text) == ["q1", "q2"]
    assert (2, "warning", "This code fence is never closed.") in diagnostics_in(text)


def test_comments_and_front_matter_are_not_read():
    """Neither "<!-- -->" nor YAML settings hold questions; both count as metadata."""
    text = "---\ntitle: Why?\n---\n<!--\n### Q1. No?\n-->\n### Q2. Why?\nyes\n"
    assert labels(text) == ["q2"]
    account = parse(text, name="g").account
    assert [(s.first, s.last, s.role) for s in account if s.role == "metadata"] == [
        (1, 3, "metadata"),
        (4, 6, "metadata"),
    ]


def test_question_without_answer_is_kept_and_remarked():
    """A placeholder is no answer; the entry says that the guide asks it."""
    text = "## Why?\nyes\n## Who?\nTo be completed.\n## Where?\nhere\n"
    assert labels(text) == ["q1", "q2", "q3"]
    assert parse(text, name="g").entries[1].answer == ""
    assert diagnostics_in(text) == [(3, "warning", "A question without an answer: 'Who?'")]


def test_list_of_questions_is_a_guide():
    """Where most questions have no answer, all of them are entries."""
    guide = parse("- Why is it?\n- Who is it?\n- Where?\n  Here.\n", name="g")
    assert [(e.question, e.answer) for e in guide.entries] == [
        ("Why is it?", ""),
        ("Who is it?", ""),
        ("Where?", "Here."),
    ]
    assert [(r.level, r.message[:20]) for r in guide.diagnostics] == [
        ("info", "A list of questions:")
    ]


def test_same_number_twice_stays_both_times_with_a_warning():
    """People type labels; the second gets one of its own."""
    text = "## Q7. Why?\nyes\n## Q07. Who?\nme\n## Q8. Where?\nhere\n"
    assert labels(text) == ["q7", "q7-2", "q8"]
    assert diagnostics_in(text) == [(3, "warning", "Lines 1 and 3 are both Q7.")]


def test_numbers_that_restart_become_places():
    """ "1." in each section says nothing about the guide."""
    assert labels("# A\n## 1. Why?\nyes\n# B\n## 1. Who?\nme\n") == ["q1", "q2"]
    assert labels("# A\n## 3. Why?\nyes\n# B\n## 5. Who?\nme\n") == ["q3", "q5"]


def test_gap_in_numbers_is_remarked():
    """A question that was not seen shows as a missing number."""
    text = "## Q1. Why?\nyes\n## Q3. Who?\nme\n"
    assert diagnostics_in(text) == [
        (3, "warning", "Number 3 follows number 1: is a question not seen?")
    ]


def test_each_section_may_have_a_style_of_its_own():
    """What the first style does not cover is looked at again."""
    text = "## Q1. Why?\nyes\n# More\n### 1. Who?\nme\n### 2. Where?\nhere\n"
    assert [(e.question, e.answer) for e in parse(text, name="g").entries] == [
        ("Why?", "yes"),
        ("Who?", "me"),
        ("Where?", "here"),
    ]


def test_questions_that_are_no_entries_are_remarked():
    """A list without answers beside questions with answers is left out, but not in silence."""
    text = "## Q1. Why?\nyes\n# Ask them\n- Who are you?\n- Where is it?\n"
    assert labels(text) == ["q1"]
    (diagnostic,) = diagnostics_in(text)
    assert diagnostic[:2] == (3, "warning")
    assert "2 lines there look like questions, such as line 4: '- Who are you?'" in diagnostic[2]


def test_id_is_of_guide_and_question_only():
    """It survives an edited answer, another place, other spaces and marks."""
    (a,) = parse("## Q1. What is k?\nx\n", name="g").entries
    (b,) = parse("intro\n\n### Q9. **What  is** `K`?\n\nother\n", name="g").entries
    (c,) = parse("## Q1. What is k?\nx\n", name="h").entries
    assert a.id == b.id
    assert a.id != c.id
    assert len(a.id) == 12


def test_same_question_twice_gets_two_ids_and_a_remark():
    """The first keeps the id it has alone."""
    alone = parse("## Why?\na\n", name="g").entries
    both = parse("## Why?\na\n## Why?\nb\n", name="g").entries
    assert both[0].id == alone[0].id
    assert both[0].id != both[1].id
    assert diagnostics_in("## Why?\na\n## Why?\nb\n") == [
        (1, "info", "Asked again in line 3: 'Why?'")
    ]


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_empty_guide_is_an_error(text):
    """The remedy shows what a question looks like."""
    with pytest.raises(GuideError, match="is empty") as caught:
        parse(text, name="g")
    assert "### Q1. What is overfitting?" in caught.value.remedy


@pytest.mark.parametrize("text", ["Hello.\n", "# Notes\n\n- milk\n- eggs\n", "```\n## Q1. A?\n```"])
def test_guide_without_questions_is_an_error(text):
    """The remedy shows what questions look like, and names what shows how lines are read."""
    with pytest.raises(NoQuestions, match="No questions found in g") as caught:
        parse(text, name="g")
    for part in ("### Q1. What is overfitting?", "'RAID::Many disks'", "`ragprep lint FILE`"):
        assert part in caught.value.remedy


def test_a_heading_of_the_first_level_after_others_is_a_section():
    """Before them it is the title of the guide, which is no section."""
    text = "## What is a lock?\nIt waits.\n\n# More\n\n## What is a latch?\nShort.\n"
    assert [entry.section for entry in parse(text, name="g").entries] == [(), ("More",)]
    text = "# Locks\n\n## What is a lock?\nIt waits.\n\n## What is a latch?\nShort.\n"
    assert [entry.section for entry in parse(text, name="g").entries] == [(), ()]


QUESTION = st.text("abcXYZ é*_`[]<>&#", min_size=1).map(lambda s: f"What {s}?".replace("  ", " "))
ANSWER = st.text("abc 1.*_-`>\n", max_size=40)


@given(st.lists(st.tuples(QUESTION, ANSWER), min_size=1, max_size=6))
def test_lines_of_an_entry_hold_its_question_and_end_with_its_answer(pairs):
    """Cut the lines out of the guide: question first, the answer is what they end with."""
    text = "".join(f"## Q{i}. {q}\n\n**A:** {a}\n\n" for i, (q, a) in enumerate(pairs, 1))
    lines = text.split("\n")
    for entry in parse(text, name="g").entries:
        first, last = entry.lines
        assert lines[first - 1].startswith(f"## Q{entry.label[1:]}. What")
        assert "\n".join(lines[first - 1 : last]).rstrip().endswith(entry.answer)
        assert last - entry.answer.count("\n") >= first


@given(st.text("#Qq1.?* -`~<>\n\tA:|[]()_é", max_size=300))
def test_any_text_gives_a_guide_or_a_guide_error(text):
    """No crash; ids and labels are unique, lines in order."""
    try:
        entries = parse(text, name="g").entries
    except GuideError:
        return
    assert len({e.id for e in entries}) == len({e.label for e in entries}) == len(entries) > 0
    starts = [e.lines[0] for e in entries]
    assert starts == sorted(set(starts))
    assert all(1 <= a <= b <= text.count("\n") + 1 for a, b in (e.lines for e in entries))


def test_a_heading_without_a_title_is_no_entry():
    """Even when what stands below it asks."""
    assert "" not in _questions("# \n\nWhat is a lock? It waits.")


def _questions(text: str) -> list[str]:
    try:
        return [entry.question for entry in parse(text, name="g").entries]
    except NoQuestions:
        return []


def test_remarks_name_the_lines_of_the_file_where_a_reader_changed_them():
    """The reader makes two lines of Markdown of the second one; the last is line 3 all the same."""
    document = Document(size=3, markdown=("## Why?", "so", "# End", "bye"), source=(1, 2, 3, 3))
    guide = guide_of(document, name="g")
    assert [(r.line, r.message) for r in guide.diagnostics] == [
        (3, "Line 3 is in no entry: '# End'")
    ]


@pytest.mark.parametrize(
    ("below", "answer"),
    [
        ("        mount /mnt\n", "        mount /mnt"),
        ("\n    mount /mnt\n", "    mount /mnt"),
        ("\n\tmount /mnt\n\n", "\tmount /mnt"),
        ("   It waits.\n", "It waits."),
    ],
)
def test_an_answer_of_one_line_of_indented_code_keeps_its_indentation(below, answer):
    """Four columns below a heading or a blank line are code; three are none."""
    [entry] = parse(f"## What is mounted?\n{below}", name="g").entries
    assert entry.answer == answer


@pytest.mark.parametrize(
    ("below", "answers"),
    [
        ("", ["", ""]),
        ("\n## Rest\n", ["", ""]),
        ("\nIt blocks.\n", ["How do locks fail?\n\nIt blocks."]),
    ],
)
def test_lines_that_are_questions_are_entries_unless_an_answer_follows(below, answers):
    """None is taken for the answer of the line above it; over an answer they are one entry."""
    guide = parse(f"what is a mutex?\nHow do locks fail?\n{below}", name="g")
    assert [entry.answer for entry in guide.entries] == answers


def test_parsing_pauses_the_collector_of_cycles_and_restores_it():
    """Also where there is nothing to read; and it is not switched on where it was off."""
    for switch, enabled in ((gc.enable, True), (gc.disable, False)):
        switch()
        try:
            parse("## Q1. What is a lock?\nIt waits.\n", name="g")
            with pytest.raises(NoQuestions):
                parse("```\nx\n```\n", name="g")
            assert gc.isenabled() is enabled
        finally:
            gc.enable()
