"""The account of a guide: every line counts as one thing, and nothing raises, whatever it is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.errors import GuideError
from ragprep.ingest.corpus import shipped_guides
from ragprep.ingest.markdown import parse
from ragprep.types.guide import Guide, Role
from tests.ingest.test_styles import KINDS

NOTES = """\
---
title: Locks
---
# Locks

Read this first.

## Basics
### Q1. What is a lock?
It waits.

[up](#top)

### Q2. What is a latch?
<!-- short -->

## Links
- [What is a lock?](#q1)
"""


def counts(guide: Guide, size: int) -> None:
    """Assert that the spans are the file, in order and without a gap."""
    ends = [0, *(span.last for span in guide.account)]
    assert [span.first for span in guide.account] == [end + 1 for end in ends[:-1]]
    assert ends[-1] == size
    entries = {span.reason: span for span in guide.account if span.role is Role.ENTRY}
    assert len(entries) == len(guide.entries)
    for entry in guide.entries:
        assert (entries[entry.label].first, entries[entry.label].last) == entry.lines


def test_every_line_counts_as_one_thing():
    """Settings, links and comments are metadata; what is left out says so."""
    guide = parse(NOTES, name="g")
    assert [
        (s.first, s.last, s.role.value, s.reason) for s in guide.account if s.role != "blank"
    ] == [
        (1, 3, "metadata", "settings and properties"),
        (4, 4, "section", "Locks"),
        (6, 6, "left out", "in no entry"),
        (8, 8, "section", "Basics"),
        (9, 10, "entry", "q1"),
        (12, 12, "metadata", "links within the page, badges"),
        (14, 14, "entry", "q2"),
        (15, 15, "metadata", "comment"),
        (17, 17, "left out", "in no entry"),
        (18, 18, "metadata", "links within the page, badges"),
    ]


@pytest.mark.parametrize("text", [text for text, _ in KINDS.values()], ids=KINDS)
def test_notes_of_every_kind_are_accounted_for(text: str):
    """The sum of the parts is the file."""
    counts(parse(text, name="g"), text.count("\n") + 1)


PIECES = (
    *("# ", "## ", "### Q1. ", "1. ", "2) ", "- ", "  - ", "\t", "> ", "> [!question]- ", "| "),
    *(
        "|---|",
        "```",
        "~~~",
        "<details>",
        "<summary>",
        "</summary>",
        "</details>",
        "<table>",
        "<tr>",
    ),
    *(
        "<td>",
        "</table>",
        "<!--",
        "-->",
        "**",
        "__",
        "?",
        "??",
        "::",
        ":::",
        "key:: v",
        "#card",
        "---",
    ),
    *(
        "===",
        "Q: ",
        "A: ",
        "[a](#b)",
        "![x](y)",
        "$$",
        ":::{dropdown} ",
        '??? question "x"',
        "\xa0",
    ),
    *(
        "什么？",
        "é",
        "́",
        "\u200f",
        "What is it",
        "Because",
        " ",
        "\n",
        "\n\n",
        "<h2>",
        "</h2>",
        "</",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_accounted_for(text: str):
    """Of whatever signs it is put together."""
    try:
        guide = parse(text, name="g")
    except GuideError:
        return
    counts(guide, text.count("\n") + 1)


@given(st.text(max_size=200))
def test_any_characters_are_accounted_for(text: str):
    """Of any script and sign, below a question."""
    counts(parse(f"## Why?\n{text}", name="g"), text.count("\n") + 2)


@pytest.mark.parametrize("seed", range(20))
def test_a_mutated_guide_is_accounted_for(seed: int):
    """Lines of the shipped guide cut, doubled, swapped and joined with signs."""
    rng = random.Random(seed)
    lines = shipped_guides()[0].read_text(encoding="utf-8").split("\n")
    start = rng.randrange(len(lines) - 200)
    lines = lines[start : start + 200]
    for _ in range(40):
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        match rng.randrange(5):
            case 0:
                lines[i] = rng.choice(PIECES).strip("\n") + lines[i]
            case 1:
                lines[i], lines[j] = lines[j], lines[i]
            case 2:
                lines[i] = lines[i][: rng.randrange(len(lines[i]) + 1)]
            case 3:
                lines.insert(i, rng.choice(PIECES).strip("\n"))
            case _:
                lines[i] += lines[j]
    text = "\n".join(lines)
    try:
        guide = parse(text, name="g")
    except GuideError:
        return
    counts(guide, text.count("\n") + 1)


@pytest.mark.parametrize(
    "text",
    [
        "- why?::so\n- who?::me\n",
        "## What of\nthese?::so\n",
        "<details><summary>Why?</summary>so</details> <summary>Who?</summary>\nme\n</details>\n",
        "1. What of these\n**is it?**\nyes\n",
    ],
)
def test_what_may_begin_twice_in_a_line_begins_once(text: str):
    """A card in a list item, a summary behind another one's end."""
    counts(parse(text, name="g"), text.count("\n") + 1)


def test_the_head_of_a_table_and_the_item_above_questions_are_not_left_out() -> None:
    """They say how to read the rows, and what the section is called."""
    table = parse("| Question | Answer |\n|---|---|\n| Why? | So |\n| How? | Thus |\n", name="g")
    assert [(s.last, s.role) for s in table.account[:1]] == [(2, Role.METADATA)]
    listed = parse("1. Locks\n    1. What is a lock?\n2. Files\n    1. What is a file?\n", name="g")
    assert [s.role for s in listed.account[:4]] == [Role.SECTION, Role.ENTRY] * 2
    assert not [r for r in (*table.diagnostics, *listed.diagnostics) if "in no entry" in r.message]
