"""Reviews, moves and states as rows of the history, and back; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from ragprep.practice.database import Row
from ragprep.practice.schedule import utc
from ragprep.types.grade import PointStatus
from ragprep.types.practice import EntryState, Move, PointReview, Rating, Review, Settings


def stamp(at: datetime) -> str:
    """Return a time as text that sorts as times do.

    Raises:
        PracticeError: it has no time zone.
    """
    return utc(at).isoformat(timespec="microseconds")


def clean(text: str) -> str:
    """Return a text that can be kept: what is no character becomes "?"."""
    return text.encode("utf-8", "replace").decode()


def review_row(review: Review) -> Row:
    """Return a review as its row; the question stands with the content."""
    points = [[point.text, str(point.status), point.credit] for point in review.points]
    return (
        *(review.id, stamp(review.at), review.day.isoformat(), review.entry, review.content),
        None if review.said is None else clean(review.said),
        json.dumps(points, ensure_ascii=False),
        *(review.score, float(review.confidence)),
        *(rating and int(rating) for rating in (review.proposed, review.rating)),
        *(review.follows, review.scheduler, float(review.retention), review.version),
    )


def review_of(row: Row, question: str) -> Review:
    """Return the review that a row keeps."""
    key, at, day, entry, content, said, points, score, confidence, proposed, rating, *rest = row
    return Review(
        key,
        datetime.fromisoformat(at),
        date.fromisoformat(day),
        entry,
        question,
        content,
        said,
        tuple(PointReview(text, PointStatus(status), c) for text, status, c in json.loads(points)),
        score,
        confidence,
        rating_of(proposed),
        rating_of(rating),
        *rest,
    )


def rating_of(value: int | None) -> Rating | None:
    """Return the rating that a row keeps."""
    return None if value is None else Rating(value)


def move_of(row: Row, question: str) -> Move:
    """Return the move that a row keeps."""
    key, at, old, new, content, similarity = row
    return Move(key, datetime.fromisoformat(at), old, new, question, content, similarity)


def state_row(state: EntryState, derived: date) -> Row:
    """Return a state as its row, with the day on which it was derived."""
    return (
        *(state.entry, state.stability, state.difficulty),
        *(state.first.isoformat(), state.last.isoformat()),
        *(state.reviews, state.lapses, state.score, float(state.unchanged), derived.isoformat()),
    )


def state_of(row: Row) -> EntryState:
    """Return the state that a row keeps."""
    entry, stability, difficulty, first, last, *rest, _ = row
    days = date.fromisoformat(first), date.fromisoformat(last)
    return EntryState(entry, stability, difficulty, *days, *rest)


def settings_rows(settings: Settings) -> list[Row]:
    """Return settings as rows."""
    return [(name, json.dumps(value, default=str)) for name, value in asdict(settings).items()]


def settings_of(values: Mapping[str, str]) -> Settings:
    """Return the settings that rows keep; one that is missing is as it comes."""
    names = asdict(Settings())
    known = {name: json.loads(value) for name, value in values.items() if name in names}
    if until := known.get("until"):
        known["until"] = date.fromisoformat(until)
    return Settings(**known)
