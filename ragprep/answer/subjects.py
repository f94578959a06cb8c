"""The statements of an entry, the names of their subjects, and where a text has these; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragprep.answer.claims import Claim, read_claim

_TERM = re.compile(r"([^:.]{1,60}):\s")
_GENERIC = re.compile(
    r"(?:key (?:point|idea|fact)|example|note|tradeoff|summary|benefit|result|implication)s?",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a subject: the words that tell it from the others' names, and all of them."""

    key: frozenset[str]
    whole: frozenset[str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement.

    Attributes:
        claim: the whole of it.
        body: stems of what it says of its subject.
        names: of its subject; none where it speaks of the entry as a whole.
        key: the words that tell its subject from those of the others.
        is_generic: its name names no subject ("Examples").
    """

    claim: Claim
    body: frozenset[str]
    names: tuple[Name, ...]
    key: frozenset[str]
    is_generic: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Where the tokens of a subject's name stand in a text; `start` is the first."""

    start: int
    places: frozenset[int]


def read_statements(texts: Sequence[str]) -> list[Statement]:
    """Return the statements of an entry, read together: names are told apart by one another."""
    terms = [_term(text) for text in texts]
    tokens = [[frozenset(read_claim(name).tokens) for name in _names(term)] for term in terms]
    named = [frozenset().union(*names) for names in tokens if names]
    several = len(named) if len(named) > 1 else 0
    counts = {w: sum(w in words for words in named) for w in frozenset().union(*named)}
    in_all = {word for word, count in counts.items() if count == several}
    in_most = {word for word, count in counts.items() if 0 < several < 2 * count}
    statements = []
    for text, term, names in zip(texts, terms, tokens, strict=True):
        keys = tuple(Name(name - in_most or name - in_all or name, name) for name in names if name)
        statements.append(
            Statement(
                claim=read_claim(f"{text} {' '.join(_joined_numbers(text))}"),
                body=frozenset(read_claim(text.removeprefix(term)).tokens),
                names=keys,
                key=frozenset().union(*(name.key for name in keys)),
                is_generic=_GENERIC.fullmatch(term) is not None,
            )
        )
    return statements


def mentions(statements: Sequence[Statement], tokens: Sequence[str]) -> dict[int, Mention]:
    """Return place of a statement -> where `tokens` name its subject first, by its longest name.

    A name inside another one does not count.
    """
    longest: dict[int, Mention] = {}
    for place, statement in enumerate(statements):
        for name in statement.names:
            at = _find(name, tokens)
            if at and (place not in longest or len(at) > len(longest[place].places)):
                longest[place] = Mention(min(at), at)
    return {
        place: mention
        for place, mention in longest.items()
        if not any(mention.places < other.places for other in longest.values())
    }


def _find(name: Name, tokens: Sequence[str]) -> frozenset[int]:
    """Return where the words of `name` stand, side by side; empty if they do not."""
    width = len(name.whole)
    for start in range(len(tokens)):
        window = range(start, min(start + width, len(tokens)))
        if tokens[start] in name.whole and name.key <= {tokens[at] for at in window}:
            return frozenset(at for at in window if tokens[at] in name.whole)
    return frozenset()


def _term(text: str) -> str:
    match = _TERM.match(text)
    return match[1] if match else ""


def _names(term: str) -> list[str]:
    """Return the names a statement has for its subject: "L1 (Lasso)" has two."""
    outside = _PARENTHESIS.sub(" ", term)
    return [part for name in (outside, *_PARENTHESIS.findall(term)) for part in name.split("/")]


def _joined_numbers(text: str) -> list[str]:
    """Return numbers written together: "0-1" gives 0 and 1, "K-Fold" nothing."""
    return re.findall(r"\d+(?=-\d)|(?<=\d-)\d+", text)
