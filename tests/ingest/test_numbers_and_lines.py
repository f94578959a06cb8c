"""How people number questions, answer them on the same line, and list terms."""

from __future__ import annotations

import pytest

from ragprep.ingest.markdown import parse

PIPE = ("What is a pipe?", "A channel.")
SIGNAL = ("What is a signal?", "A notice.")

NUMBERS = {
    "keycaps": "### 1️⃣ What is a pipe?\nA channel.\n### 2️⃣ What is a signal?\nA notice.\n",
    "number signs": "### #1 What is a pipe?\nA channel.\n### #2 What is a signal?\nA notice.\n",
    "brackets": "[1] What is a pipe?\nA channel.\n\n[2] What is a signal?\nA notice.\n",
    "in links": (
        "## [1. What is a pipe?](https://a.example/1)\nA channel.\n"
        "## [2. What is a signal?](https://a.example/2)\nA notice.\n"
    ),
    "behind anchors": (
        '### <a name="q1"></a>1. What is a pipe?\nA channel.\n'
        '### <a id="q2">2. What is a signal?</a>\nA notice.\n'
    ),
    "no-break spaces": (
        "##\xa01.\xa0What is a pipe?\nA channel.\n\n##\xa02.\xa0What is a signal?\nA notice.\n"
    ),
    "chapters": (
        "1. Files\n   1.1. What is a pipe?\n        A channel.\n"
        "2. Processes\n   2.1. What is a signal?\n        A notice.\n"
    ),
    "on a line above": "Q1\nWhat is a pipe?\nA channel.\n\nQ2\nWhat is a signal?\nA notice.\n",
    "in bold above": (
        "**Question 1:**\n\nWhat is a pipe?\n\nA channel.\n\n"
        "**Question 2:**\n\nWhat is a signal?\n\nA notice.\n"
    ),
    "behind a wiki link": (
        "- [[Question]]: What is a pipe?\n    A channel.\n"
        "- [[Question]]: What is a signal?\n    A notice.\n"
    ),
    "headings in summaries": (
        "<details>\n<summary><h3>1. What is a pipe?</h3></summary>\n\nA channel.\n\n</details>\n"
        "<details>\n<summary><h3>2. What is a signal?</h3></summary>\n\nA notice.\n\n</details>\n"
    ),
    "italics": "*What is a pipe?*\n\nA channel.\n\n*What is a signal?*\n\nA notice.\n",
}

ON_ONE_LINE = {
    "items": "- What is a pipe? A channel.\n- What is a signal? A notice.\n",
    "numbers and dashes": "1. What is a pipe? - A channel.\n2. What is a signal? – A notice.\n",
    "arrows": "- What is a pipe? → A channel.\n- What is a signal? -> A notice.\n",
    "lines": "# Quick\n\nWhat is a pipe? A channel.\nWhat is a signal? A notice.\n",
    "bold": "- **What is a pipe?** — A channel.\n- **What is a signal?** - A notice.\n",
}


