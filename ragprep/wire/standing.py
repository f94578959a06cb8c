"""What `--json` prints of how far a person has come; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from ragprep.wire.entries import Object

if TYPE_CHECKING:
    from pathlib import Path

    from ragprep.types.practice import Backup, EntryState, Review
    from ragprep.types.progress import DueEntry, Standing


def progress(shown: Standing) -> Object:
    """Return how far a person has come.

    - `at`: when, with the time zone.
    - `overall`, and `sections` in the guides' order: each `name`, `entries`, `tried` (of them),
      `known` (0 to 1, mean over the entries of the probability of recall times the score of the
      last answer, 0 for one never tried), `due` (today).
    - `missed`: points missed most often, worst first: each `entry` (label), `text`, `missed`,
      `asked` (answers graded on it).
    - `reviews`: so many answers a day on the last 28 days, today last; those in mock interviews
      and to second questions count, too.
    - `due`: entries that come due on the next 14 days, today and overdue first; `new`: entries to
      meet today.
    - `proposals`: proposed ratings: `given`, `lowered` and `raised` by the person.
    - `forecast`: null without an interview to come or any answer; else `until`, `a_day` (answers a
      day, as lately), `known` on that day with so many, `low` and `high` (its 95% interval by the
      model of memory), `idle` (`known` without any), `path` and `idle_path` (both on each day from
      today on; the last is that day).
    - `until`: the day of the interview, null where there is none to come.
    """
    forecast = shown.forecast
    return asdict(shown) | {
        "at": shown.at.isoformat(),
        "until": shown.until and shown.until.isoformat(),
        "forecast": forecast and asdict(forecast) | {"until": forecast.until.isoformat()},
    }


def due(entries: Sequence[DueEntry], new: int) -> Object:
    """Return when entries come due.

    - `entries`: those that were answered, by day; each `label`, `question`, `day` (on which it
      comes due), `recall` (0 to 1, the probability that it is recalled today).
    - `new`: entries to meet today.
    """
    from ragprep.wire import shapes

    return shapes.plain(shapes.DueJson(list(entries), new))


def history(reviews: Sequence[tuple[str, Review]], state: EntryState | None) -> Object:
    """Return reviews.

    - `reviews`: oldest first; each `entry` (its label now, "" where it is gone), `id`, `at` (UTC),
      `day` (the person's), `question`, `said` (null where it is not kept), `points` (each `text`,
      `status`, `credit`), `score` (0 to 100), `confidence` (0 to 1), `proposed` and `rating`
      ("again", "hard", "good", "easy"; null where there is none), `follows` (the id of the review
      that it asks again about; null).
    - `state`: of the one entry asked for, else null: `stability` (days until it is recalled with
      0.9), `difficulty` (1 to 10), `first` and `last` (days), `reviews`, `lapses`.
    """
    return {
        "reviews": [_review(label, review) for label, review in reviews],
        "state": state
        and {
            "stability": state.stability,
            "difficulty": state.difficulty,
            "first": state.first.isoformat(),
            "last": state.last.isoformat(),
            "reviews": state.reviews,
            "lapses": state.lapses,
        },
    }


def reviews_kept(reviews: int, file: Path) -> Object:
    """Return how many reviews a file gave or got.

    - `reviews`: so many; of an import those that are new.
    - `file`: its path.
    """
    return {"reviews": reviews, "file": str(file)}


def restored(backup: Backup, aside: Path | None) -> Object:
    """Return what was brought back.

    - `reviews`: so many, as of `at` (ISO 8601), from `file`.
    - `aside`: where the history that was replaced is kept; null if there was none.
    """
    return {
        "reviews": backup.reviews,
        "at": backup.at.isoformat(),
        "file": str(backup.path),
        "aside": None if aside is None else str(aside),
    }


def forgotten(reviews: int) -> Object:
    """Return what was removed.

    - `reviews`: so many, from the history and its backups.
    """
    return {"reviews": reviews}


def move_undone(move: str) -> Object:
    """Return what was taken back.

    - `move`: its id.
    """
    return {"move": move}


def _review(label: str, review: Review) -> Object:
    return {
        "entry": label,
        "id": review.id,
        "at": review.at.isoformat(),
        "day": review.day.isoformat(),
        "question": review.question,
        "said": review.said,
        "points": [asdict(point) for point in review.points],
        "score": review.score,
        "confidence": review.confidence,
        "proposed": review.proposed and review.proposed.name.lower(),
        "rating": review.rating and review.rating.name.lower(),
        "follows": review.follows,
    }
