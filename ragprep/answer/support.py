"""Decides whether an entry supports a sentence, and by which of its statements; pure.

Every word that claims something must be the entry's own, said of the same thing, with the same
numbers, in the same direction, and neither denied nor affirmed against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ragprep.answer.agreement import agrees, share_a_clause
from ragprep.answer.claims import Claim, read_claim
from ragprep.answer.subjects import mentions, read_statements
from ragprep.answer.synonyms import fits, generic_words
from ragprep.text.stems import alike
from ragprep.text.words import fold
from ragprep.types.guide import KeyPoint

CLOSE = 0.5
"""Least cosine of a sentence to the closest statement it rests on. On the dev half of
eval/support.jsonl (`python benchmarks/support.py`) no right one lies below 0.64; the rest is
margin."""

_FORMULA = re.compile(r"[=\[\]^²≥≤<>×σ]|\w\(\w\)")


@dataclass(frozen=True, slots=True)
class Support:
    """What a sentence rests on.

    Attributes:
        score: share of its words that are the entry's own, 0 to 1.
        statements: places of the statements in the entry, 0 is the first.
        subject: place of the statement whose subject it speaks of last; None if of none.
    """

    score: float
    statements: tuple[int, ...]
    subject: int | None = None


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a sentence says of one subject: its statement, None for the entry as a whole."""

    place: int | None
    words: set[str] = field(default_factory=set)