@pytest.mark.parametrize("text", NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_seen_whatever_they_stand_in(text: str):
    """The number is no part of the question."""
    assert [(e.question, e.answer) for e in parse(text, name="g").entries] == [PIPE, SIGNAL]


@pytest.mark.parametrize("text", ON_ONE_LINE.values(), ids=ON_ONE_LINE)
def test_an_answer_may_follow_on_the_line_of_its_question(text: str):
    """A dash or an arrow between them is in neither."""
    assert [(e.question, e.answer) for e in parse(text, name="g").entries] == [PIPE, SIGNAL]


def test_an_answer_behind_a_full_width_question_mark_needs_no_space():
    """Chinese puts none there."""
    entries = parse("- 什么是管道？通道。\n- 什么是信号？通知。\n", name="g").entries
    assert [(e.question, e.answer) for e in entries] == [
        ("什么是管道？", "通道。"),
        ("什么是信号？", "通知。"),
    ]


@pytest.mark.parametrize("tail", ["(hard)", "Explain.", "Why is that so?", "Describe one."])
def test_what_asks_further_or_remarks_is_no_answer(tail: str):
    """A second question, a task and a remark stay in the question."""
    text = f"- What is a pipe? {tail}\n- What is a signal? {tail}\n"
    first, _ = parse(text, name="g").entries
    assert (first.question, first.answer) == (f"What is a pipe? {tail}", "")


def test_one_sentence_behind_one_question_of_a_list_is_no_answer():
    """Most of the list must be so."""
    text = "- What is a pipe? Two hints help.\n- What is a signal?\n- What is a file?\n"
    assert [e.answer for e in parse(text, name="g").entries] == ["", "", ""]


def test_a_sibling_in_bold_that_does_not_ask_has_its_answer_beside_it():
    """As the others of its list."""
    text = "- **What is a pipe?** — A channel.\n- **Why?** — So.\n- **Files** — Bytes.\n"
    *_, last = parse(text, name="g").entries
    assert (last.question, last.answer) == ("Files", "Bytes.")


GLOSSARY = [("Mutex", "A lock."), ("Latch", "A gate."), ("Spinlock", "It burns cycles.")]
GLOSSARIES = {
    "colons behind": "# Terms\n\n" + "".join(f"- **{t}**: {m}\n" for t, m in GLOSSARY),
    "colons inside": "# Terms\n\n" + "".join(f"* **{t}:** {m}\n" for t, m in GLOSSARY),
    "dashes": "# Terms\n\n" + "".join(f"**{t}** — {m}\n\n" for t, m in GLOSSARY),
    "without a title": "".join(f"- __{t}__ - {m}\n" for t, m in GLOSSARY),
    "by letters": (
        "# Terms\n\n## L\n- **Mutex**: A lock.\n- **Latch**: A gate.\n\n"
        "## S\n- **Spinlock**: It burns cycles.\n"
    ),
}


@pytest.mark.parametrize("text", GLOSSARIES.values(), ids=GLOSSARIES)
def test_the_terms_of_a_glossary_are_entries(text: str):
    """Bold words with their meaning beside them, and nothing else in any section."""
    assert [(e.question, e.answer) for e in parse(text, name="g").entries] == GLOSSARY


def test_bold_words_within_topics_are_no_entries():
    """Nor those that come again in each section."""
    topics = "## RAID\nMany disks.\n\n- **0**: striped\n- **1**: mirrored\n\n## LVM\nVolumes.\n"
    assert [e.question for e in parse(topics, name="g").entries] == ["RAID", "LVM"]
    pros = "".join(f"## {n}\n- **Pros:** fast\n- **Cons:** dear\n\n" for n in ("RAM", "SSD"))
    assert [e.question for e in parse(pros, name="g").entries] == ["RAM", "SSD"]


def test_a_word_with_a_hyphen_does_not_ask():
    """ "Write" tells what to do, "write-back" is a name."""
    text = "## Caching\nNear.\n\n### Write-back\nLater.\n\n## Queues\nIn turn.\n"
    assert [e.question for e in parse(text, name="g").entries] == ["Caching", "Queues"]


def test_the_only_question_below_a_section_is_an_entry_beside_another_style():
    """A heading with a question mark and an answer; a preface that asks is none."""
    cards = (
        "## Networks\n\nQ: What is a pipe?\nA: A channel.\n\nQ: What is a signal?\nA: A notice.\n"
    )
    asked = ["What is a pipe?", "What is a signal?"]
    heap = f"# Prep\n\n## Trees\n\n### What is a heap?\nA tree.\n\n{cards}"
    assert [e.question for e in parse(heap, name="g").entries] == ["What is a heap?", *asked]
    preface = f"# Prep\n\n## Want more?\nBuy the book.\n\n{cards}"
    assert [e.question for e in parse(preface, name="g").entries] == asked


TURNS = {
    "on one line": "Q: What is a pipe? A: A channel.\nQ: What is a signal? A: A notice.\n",
    "que and ans": (
        "Que 1. What is a pipe?\nAns. A channel.\n\nQue 2. What is a signal?\nAns. A notice.\n"
    ),
    "roles in bold": (
        "**Interviewer:** What is a pipe?\n\n**Candidate:** A channel.\n\n"
        "**Interviewer:** What is a signal?\n\n**Candidate:** A notice.\n"
    ),
    "roles with the colon outside": (
        "**Ask**: What is a pipe?\n**Tell**: A channel.\n\n"
        "**Ask**: What is a signal?\n**Tell**: A notice.\n"
    ),
}


@pytest.mark.parametrize("text", TURNS.values(), ids=TURNS)
def test_what_asks_and_tells_in_turn_is_read_whatever_it_is_called(text: str):
    """The labels are in neither the question nor the answer."""
    assert [(e.question, e.answer) for e in parse(text, name="g").entries] == [PIPE, SIGNAL]


def test_parts_of_answers_in_bold_are_no_turns():
    """They do not ask."""
    part = "**Situation:** It broke.\n\n**Action:** I fixed it.\n\n"
    text = f"## Tell me of a failure\n\n{part}## Describe a conflict\n\n{part}"
    assert len(parse(text, name="g").entries) == 2


def test_a_list_of_links_at_the_end_is_no_topic():
    """Also in German."""
    topics = "## Prozess\nEin Programm.\n\n## Faden\nEin Ablauf.\n\n"
    text = f"{topics}## Quellen\n- [Buch](https://b.example)\n"
    assert [e.question for e in parse(text, name="g").entries] == ["Prozess", "Faden"]
