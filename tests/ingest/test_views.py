"""The texts that stand for an entry."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ragprep.ingest.views import views
from ragprep.types.guide import Entry
from ragprep.types.index import ViewKind

ENTRY = Entry(
    id="abc",
    label="q1",
    question="How to stop overfitting?",
    answer="It learns noise.\n\n**Prevention:**\n- Early stopping\n- Dropout\n",
    section=(),
    guide="g",
    lines=(1, 5),
)


def test_entry_has_a_view_of_each_kind():
    """A point alone carries its heading, a point with the question does not."""
    assert [(view.kind.value, view.text) for view in views(ENTRY)] == [
        ("question", "How to stop overfitting?"),
        (
            "entry",
            "How to stop overfitting?\nIt learns noise.\nPrevention:\nEarly stopping\nDropout",
        ),
        ("point", "It learns noise."),
        ("point", "Prevention: Early stopping"),
        ("point", "Prevention: Dropout"),
        ("question+point", "How to stop overfitting? It learns noise."),
        ("question+point", "How to stop overfitting? Early stopping"),
        ("question+point", "How to stop overfitting? Dropout"),
    ]


def test_views_show_what_matched():
    """The question for itself, the first statement for the whole, a point for itself."""
    shown = [view.shown for view in views(ENTRY)]
    assert shown[:3] == ["How to stop overfitting?", "It learns noise.", "It learns noise."]
    assert shown[3:5] == shown[6:] == ["Early stopping", "Dropout"]


def test_views_name_their_entry():
    """The index goes from a view to its entry."""
    assert {view.entry_id for view in views(ENTRY)} == {"abc"}


def test_entry_without_answer_has_its_question_only():
    """No empty view and no second text that is the question again."""
    (view,) = views(replace(ENTRY, answer="", lines=(1, 1)))
    assert (view.kind, view.shown) == (ViewKind.QUESTION, ENTRY.question)


def test_code_alone_is_found_by_the_whole_entry():
    """No statement, but its first line to show."""
    result = views(replace(ENTRY, answer="```py\nx = 1\n```", lines=(1, 4)))
    assert [(view.kind, view.shown) for view in result] == [
        (ViewKind.QUESTION, ENTRY.question),
        (ViewKind.ENTRY, "x = 1"),
    ]


@given(st.text("ab *_`[]-#1.:?\n", max_size=80))
def test_views_are_neither_empty_nor_equal(answer):
    """Whatever the answer."""
    result = views(replace(ENTRY, answer=answer, lines=(1, 1 + answer.count("\n"))))
    texts = [" ".join(view.text.casefold().split()) for view in result]
    assert len(set(texts)) == len(texts)
    assert all(texts)
    assert all(view.shown.strip() for view in result)
    assert result[0].kind is ViewKind.QUESTION
