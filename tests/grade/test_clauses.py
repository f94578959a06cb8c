"""An answer without what nobody can see, and its places in what was given."""

from __future__ import annotations

import pytest

from ragprep.grade.clauses import clauses, statements
from ragprep.grade.cleaned import clean


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  a  b \t c ", "a b c"),
        ("a \n\n  b", "a\nb"),
        ("a\u00a0\u2003b", "a b"),
        ("a \u200b b", "a b"),
        ("\n \n", ""),
    ],
)
def test_a_run_of_whitespace_is_one_character(typed: str, text: str):
    """A line end if there is one."""
    assert clean(typed).text == text


def test_places_are_those_of_what_was_given():
    """Whatever whitespace stood before."""
    typed = "Cats   sleep,\n\n\n  and dogs  bark."
    kept = clean(typed)
    start = kept.text.index("dogs")
    first, last = kept.place(start, start + len("dogs bark"))
    assert typed[first:last] == "dogs  bark"


@pytest.mark.parametrize("gap", [" ", "\n", " \n", "\t"])
def test_a_long_gap_is_no_more_than_a_short_one(gap: str):
    """A pattern that begins with white space takes quadratic time for a run of it: half a minute
    for an answer of 20,000 characters."""
    parts = [clause.text for clause in clauses(clean(f"Cats sleep{gap * 9000}. Dogs bark.").text)]
    assert parts[-1] == "Dogs bark."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "bias is a model that is too simple and misses the pattern, variance is noise",
            ["bias is a model that is too simple and misses the pattern", "variance is noise"],
        ),
        ("L1 selects features; L2 shrinks them", ["L1 selects features", "L2 shrinks them"]),
        (
            "trees overfit, so they are pruned. forests do not",
            ["trees overfit, so they are pruned.", "forests do not"],
        ),
    ],
)
def test_a_statement_keeps_the_clauses_that_lack_a_subject(text: str, expected: list[str]):
    spans = statements(text)
    assert [span.text for span in spans] == expected
    assert all(text[span.start : span.end] == span.text for span in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "l1 adds the absolute values of all the weights l2 only shrinks them all a bit",
            ["l1 adds the absolute values of all the weights", "l2 only shrinks them all a bit"],
        ),
        (
            "deep trees fit the noise of the data the forest takes an average of many such trees",
            [
                "deep trees fit the noise of the data",
                "the forest takes an average of many such trees",
            ],
        ),
        ("bias goes down when variance goes up", ["bias goes down when variance goes up"]),
        ("cat " * 14, ["cat " * 14]),
        ("cat " * 15, ["cat " * 8, "cat " * 7]),
    ],
)
def test_a_text_without_marks_is_cut_where_a_statement_begins(text: str, expected: list[str]):
    """Before a name, before a subject with its verb, and else in halves; 14 words are not long."""
    spans = statements(text, {"l2"})
    assert [span.text for span in spans] == [part.strip() for part in expected]
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_marks_say_where_statements_end():
    """As long as there is one: what it leaves together stays together."""
    text = "l1 adds absolute values, " + "l2 only shrinks them all " * 4
    assert len(statements(text)) == 2
