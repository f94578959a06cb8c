"""Finds clauses that say the opposite of a point: swapped names, negations, opposite words; pure.

Precision before recall: a wrong flag on a right answer is worse than a miss, which the judge may
still see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ragprep.grade.clauses import clauses_of
from ragprep.text.content import FILLERS, content_words
from ragprep.text.opposites import NEGATORS, is_negated, movements, opposites
from ragprep.text.sentences import Span, sentences
from ragprep.text.stems import stem
from ragprep.text.words import words

_NAMED = re.compile(r"^([^:]{2,60}?)(?:\s*\(([^)]{1,40})\))?\s*:\s*(\S.*)$", re.DOTALL)
_HEDGES = re.compile(
    r"\b(?:not (?:only|just|merely|necessarily|always)|no doubt|if not|if you do ?n.t|"
    r"otherwise|unless|"
    r"without|unlike|instead of|rather than|as opposed to|compared (?:to|with)|than|"
    r"contrary|myth|wrong|"
    r"mistake\w*|misconception|too (?:much|many|few|little|high|low|large|small)|lack of)\b"
)
"""Where one of these stands, who does what to whom is not for word counts to say."""

_RATIO = r"\w\s*/\s*\(?\w|\bdivided by\b"

LIKENESS = 0.75
"""Share of a point's other words that a clause must have before one opposite word makes it its
contradiction. A guess on the side of caution."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A clause that says the opposite of a point.

    Attributes:
        point: its place among the points.
        clause: the person's words, with their place in the cleaned answer.
        why: in words.
    """

    point: int
    clause: Span
    why: str


@dataclass(frozen=True, slots=True)
class _Thing:
    """A named point: "L1 (Lasso): Adds ..." is called l1 or lasso."""

    point: int
    names: tuple[tuple[str, ...], ...]
    says: frozenset[str]


def contradictions(points: Sequence[str], text: str) -> list[Flag]:
    """Return the clauses of a cleaned answer that contradict points, at most one a point.

    Args:
        points: texts as the guide has them, without headings.
        text: the cleaned answer.
    """
    said = [(sentence, clauses_of(sentence)) for sentence in sentences(text)]
    flags = [*_swapped(points, said), *_turned(points, said), *_directions(points, said)]
    first: dict[int, Flag] = {}
    for flag in flags:
        first.setdefault(flag.point, flag)
    return [first[point] for point in sorted(first)]


# -- names swapped


def _swapped(points: Sequence[str], said: Sequence[tuple[Span, list[Span]]]) -> list[Flag]:
    """Flag clauses that say of one named thing what the guide says of another."""
    things = _things(points)
    if len(things) < 2:
        return []
    crossed: dict[tuple[int, int], tuple[Span, int]] = {}
    right: set[int] = set()
    ratios: dict[int, Span] = {}
    for clause, thing in _about(things, said):
        if _HEDGES.search(re.sub(r"\bwithout\b", "", clause.text.lower())):
            continue
        used = set(content_words(clause.text)) - {
            w for t in things for name in t.names for w in name
        }
        used -= _denied(clause.text, NEGATORS)  # "without zeroing" does not say that it zeroes
        theirs = {o.point: len(used & _own(o, things)) for o in things if o.point != thing.point}
        most = max(theirs, key=theirs.__getitem__)
        if used & _own(thing, things):
            right.add(thing.point)
            continue
        if re.search(_RATIO, clause.text):
            ratios.setdefault(thing.point, clause)
        if theirs[most] and theirs[most] > crossed.get((thing.point, most), (clause, 0))[1]:
            crossed[thing.point, most] = clause, theirs[most]
    flags = {
        (a, b): Flag(a, clause, f"the guide says this of {_title(points[b])}")
        for (a, b), (clause, count) in crossed.items()
        if a not in right
        and (
            count >= 2
            or ((b, a) in crossed and b not in right)
            or (not _own(things[_at(things, a)], things) and re.search(_RATIO, clause.text))
        )
    }
    # of two ratios swapped, the second may lack a word of its own and have none of the other's
    for a, b in tuple(flags):
        if b in ratios and b not in right and (b, a) not in flags:
            why = f"the guide says this of {_title(points[a])}"
            flags[b, a] = Flag(b, ratios[b], why)
    return list(flags.values())


def _at(things: Sequence[_Thing], point: int) -> int:
    return next(i for i, thing in enumerate(things) if thing.point == point)


def _own(thing: _Thing, things: Sequence[_Thing]) -> frozenset[str]:
    """Return the words that the guide says of this thing and of no other."""
    return thing.says.difference(*(other.says for other in things if other is not thing))


def _things(points: Sequence[str]) -> list[_Thing]:
    """Return the points that set named things side by side.

    A name that others share is taken without what they share ("Type I Error": "I"). A point whose
    statement speaks of the others ("Elastic Net: Combines both L1 and L2") is no side of its own.
    """
    named = [(i, m) for i, point in enumerate(points) if (m := _NAMED.match(point))]
    named = [(i, m) for i, m in named if len(m[1].split()) <= 4 and content_words(m[1])]
    full = {i: tuple(content_words(m[1])) for i, m in named}
    found = []
    for i, match in named:
        others = {w for j, name in full.items() if j != i for w in name}
        short = tuple(w for w in full[i] if w not in others)
        also = tuple(content_words(match[2] or ""))
        says = frozenset(content_words(match[3])) - FILLERS - set(full[i])
        names = tuple(dict.fromkeys(name for name in (full[i], short, also) if name))
        if not any(len(set(name) & says) == len(name) for j, name in full.items() if j != i):
            found.append(_Thing(i, names, says))
    return found


def _about(
    things: Sequence[_Thing], said: Sequence[tuple[Span, list[Span]]]
) -> list[tuple[Span, _Thing]]:
    """Return the clauses that are about one thing alone, with that thing.

    A clause that names none is about the thing that the clause before it in the sentence is about.
    """
    found = []
    for _, parts in said:
        subject: _Thing | None = None
        for part in parts:
            named = _named(things, content_words(part.text))
            if len(named) == 1:
                subject = named[0] if _leads(named[0], part) else None
            elif named:
                subject = None
            if subject is not None:
                found.append((part, subject))
    return found


def _named(things: Sequence[_Thing], used: Sequence[str]) -> list[_Thing]:
    """Return the things that a clause names; "K-Fold" is not named where "Stratified K-Fold" is."""
    named: list[tuple[_Thing, tuple[str, ...]]] = []
    for thing in things:
        for name in thing.names:
            if _place(name, used) >= 0:
                named.append((thing, name))
                break
    return [
        thing
        for thing, name in named
        if not any(set(name) < set(other.names[0]) for other, _ in named if other is not thing)
    ]


def _leads(thing: _Thing, clause: Span) -> bool:
    """Whether a clause begins with the thing's name, but for three words ("A Type I error ...")."""
    used = content_words(clause.text)
    return any(0 <= _place(name, used) <= 1 for name in thing.names)


