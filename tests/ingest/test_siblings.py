"""Headings and bold lines that ask nothing, beside those that ask: which are entries."""

from __future__ import annotations

import pytest

from ragprep.ingest.formats import read_text
from ragprep.ingest.markdown import guide_of, parse

LOCK = "## What is a lock?\nIt waits.\n"
BOLD = "**What is a lock?**\n\nIt waits.\n\n"

ENTRIES = {
    "a topic after the questions": (LOCK + "## Queues\nA row.\n", ["What is a lock?", "Queues"]),
    "a topic before the questions": ("## Queues\nA row.\n" + LOCK, ["Queues", "What is a lock?"]),
    "a comparison": (LOCK + "## SQL vs NoSQL\nTables.\n", ["What is a lock?", "SQL vs NoSQL"]),
    "a name with colons": (
        LOCK + "## std::vector vs std::list\nArrays.\n",
        ["What is a lock?", "std::vector vs std::list"],
    ),
    "German tasks": (
        "## Was ist ein Lock?\nEr wartet.\n## Erkläre Vererbung\nSie erbt.\n"
        "## Nenne drei Muster\nEins.\n",
        ["Was ist ein Lock?", "Erkläre Vererbung", "Nenne drei Muster"],
    ),
    "German tasks before the only question": (
        "# Notizen\n## Wie funktioniert GC\nSie räumt auf.\n## Was ist ein Lock?\nEr wartet.\n",
        ["Wie funktioniert GC", "Was ist ein Lock?"],
    ),
    "French and Spanish tasks": (
        "## Qu'est-ce qu'un verrou ?\nIl attend.\n## Explique l'héritage\nOn hérite.\n"
        "## Explica la herencia\nSe hereda.\n",
        ["Qu'est-ce qu'un verrou ?", "Explique l'héritage", "Explica la herencia"],
    ),
    "Chinese tasks": (
        "## 什么是锁？\n它等待。\n## 解释继承\n子类。\n",
        ["什么是锁？", "解释继承"],
    ),
    "numbers as emoji": (
        "### 1️⃣ What is a lock?\nIt waits.\n### 2️⃣ Erkläre Queues\nA row.\n"
        "### 1️⃣0️⃣ SQL vs NoSQL\nTables.\n",
        ["What is a lock?", "Erkläre Queues", "SQL vs NoSQL"],
    ),
    "numbers in circles": (
        "### ① What is a lock?\nIt waits.\n### ② Queues\nA row.\n",
        ["What is a lock?", "Queues"],
    ),
    "items each with text of its own": (
        "- What is a CDN?\n  Edge caches.\n- Sharding\n  By key.\n- Quorum\n  A majority.\n",
        ["What is a CDN?", "Sharding", "Quorum"],
    ),
    "a bold line between bold questions": (
        BOLD + "**TTL**\n\nA time.\n\n**What is a latch?**\n\nIt is short.\n",
        ["What is a lock?", "TTL", "What is a latch?"],
    ),
    "a bold line after the only bold question": (
        "# Locks\n" + BOLD + "**Latch**\nIt is short.\n",
        ["What is a lock?", "Latch"],
    ),
    "a section of bold lines with a plain question": (
        "## Locks\n" + BOLD + "**What is a latch?**\n\nShort.\n\n## Stores\n**Sharding**\n"
        "By key.\n**CAP theorem**\nTwo of three.\n\nWhat is an index?\nA tree.\n",
        ["What is a lock?", "What is a latch?", "Sharding", "CAP theorem", "What is an index?"],
    ),
}

NONE = {
    "what opens and closes a guide": (
        "## Introduction\nRead on.\n"
        + LOCK
        + "## Resources\nA book.\n## License\nMIT\n## Contributing\nDo.\n"
        "## Table of contents\nOne\n"
    ),
    "a list of links": LOCK + "## Elsewhere\n- [A](https://a.org)\n- [B](https://b.org)\n",
    "a section below what closes a guide": (
        "# Locks\n" + LOCK + "# Resources\n## Books for weekends\nThe big one.\n"
    ),
    "the title of the guide": "# Interview notes\nMine.\n# What is a lock?\nIt waits.\n",
    "a part of the answer": LOCK + "## Example\nAt the door.\n",
    "items of which only the question has text": (
        "- What is a lock?\n  It waits.\n- fast\n- fair\n- old\n"
    ),
    "a deeper heading": LOCK + "### Spinning\nBusy.\n",
    "labels within an answer": BOLD + "**Benefits:**\n\nMany.\n\n**Example**\n\nAt the door.\n",
    "more bold lines than questions": BOLD + "**Cheap**\n\nYes.\n\n**Fair**\n\nNo.\n",
}


def questions(text: str) -> list[str]:
    return [entry.question for entry in parse(text, name="g").entries]


@pytest.mark.parametrize(("text", "expected"), ENTRIES.values(), ids=ENTRIES)
def test_siblings_of_questions_are_entries(text: str, expected: list[str]):
    """Headings of one level and bold lines of one section go together, in any language."""
    assert questions(text) == expected


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_no_sibling_of_a_question_is_no_entry(text: str):
    """Only "What is a lock?" is asked."""
    assert questions(text) == ["What is a lock?"]


def test_a_section_of_questions_is_no_entry_beside_a_question():
    """The bold questions are entries, the heading above them is their section."""
    text = (
        LOCK + "## Queues\nAll about rows.\n\n**What is a row?**\n\nA line.\n\n"
        "**And a pile?**\n\nNo.\n"
    )
    assert questions(text) == ["What is a lock?", "What is a row?", "And a pile?"]


TABLE = "<table><tr><th>Question</th><th>Answer</th></tr><tr><td>What is x?</td><td>y</td></tr>"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (f"{TABLE}</table>", "What is x?"),
        ("<dl><dt>What is a mesh?</dt><dd>Sidecars.</dd></dl>", "What is a mesh?"),
        ("<details><summary>What is a probe?</summary>It asks.</details>", "What is a probe?"),
    ],
)
def test_a_table_or_definition_hides_no_headings(more: str, expected: str):
    """The two headings of a page are entries, and what its table asks."""
    page = f"<h1>K</h1><h2>What is a pod?</h2><p>Small.</p>\n<h2>Pod vs node</h2><p>Size.</p>{more}"
    entries = guide_of(read_text(page, "k.html"), name="k").entries
    assert [e.question for e in entries][:2] == ["What is a pod?", "Pod vs node"]
    assert [e.answer for e in entries][:2] == ["Small.", "Size."]
    assert [e.question for e in entries][2:] == [expected]
