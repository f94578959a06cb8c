"""The statements inside an answer, and the answer as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.markdown import parse
from ragprep.ingest.points import key_points, plain_text
from ragprep.types.guide import Entry


def points(answer: str) -> list[str]:
    return [point.text for point in key_points(entry_with(answer))]


def headed(answer: str) -> list[tuple[str, str]]:
    return [(point.heading, point.text) for point in key_points(entry_with(answer))]


def entry_with(answer: str) -> Entry:
    return Entry("i", "q1", "Why?", answer, (), "g", (1, 1 + answer.count("\n")))


def test_items_and_sentences_are_points_without_marks():
    """A bold lead stays as words."""
    assert points("It *learns* `noise`. It fails.\n\n- **Bias**: Error due to [x](http://y)\n") == [
        "It learns noise.",
        "It fails.",
        "Bias: Error due to x",
    ]


def test_lines_that_announce_are_headings_of_what_follows():
    """ "Benefits:" states nothing; the paragraph after the list is not under it."""
    answer = "This is overfitting. Solutions:\n- Dropout\n\n**Costs**\n1. Time\n\nThat is all."
    assert headed(answer) == [
        ("", "This is overfitting."),
        ("Solutions", "Dropout"),
        ("Costs", "Time"),
        ("", "That is all."),
    ]


def test_long_line_before_a_list_is_a_statement():
    """More than eight words say something themselves."""
    answer = "Bagging trains many models on bootstrap samples and averages them:\n- Forests\n"
    assert headed(answer) == [
        ("", "Bagging trains many models on bootstrap samples and averages them"),
        ("", "Forests"),
    ]


def test_nested_items_have_their_parent_as_heading():
    """A parent that only announces is no point."""
    assert headed("- Norms:\n  - L1\n  - L2\n- **Dropout**\n  - random\n") == [
        ("Norms", "L1"),
        ("Norms", "L2"),
        ("", "Dropout"),
        ("Dropout", "random"),
    ]


def test_points_know_their_lines():
    """Counted in the guide, also inside a paragraph and behind "**A:**" on its own line."""
    text = "## Q1. Why?\n\n**A:**\nOne is\nhere. Two\n\n- three\n"
    (entry,) = parse(text, name="g").entries
    assert [(p.text, p.line) for p in key_points(entry)] == [
        ("One is here.", 4),
        ("Two", 5),
        ("three", 7),
    ]


def test_code_questions_links_and_pictures_are_no_points():
    """They state nothing, but the answer as text keeps them."""
    answer = "Use it.\n\n```py\nx = 1\n```\n\nIs it?\n\n- [link](x)\n\n![picture](y)\n\n....."
    assert points(answer) == ["Use it."]
    assert plain_text(answer) == "Use it.\nx = 1\nIs it?\nlink\npicture\n....."


@pytest.mark.parametrize(
    "formula",
    [
        "E[(y - f̂(x))²] = Bias²(f̂(x)) + Var(f̂(x)) + σ²",
        "y = a*b + c*d",
        "$x_i * y_i + \\{z\\}$",
        "||w||² subject to yᵢ(wᵀxᵢ + b) ≥ 1",
        "2**3 and snake_case and __init__",
        "a<b and c>d",
    ],
)
def test_formulas_stay_as_they_are(formula):
    """Neither stars nor underlines nor brackets are marks there."""
    assert points(formula) == [formula]


def test_formula_below_its_announcement_is_one_point():
    """Question 95 of the shipped guide."""
    (guide_path,) = shipped_guides()
    entry = next(e for e in read_guide(guide_path).entries if e.label == "q95")
    assert [point.text for point in key_points(entry)] == [
        "For squared error loss: E[(y - f̂(x))²] = Bias²(f̂(x)) + Var(f̂(x)) + σ²",
        "Bias: E[f̂(x)] - f(x)",
        "Variance: E[(f̂(x) - E[f̂(x)])²]",
        "σ²: Irreducible error",
    ]


def test_abbreviations_do_not_end_a_sentence():
    """ "e.g. CNNs" is one sentence; other scripts have their own full stops."""
    assert points("Use nets, e.g. CNNs, i.e. LeNet etc. They work. 好。是。") == [
        "Use nets, e.g. CNNs, i.e. LeNet etc. They work.",
        "好。",
        "是。",
    ]


def test_rows_of_a_table_are_points():
    """First cell, then the others, each with the name of its column."""
    assert points("| net | gates | speed |\n|-|-|-|\n| LSTM | three | slow |\n") == [
        "LSTM: gates three; speed slow"
    ]


def test_of_choices_the_ticked_ones_are_points():
    """Where none is ticked they are a list like any other."""
    assert points("- [ ] git -v\n- [x] git --version\n\nIt prints it.\n") == [
        "git --version",
        "It prints it.",
    ]
    assert points("- [ ] one\n- [ ] two\n") == ["[ ] one", "[ ] two"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("A. 80\nB. 443\n\n**Answer:** B", ["443"]),
        ("- a) 80\n- b) 443\n\nAnswer: b, by TLS.", ["443", "by TLS."]),
        ("A) 80\nB) 443\nA: 443", ["443"]),
        ("- A: 80\n- B: 443\n<details><summary>Answer</summary>\n\nAnswer: B\n</details>", ["443"]),
        ("A. 80\nB. 443\nNote: A lock waits.", ["A. 80 B. 443 Note: A lock waits."]),
        ("A. 80\nB. 443", ["A. 80 B. 443"]),
    ],
    ids=["named", "named and explained", "by its text", "folded", "no letter", "none named"],
)
def test_of_options_the_right_one_is_a_point(answer, expected):
    """Where a line below them names it; wrong ones must not be cited."""
    assert points(answer) == expected


def test_wiki_links_are_shown_by_their_text():
    """The alias behind the bar, else the page's name."""
    assert points("See [[inode]] and [[hard link|links]].\n") == ["See inode and links."]


def test_choices_above_a_folded_answer_are_no_points():
    """Wrong choices must not be cited."""
    answer = "- A: one\n- B: two\n\n<details><summary>Answer</summary>\n\nIt is two.\n</details>"
    assert points(answer) == ["It is two."]


def test_answer_of_any_kind_has_points():
    """All but a few of the shipped entries list several; none is without."""
    (guide_path,) = shipped_guides()
    counts = [len(key_points(entry)) for entry in read_guide(guide_path).entries]
    assert (min(counts), sum(counts)) == (2, 489)


@given(st.text("ab *_`[]()<>|-#1.:?$\\\n", max_size=80))
def test_any_answer_gives_distinct_points_within_its_lines(answer):
    """No crash, nothing empty, nothing twice."""
    result = key_points(entry_with(answer))
    assert len({point.text for point in result}) == len(result)
    assert all(point.text.strip() for point in result)
    assert all(1 <= point.line <= 1 + answer.count("\n") for point in result)
