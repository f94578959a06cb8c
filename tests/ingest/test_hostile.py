"""Hostile input: nothing crashes and nothing takes more than its share of time."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from processor import in_proportion

from ragprep.errors import GuideError
from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.markdown import parse
from ragprep.ingest.repair import decode, repair
from ragprep.ingest.views import views

SIZE = 1_000_000
MANY = SIZE // 4  # where each line becomes an entry
HEAD = "### Q1. x\n"
HOSTILE = {
    "one line": "a" * SIZE,
    "one heading": "### Q1. " + "why? " * (SIZE // 5),
    "brackets in a heading": "### Q1. " + "[" * SIZE,
    "stars in a heading": "### Q1. " + "*a " * (SIZE // 3),
    "ticks in a heading": "### Q1. " + "".join("`" * k + " " for k in range(1, 1400)),
    "tags in a heading": "### Q1. " + "<a " * (SIZE // 3),
    "numbers in a heading": "### " + "1." * (SIZE // 2) + " x?\nyes",
    "brackets": HEAD + "[" * SIZE,
    "pictures": HEAD + "![a](" * (SIZE // 5),
    "quotes": HEAD + ">" * SIZE,
    "nested list": HEAD + "".join(" " * (2 * k) + "- a\n" for k in range(1000)),
    "fences": HEAD + "a\n" + "```\n" * (SIZE // 4),
    "open fences": HEAD + "a\n" + "```py\n" * (SIZE // 6),
    "shorter and shorter fences": HEAD + "".join("`" * k + "py\n" for k in range(1400, 3, -1)),
    "comments": HEAD + "a\n" + "<!-- \n" * (SIZE // 6),
    "summaries": "<summary>\n" * (SIZE // 10) + HEAD + "a",
    "details": HEAD + "<details>\n" * (SIZE // 10),
    "bold": "**what is?\n" * (MANY // 11),
    "folds below headings": "## a\n<details><summary>why?</summary>so</details>\n" * (MANY // 48),
    "folds that ask nothing": "## a\n<details><summary>b</summary>c</details>\n" * (MANY // 46),
    "items": "- what is?\n" * (MANY // 11),
    "dashes": HEAD + "- " * (SIZE // 2) + "x",
    "spaces": HEAD + " " * SIZE + "y\n",
    "blank lines": HEAD + "\n" * SIZE + "y",
    "headings": "# a\n" * (MANY // 4) + "## Why?\nyes",
    "gaps": "## Why?\nyes\n# x\nfoo\n" * (MANY // 20),
    "quoted questions": "# Q\n> why?\n\n## A\nb\n" * (MANY // 40),
    "numbered items": "1. what?\n" * (MANY // 18),
    "lists below headings": "# x\n- why?\n  so\n" * (MANY // 34),
    "callouts": "> [!faq] why?\n> so\n" * (MANY // 40),
    "cards": "why?::so\n" * (MANY // 18),
    "rows": "| why? | so |\n|---|---|\n" * (MANY // 22),
    "topics": "## a\nb\n### c\nd\n" * (MANY // 32),
    "spaces within a line": "a" + " " * SIZE + "b",
    "spaces within a question": "Q: What" + " " * SIZE + "x?\nA: b\n",
    "spaces within an item": "- What" + " " * SIZE + "x? b\n- Why? so\n",
    "spaces within a heading": "### <a>" + " " * SIZE + "x?#\nb\n",
    "questions with answers": "What? so\n" * (MANY // 18),
    "badges": "![a](" + "badge" * (SIZE // 5),
    "dollars": HEAD + "$a " * (SIZE // 3),
    "controls": HEAD + "a" * SIZE + "\x1b\x07\x7f",
    "mojibake": HEAD + "‚Ä" * (SIZE // 2),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_megabyte_takes_time_in_proportion(text):
    """Quadratic time would take minutes."""
    with in_proportion():
        try:
            sound, _ = repair(decode(text.encode(), source="x")[0])
            entries = parse(sound, name="g").entries
        except GuideError:
            entries = ()
        for entry in entries[:20]:
            views(entry)


def test_10000_entries_take_time_in_proportion():
    """About 0.4 s on a quiet machine, where markdown-it takes 2.4 s for the blocks alone."""
    template = (
        "### Q{}. What is overfitting?\n\n**A:** Noise:\n" + "- **Cause**: too small\n" * 6 + "\n"
    )
    text = "".join(template.format(n) for n in range(10_000))
    with in_proportion():
        entries = parse(text, name="g").entries
    assert len(entries) == 10_000


def test_reading_a_guide_takes_less_than_ten_times_its_size(tmp_path: Path) -> None:
    """A megabyte of the shipped guide, thirty copies of it, is read within ten."""
    text = shipped_guides()[0].read_bytes() * 30
    guide = tmp_path / "guide.md"
    guide.write_bytes(text)
    read_guide(guide)  # modules, tables of regular expressions
    tracemalloc.start()
    try:
        read_guide(guide)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(text)
