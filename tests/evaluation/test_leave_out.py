"""Coverage by taking entries away: what is asked, and among which entries."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ragprep.errors import EvaluationError
from ragprep.evaluation.judgments import JudgedQuery
from ragprep.evaluation.leave_out import (
    UNASKED,
    NearDuplicates,
    aliases_in,
    twice,
    unlabelled,
    with_copies,
)
from ragprep.index.store import StoredIndex
from ragprep.index.temporary import build_temporary
from ragprep.protocols import SILENT
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Entry


def entry(name: str, question: str, answer: str) -> Entry:
    return Entry(f"id-{name}", name, question, answer, (), "pets", (1, 1))


CAT = entry("q1", "What is a cat?", "It purrs.")
DOG = entry("q2", "What is a dog?", "It barks.")
SAME = entry("q3", "What is a dog?", "It barks.")
BARE = entry("q4", "What is a fish?", "")


def index_of(
    entries: Sequence[Entry], aliases: dict[str, Sequence[str]] | None = None
) -> StoredIndex:
    fake = FakeEmbedder(("cat", "dog", "fish", "purrs", "barks", "what", "is", "it"))
    return build_temporary(
        entries, info=fake.info, embedder=fake, aliases=aliases or {}, progress=SILENT.progress
    )


def test_a_copy_has_the_answer_and_no_question():
    """An entry without an answer has none; there would be nothing left of it."""
    copies = with_copies([CAT, BARE])[2:]
    assert [(copy.id, copy.question, copy.answer) for copy in copies] == [
        (f"id-q1{UNASKED}", "", "It purrs.")
    ]


def test_entries_that_say_the_same_are_near_duplicates():
    duplicates = NearDuplicates(index_of([CAT, DOG, SAME, BARE]))
    assert [duplicates.of(row) for row in range(4)] == [
        {"id-q1"},
        {"id-q2", "id-q3"},
        {"id-q2", "id-q3"},
        {"id-q4"},
    ]


def test_a_covered_query_is_asked_again_without_what_answers_it():
    """Its near-duplicate q3 goes too; a query that is not covered is asked once."""
    queries = [JudgedQuery("a", "dog?", "typed", {"q2": 2}), JudgedQuery("b", "yak?", "", {})]
    covered, left_out, uncovered = twice(queries, index_of([CAT, DOG, SAME]))
    assert covered.query is queries[0]
    assert uncovered.query is queries[1]
    assert covered.within == uncovered.within == {"id-q1", "id-q2", "id-q3"}
    assert left_out.query == JudgedQuery("a left out", "dog?", "typed", {})
    assert left_out.within == {"id-q1"}


def test_a_question_of_the_guide_is_answered_by_the_copy_alone():
    """Its own entry, which holds the very words, is never among the rest."""
    covered, left_out, *rest = unlabelled(index_of(with_copies([CAT, DOG, BARE])), {})
    assert covered.query == JudgedQuery("q1", "What is a cat?", "pets", {f"q1{UNASKED}": 2})
    assert covered.within == {f"id-q1{UNASKED}", "id-q2", "id-q4"}
    assert left_out.within == {"id-q2", "id-q4"}
    assert [case.query.id for case in rest] == ["q2", "q2 left out"]


def test_an_alias_is_answered_by_the_entry():
    """The index has no aliases then, so no view has its words for it."""
    aliases = aliases_in(index_of([CAT, DOG], {"id-q1": ["feline"]}))
    assert aliases == {"id-q1": ["feline"]}
    cases = unlabelled(index_of(with_copies([CAT, DOG])), aliases)
    covered, left_out = (case for case in cases if case.query.query == "feline")
    assert covered.query == JudgedQuery("q1 alias 1", "feline", "pets, aliases", {"q1": 2})
    assert covered.within == {"id-q1", "id-q2"}
    assert left_out.within == {"id-q2"}


def test_a_question_that_two_entries_ask_is_passed_over():
    """ "What's the output?" has many answers, and taking one away leaves the others."""
    cases = unlabelled(index_of(with_copies([CAT, DOG, SAME])), {})
    assert {case.query.query for case in cases} == {"What is a cat?"}


def test_a_guide_without_answers_has_nothing_to_leave_out():
    with pytest.raises(EvaluationError, match="nothing to leave out"):
        unlabelled(index_of(with_copies([BARE])), {})
