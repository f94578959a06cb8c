"""Which phrases pass: entry 1 is "cat" (axis 0), entry 2 "dog" (axis 1), other words axis 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from ragprep.expand.gate import EntryViews, distinct, keep
from ragprep.expand.verdict import judge
from ragprep.testing.fakes import FakeEmbedder
from ragprep.types.guide import Alias, Entry

CAT = Entry("cat", "q1", "Tell of cats", "", (), "pets", (1, 1))
DOG = Entry("dog", "q2", "Tell of dogs", "", (), "pets", (2, 2))
EMBEDDER = FakeEmbedder(("purrs", "barks", "tell", "eats"))
VIEWS = EntryViews(
    vectors=EMBEDDER.embed(["purrs", "tell", "barks", "tell"], role="passage"),
    owners=np.array([0, 0, 1, 1]),
    wholes=EMBEDDER.embed(["purrs", "barks"], role="passage"),
)


def alias(entry: str, phrase: str, kind: str = "everyday") -> Alias:
    return Alias(entry, phrase, kind, "fake", "hash")


def gate(*aliases: Alias) -> tuple[list[str], dict[str, int]]:
    kept, dropped = keep(aliases, [CAT, DOG], VIEWS, embedder=EMBEDDER)
    return [item.phrase for item in kept], dropped


def test_a_phrase_closest_to_its_own_entry_passes() -> None:
    """Half of "purrs nicely" is the cat's axis, nothing of it the dog's."""
    assert gate(alias("cat", "purrs nicely"), alias("dog", "barks loudly"))[0] == [
        "purrs nicely",
        "barks loudly",
    ]


@pytest.mark.parametrize(
    ("entry", "phrase", "reason"),
    [
        ("cat", "barks loudly", "fits another entry better"),
        ("cat", "purrs and barks", "fits another entry better"),  # as close to both
        ("cat", "what tells of cats", "restates the title"),  # no word that the title has not
        ("cat", "tell", "restates the title"),
        ("cat", "so tell me more of the cats", "restates the title"),  # every word of the title
        ("cat", "purrs", "repeats the guide"),
        ("cat", "what is it", "says nothing"),
        ("cat", "purrs eats eats eats eats eats eats eats eats", "too general"),
    ],
)
def test_a_phrase_is_dropped(entry: str, phrase: str, reason: str) -> None:
    """With the reason counted."""
    assert gate(alias(entry, phrase)) == ([], {reason: 1})


def test_the_second_of_equals_is_dropped() -> None:
    """Whatever order their words have."""
    assert gate(alias("cat", "purrs softly"), alias("cat", "softly purrs")) == (
        ["purrs softly"],
        {"repeats another": 1},
    )


def test_near_duplicates_share_phrases_but_not_the_same_one() -> None:
    """Two entries of one text: a phrase may be for either, never for both."""
    views = EntryViews(VIEWS.vectors[[0, 1, 0, 1]], VIEWS.owners, VIEWS.wholes[[0, 0]])
    candidates = [alias("cat", "purrs nicely nicely")]
    # without a third entry to compare with, what fits both equally is not above chance
    assert keep(candidates, [CAT, DOG], views, embedder=EMBEDDER) == ([], {"too general": 1})


def test_queries_are_distinct() -> None:
    """A phrase written for two kinds would find itself; the same of another entry is another."""
    written = [
        alias("cat", "purrs softly"),
        alias("cat", "softly purrs", "situation"),
        alias("dog", "purrs softly"),
    ]
    assert distinct(written, embedder=EMBEDDER) == [written[0], written[2]]
    assert distinct([], embedder=EMBEDDER) == []


def test_nothing_to_keep() -> None:
    """No phrases, no vectors."""
    assert gate() == ([], {})


def first_of_words(
    entries: Mapping[str, str],
) -> Callable[[Mapping[str, Sequence[str]]], Callable[[str], str]]:
    """Return a search by shared words: the first entry with one, of text or aliases; else ""."""

    def first_of(aliases: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
        def first(query: str) -> str:
            for entry, text in entries.items():
                if set(query.split()) & set(" ".join([text, *aliases.get(entry, ())]).split()):
                    return entry
            return ""

        return first

    return first_of


SEARCH = first_of_words({"cat": "Tell of cats", "dog": "Tell-me of-dogs dogs"})


def test_aliases_that_find_the_other_kind_help() -> None:
    """Each entry's two phrases share a word; one of them in the index finds the other."""
    written = [
        alias("cat", "purrs softly"),
        alias("cat", "purrs aloud", "situation"),
        alias("dog", "barks softly2"),
        alias("dog", "barks aloud2", "situation"),
    ]
    titles = [Entry(e.id, e.label, e.id + "s", "", (), "pets", (1, 1)) for e in (CAT, DOG)]
    verdict = judge(written, written, titles, by_hand=(), first_of=SEARCH)
    assert (verdict.without, verdict.with_aliases, verdict.helps) == (0.0, 1.0, True)
    assert (verdict.queries, verdict.lower) == (4, 1.0)


def test_what_is_asked_is_not_in_the_index() -> None:
    """Phrases of one kind alone find nothing of another, so nothing shows that they help."""
    written = [alias("cat", "purrs"), alias("dog", "barks")]
    verdict = judge(written, written, [CAT, DOG], by_hand=(), first_of=SEARCH)
    assert (verdict.with_aliases, verdict.helps) == (0.0, False)


def test_a_lost_title_outweighs_a_gain() -> None:
    """An alias of the cat that is the dog's title takes the dog's first place."""
    written = [
        alias("cat", "dogs purrs"),
        alias("cat", "purrs aloud", "situation"),
        alias("dog", "barks softly2"),
        alias("dog", "barks aloud2", "situation"),
    ]
    titles = [Entry(e.id, e.label, e.id + "s", "", (), "pets", (1, 1)) for e in (CAT, DOG)]
    verdict = judge(written, written, titles, by_hand=(), first_of=SEARCH)
    assert verdict.with_aliases > verdict.without
    assert (verdict.titles_without, verdict.titles_with, verdict.helps) == (1.0, 0.5, False)


def test_one_entry_proves_nothing() -> None:
    """There is no spread to judge a gain by."""
    written = [alias("cat", "purrs softly"), alias("cat", "purrs aloud", "situation")]
    verdict = judge(written, written, [CAT], by_hand=(), first_of=SEARCH)
    assert (verdict.with_aliases, verdict.helps) == (1.0, False)