def _place(name: Sequence[str], used: Sequence[str]) -> int:
    size = len(name)
    return next(
        (i for i in range(len(used) - size + 1) if tuple(used[i : i + size]) == tuple(name)), -1
    )


def _title(point: str) -> str:
    return point.partition(":")[0]


# -- negated, or with an opposite word


def _turned(points: Sequence[str], said: Sequence[tuple[Span, list[Span]]]) -> list[Flag]:
    """Flag clauses that repeat a statement with "not" put in or left out, or a word reversed."""
    things = {thing.point: thing for thing in _things(points)}
    flags = []
    for i, point in enumerate(points):
        match = _NAMED.match(point)
        statement = match[3] if match else point
        for theirs in (part for s in sentences(statement) for part in clauses_of(s)):
            for _, parts in said:
                for part in parts:
                    if i in things and not _only_names(things, i, part):
                        continue
                    why = _reversed(theirs.text, part.text)
                    if not why and i in things and _same_noun(theirs.text, part.text):
                        why = "it says the opposite"
                    if why:
                        flags.append(Flag(i, part, why))
    agreeing = {
        i
        for i, point in enumerate(points)
        for _, parts in said
        for part in parts
        for theirs in (c for s in sentences(point) for c in clauses_of(s))
        if _agrees(theirs.text, part.text) and not _reversed(theirs.text, part.text)
    }
    return [flag for flag in flags if flag.point not in agreeing]


def _only_names(things: dict[int, _Thing], i: int, part: Span) -> bool:
    named = _named(list(things.values()), content_words(part.text))
    return [thing.point for thing in named] == [i] and _leads(things[i], part)