class Evidence:
    """An entry, read for what it supports."""

    def __init__(self, question: str, points: Sequence[KeyPoint]) -> None:
        """Read `points`, the statements of the entry that answers `question`."""
        texts = [" ".join(point.text.split()) for point in points]  # code has several lines
        self._folded = [fold(text) for text in texts]
        self._statements = read_statements(texts)
        headings = " . ".join(dict.fromkeys(point.heading for point in points if point.heading))
        self._context = read_claim(f"{question} . {headings}")
        self._contrast = frozenset().union(*(s.key for s in self._statements))
        self._context_words = {w for w in self._context.tokens if w not in self._contrast}
        self._general = [i for i, s in enumerate(self._statements) if not s.names]

    def supports(self, sentence: str, *, subject: int | None = None) -> Support | None:
        """Return what `sentence` rests on here, None if it is not supported.

        Args:
            sentence: a single one, plain, without its markers.
            subject: place of the statement whose subject it goes on about; None when it names
                its subject itself.
        """
        if _FORMULA.search(sentence):
            return self._verbatim(sentence)
        claim = read_claim(sentence)
        content = {word for word in claim.words if len(word) > 1 or word in claim.tokens}
        if not content and not claim.numbers:
            return None
        for place in self._by_overlap(content):
            if subject in {None, place} and self._by_one(claim, content, place):
                named = place if self._statements[place].names else None
                return Support(self._score(content, {place}), (place,), named)
        return self._by_scopes(claim, content, subject)

    def _verbatim(self, sentence: str) -> Support | None:
        """Return the statement that has a formula as it stands: its signs cannot be reworded."""
        for place, folded in enumerate(self._folded):
            if fold(sentence) and fold(sentence) in folded:
                return Support(1.0, (place,))
        return None

    def ends_with(self, text: str) -> bool:
        """Return whether `text` ends where a statement ends: then it is not cut short."""
        folded = fold(text)
        return bool(folded) and any(statement.endswith(folded) for statement in self._folded)

    def introduces(self, text: str) -> bool:
        """Return whether `text` only names what the entry is about, as before a list."""
        claim = read_claim(text)
        known = self._context_words.union(*(n.whole for s in self._statements for n in s.names))
        return claim.numbers <= self._context.numbers and all(
            word in generic_words() or fits(word, known) for word in claim.words
        )

    def subject_of(self, text: str) -> int | None:
        """Return the place of the one statement whose subject `text` names; None if not one."""
        named = list(mentions(self._statements, read_claim(text).tokens))
        return named[0] if len(named) == 1 else None

    def said_by(self, place: int, sentences: Sequence[str]) -> bool:
        """Return whether `sentences` together have all words of a statement that say something."""
        shown = {word for text in sentences for word in read_claim(text).tokens}
        claim = self._statements[place].claim
        return claim.numbers <= read_claim(" . ".join(sentences)).numbers and all(
            fits(word, shown) for word in claim.words if word not in self._context_words
        )

    def _by_one(self, claim: Claim, content: set[str], place: int) -> bool:
        """Return whether one statement says all of it, its subjects in the same order."""
        statement = self._statements[place]
        tokens = set(statement.claim.tokens)
        named = [t for t in claim.tokens if t in self._contrast]
        if any(t not in tokens and not fits(t, tokens) for t in named):
            return False
        mentioned = set(mentions(self._statements, claim.tokens))
        if mentioned and statement.names and place not in mentioned and not statement.is_generic:
            return False
        if foreign := {t for t in named if t not in statement.key}:
            order = [statement.claim.tokens.index(t) for t in dict.fromkeys(named) if t in tokens]
            is_named = not statement.key.isdisjoint(claim.tokens)
            together = share_a_clause(foreign, content - foreign, statement.claim)
            if order != sorted(order) or not (is_named or together):
                return False
        names = set().union(*(name.whole for name in statement.names))
        words = content - names if place in mentioned else content
        return (
            self._covered(content, tokens)
            and any(fits(word, statement.body - self._context_words) for word in words)
            and not self._is_closer_to_another(_Scope(place, words), [place, *mentioned])
            and self._agrees(claim, [place])
        )

    def _by_scopes(self, claim: Claim, content: set[str], subject: int | None) -> Support | None:
        """Return the statements that share the sentence out among them by their subjects."""
        scopes = self._scopes(claim, content, subject)
        if scopes is None:
            return None
        used = [scope.place for scope in scopes if scope.place is not None]
        general = set().union(*(self._statements[i].claim.tokens for i in self._general))
        bodied = not any(scope.words for scope in scopes)
        for scope in scopes:
            tokens = self._statements[scope.place].claim.tokens if scope.place is not None else ()
            if not self._covered(scope.words, {*tokens, *general}):
                return None
            if scope.place is not None and self._is_closer_to_another(scope, used):
                return None
            stated = scope.words - self._context_words
            body = self._statements[scope.place].body if scope.place is not None else set()
            bodied = bodied or any(fits(word, {*body, *general}) for word in stated)
        if not used:
            used = [
                i
                for i in self._general
                if any(
                    fits(w, set(self._statements[i].claim.words) - self._context_words)
                    for w in content
                )
            ]
            bodied = bool(used)
        wanted = [*used, *(i for i in self._general if i not in used)]
        if not bodied or not used or not self._agrees(claim, wanted):
            return None
        last = scopes[-1].place if scopes else None
        return Support(self._score(content, set(wanted)), tuple(sorted(set(used))), last)

    def _is_closer_to_another(self, scope: _Scope, used: Sequence[int]) -> bool:
        """Return whether what is said of a subject is rather what is said of one not spoken of."""

        def common(place: int) -> int:
            return sum(fits(word, self._statements[place].body) for word in scope.words)

        assert scope.place is not None
        tokens = frozenset(self._statements[scope.place].claim.tokens)
        of_this = sum(fits(word, tokens) for word in scope.words)
        others = [i for i, s in enumerate(self._statements) if s.names and i not in used]
        return max(map(common, others), default=0) > of_this

    def _scopes(self, claim: Claim, content: set[str], subject: int | None) -> list[_Scope] | None:
        """Return who is spoken of, and with which words: each word goes to the name before it."""
        named = mentions(self._statements, claim.tokens)
        if not named and subject is None:
            return [_Scope(None, set(content))] if self._general else None
        scopes = [_Scope(subject)] if subject is not None else []
        taken = {at for mention in named.values() for at in mention.places}
        starts = {mention.start: place for place, mention in named.items()}
        early: set[str] = set()
        for at, token in enumerate(claim.tokens):
            if at in starts:
                scopes.append(_Scope(starts[at], early))
                early = set()
            if token in content and at not in taken:
                (scopes[-1].words if scopes else early).add(token)
        return scopes

    def _covered(self, words: set[str], tokens: set[str]) -> bool:
        known = tokens | self._context_words
        return all(word in generic_words() or fits(word, known) for word in words)

    def _agrees(self, claim: Claim, places: Sequence[int]) -> bool:
        """Return whether numbers, directions and denials are those of the statements."""
        return agrees(claim, [self._context, *(self._statements[i].claim for i in places)])

    def _by_overlap(self, content: set[str]) -> list[int]:
        """Return the statements, those that share most words with a sentence first."""
        common = [sum(w in s.claim.tokens for w in content) for s in self._statements]
        return sorted(range(len(common)), key=lambda place: -common[place])

    def _score(self, content: set[str], places: set[int]) -> float:
        tokens = self._context_words.union(*(self._statements[i].claim.tokens for i in places))
        supported = sum(any(alike(word, token) for token in tokens) for word in content)
        return round(supported / len(content), 3) if content else 1.0
