"""How guides write their questions: each common format is read without being told which."""

from __future__ import annotations

import pytest

from ragprep.ingest.markdown import parse

FORMATS = {
    "numbered headings of any level": "###### 1. Why?\nyes\n###### 2. Who?\nme\n",
    "dotted numbers": "## 1.1 Why?\nyes\n## 1.2 Who?\nme\n",
    "numbers that do not ask": "## 1. Why?\nyes\n## 2. Who\nme\n",
    "Question n.": "## Question 1. Why?\nyes\n## Question 2 . Who?\nme\n",
    "Q in words behind an emoji": "## ❓ Q1: Why?\nyes\n## ❓ Q2: Who?\nme\n",
    "headings without numbers": "#### Why?\nyes\n#### Who?\nme\n",
    "a topic among questions": "## Why?\nyes\n## Who\nme\n## Where?\nhere\n",
    "bold lines": "**Why? 👶**\n\nyes\n\n<br/>\n\n**Who? ⭐️**\n\nme\n",
    "bold numbers": "**1)** Why.\n\nyes\n\n**2) Who**. \n\nme\n",
    "bold with the answer behind": "**Q1: Why?** yes\n\n**Q2: Who?** me\n",
    "bold and underlined": "__Why?__\nyes\n\n__Who?__\nme\n",
    "summaries": "<details>\n<summary><b>Why?</b></summary><br>\n\nyes\n\n</details>\n"
    "<details>\n<summary><b>Who?</b></summary>\nme\n</details>\n",
    "summaries over lines": "<details>\n<summary>\n  Why?\n</summary>\nyes\n</details>\n"
    "<details>\n<summary>\n  Who?\n</summary>\nme\n</details>\n",
    "folded answers": "## Why?\n<details><summary>Answer</summary>\n\nyes\n</details>\n"
    "## Who?\n<details><summary>Answer</summary>\n\nme\n</details>\n",
    "plain lines": "Q: Why?\nA: yes\n\nQ: Who?\nA: me\n",
    "numbered plain lines": "Q1. Why?\nAnswer: yes\nQ2. Who?\nAnswer: me\n",
    "items": "- Why?\n  yes\n- Who?\n  me\n",
    "numbered items": "1. **Why?**\n   yes\n2. **Who?**\n   me\n",
    "items with the answer behind": "- **Why?** yes\n- **Who?** me\n",
    "a table of contents": "- [Why?](#why)\n- [Who?](#who)\n\n## Why?\nyes\n## Who?\nme\n",
    "answer headings": "## Why?\n### Answer\nyes\n## Who?\n### Answer\nme\n",
    "numbered answers": "**Q1. Why?**\n\n**A1.** yes\n\n**Q2. Who?**\n\n**A2.** me\n",
    "bullets in answers": "## Why?\nyes\n## Who?\nme\n",
}


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_format_is_read(text):
    """Every format says the same two things."""
    entries = parse(text, name="g").entries
    assert [(e.label, e.question.rstrip("?. "), e.answer) for e in entries][:2] == [
        ("q1", "Why", "yes") if "1.1" not in text else ("q1.1", "Why", "yes"),
        ("q2", "Who", "me") if "1.2" not in text else ("q1.2", "Who", "me"),
    ]


def test_questions_inside_answers_are_no_entries():
    """Bullets, sub-headings and bold lines that ask belong to the answer."""
    text = "## Why?\n- What if?\n- What else?\n### Method 1?\n**When?**\n## Who?\nme\n"
    first, second = parse(text, name="g").entries
    assert first.answer == "- What if?\n- What else?\n### Method 1?\n**When?**"
    assert second.answer == "me"


def test_headings_in_a_folded_answer_do_not_end_it():
    """Even when they are higher than the question."""
    text = (
        "###### 1. Why?\n<details><summary>Answer</summary>\n\n#### Answer: D\n\nyes\n</details>\n"
    )
    (entry,) = parse(text, name="g").entries
    assert (entry.section, entry.answer) == ((), "#### Answer: D\n\nyes")


def test_front_and_back_matter_are_no_questions():
    """Headings before the first and after the last that asks are left out."""
    text = "## Foreword\nhello\n## Why?\nyes\n## Who?\nme\n## References\nthere\n"
    assert [e.question for e in parse(text, name="g").entries] == ["Why?", "Who?"]


def test_follow_up_questions_below_a_bullet_are_no_answer():
    """They stay in the entry's lines."""
    text = "* Explain this.\n  * Can you give an example?\n* Describe that.\n"
    first, second = parse(text, name="g").entries
    assert (first.answer, first.lines) == ("", (1, 2))
    assert second.lines == (3, 3)


def test_emoji_and_marks_around_a_question_are_dropped_inside_they_stay():
    """Operators, names and code are no marks."""
    text = "## 🚀 **What** is 2**3, `a*b`, __init__ and [REST](http://x)? ⭐️ ***\nyes\n"
    (entry,) = parse(text, name="g").entries
    assert entry.question == "What is 2**3, a*b, __init__ and REST?"