def _reversed(statement: str, clause: str) -> str:
    """Return why `clause` is the opposite of `statement`, "" if it is not."""
    doubtful = re.sub(r"\bwithout\b", "", clause.lower())
    if _HEDGES.search(doubtful) or re.search(r"\bif\b", f"{doubtful} {statement.lower()}"):
        return ""
    theirs, ours = _bag(statement), _bag(clause)
    if len(ours) > 2 * len(theirs) + 4:  # so much else is said that "not" may belong to any of it
        return ""
    turned = {
        (a, b)
        for a in theirs - ours
        for b in opposites().get(a, ())
        if b in ours and b not in theirs
    }
    common = theirs - {a for a, _ in turned}
    if len(common) < 2 or len(common & ours) < max(2, LIKENESS * len(common)):
        return ""
    negated = is_negated(words(statement)) != is_negated(words(clause))
    denied = _denied(statement, NEGATORS - {"without"}) | _denied(clause, NEGATORS - {"without"})
    if negated and not turned and denied and denied <= theirs & ours:
        return "a negation turns it round"
    if len(turned) == 1 and not negated:
        return "it says the opposite"
    return ""


def _same_noun(statement: str, clause: str) -> bool:
    """Whether opposite words stand before the same one: "labeled training" and "unlabeled"."""
    if _HEDGES.search(clause.lower()) or is_negated(words(statement)) != is_negated(words(clause)):
        return False
    theirs, ours = content_words(statement), content_words(clause)
    return any(
        other in ours
        and other not in theirs
        and word not in ours
        and set(theirs[i + 1 : i + 3]) & set(ours[ours.index(other) + 1 : ours.index(other) + 3])
        for i, word in enumerate(theirs)
        for other in opposites().get(word, ())
    )


def _agrees(point: str, clause: str) -> bool:
    """Whether a clause says much of a point as the guide does; then another is no contradiction."""
    theirs, ours = _bag(point), _bag(clause)
    same = len(theirs & ours) >= max(2, 0.75 * len(theirs))
    return same and is_negated(words(point)) == is_negated(words(clause))


def _bag(text: str) -> frozenset[str]:
    """Return the stems of `text` that count for sameness, opposites among function words too."""
    opposite = {stem(w) for w in words(text) if stem(w) in opposites()}
    return frozenset(content_words(text)) - FILLERS | opposite


def _denied(text: str, negators: frozenset[str]) -> set[str]:
    """Return the content word behind each negation: what is denied."""
    said = words(text)
    denied = set()
    for i, word in enumerate(said):
        if word in negators or word.endswith("n't"):
            denied |= set(content_words(" ".join(said[i + 1 :]))[:1])
    return denied


# -- up and down


def _directions(points: Sequence[str], said: Sequence[tuple[Span, list[Span]]]) -> list[Flag]:
    """Flag sentences that let things rise and fall other than the point does.

    "As complexity increases, bias decreases" and "as complexity decreases, bias increases" agree;
    "as complexity increases, bias increases" contradicts both.
    """
    flags = []
    for i, point in enumerate(points):
        theirs = _moves(point)
        if len(theirs) < 2:
            continue
        for part in (part for sentence, _ in said for part in _parts(sentence)):
            ours = _moves(part.text)
            both = [ours[name] * theirs[name] for name in theirs if name in ours]
            if len(set(both)) == 2 and not _HEDGES.search(part.text.lower()):
                flags.append(Flag(i, part, "the directions differ"))
    return flags


def _parts(sentence: Span) -> list[Span]:
    """Return what stands between the semicolons of a sentence, trimmed."""
    found = []
    for match in re.finditer(r"[^;\s](?:[^;]*[^;\s])?", sentence.text):
        start = sentence.start + match.start()
        found.append(Span(match[0], start, start + len(match[0])))
    return found


def _moves(text: str) -> dict[str, int]:
    """Return thing -> 1 where it is said to rise, -1 where to fall: the word before the verb."""
    found: dict[str, int] = {}
    used = [w for w in content_words(text) if w not in FILLERS]
    for before, verb in pairwise(used):
        if verb in movements() and before not in movements():
            found.setdefault(before, movements()[verb])
    return found
