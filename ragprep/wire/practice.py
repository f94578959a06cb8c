"""What `--json` prints of practice sessions and mock interviews; pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from ragprep.types.session import Answered, Question, Step
from ragprep.wire.entries import grade, section

if TYPE_CHECKING:
    from ragprep.practice.session import Session
    from ragprep.types.guide import Entry
    from ragprep.types.practice import Rating, RatingName
    from ragprep.types.session import InterviewReport

Object = dict[str, Any]


def practice(event: Question | Answered | Step | Session) -> Object:
    """Return what happened in a session, an object a line, each with its `event`.

    - "question": `number`, `of` (at most), `entry`, `id`, `question`, `section`, `reason` ("due",
      "weak" or "new"), `recall` (0 to 1, the probability that it is recalled), `draft` (an answer
      begun before, from which this one goes on; "" if none).
    - "answer": `grade` (as of `grade`), `fix` (the one thing to fix first, "" if nothing),
      `proposed` (the rating "again", "hard", "good" or "easy"; null where the grade is unsure, and
      of the answer to a follow-up question), `due` (the day that each rating leads to).
    - "review", an answer that is kept: `review` (its id), `entry`, `rating`, `due`, `follow_up`
      (the second question, null if none).
    - "undo": `entry` and `stage`: "rating" for a rating that was taken back, "answer" for an
      answer.
    - "end": `answered`, `skipped`, `ratings` (how often each was given).
    """
    match event:
        case Question():
            return _question(event)
        case Answered():
            return _answered(event)
        case Step():
            return _step(event)
    return {
        "event": "end",
        "answered": len(event.steps),
        "skipped": event.skipped,
        "ratings": dict(Counter(_name(step.rating) for step in event.steps)),
    }


def reviewed(answered: Answered, rating: Rating, review: str) -> Object:
    """Return an answer that was kept outside of a session.

    - `review` (its id), `entry` (label), `rating` ("again", "hard", "good" or "easy"), `due` (the
      day on which the entry comes due).
    """
    from ragprep.wire import shapes

    assert answered.proposal is not None
    due = answered.proposal.due[rating]
    return shapes.plain(shapes.ReviewJson(review, answered.entry.label, _name(rating), due))


def undone(question: Question, stage: str) -> Object:
    """Return what was taken back: see `practice`."""
    return {"event": "undo", "entry": question.entry.label, "stage": str(stage)}


def interview(report: InterviewReport) -> Object:
    """Return what came of a mock interview.

    - `began` (ISO 8601), `minutes` (that it was to take), `score` (0 to 100, the mean over the
      questions asked).
    - `answers`: in the order asked; each `entry`, `question`, `section`, `said` ("" when it was
      passed over), `seconds`, `grade` (as of `grade`; null when it was passed over or could not
      be graded), `failure` (why it could not, "" if it could).
    - `not_asked`: entries that there was no time for: each `label`, `question`.
    - `to_work_on`: at most three, the most pressing first: each `entry`, `question`, `what`.
    """
    return {
        "began": report.began.isoformat(),
        "minutes": report.minutes,
        "score": report.score,
        "answers": [
            _asked(answer.entry)
            | {
                "said": answer.said,
                "failure": answer.failure,
                "seconds": round(answer.taken.total_seconds(), 1),
                "grade": None if answer.grade is None else grade(answer.grade),
            }
            for answer in report.answers
        ],
        "not_asked": [
            {"label": entry.label, "question": entry.question} for entry in report.not_asked
        ],
        "to_work_on": [
            {"entry": item.entry.label, "question": item.entry.question, "what": item.what}
            for item in report.to_work_on
        ],
    }


def interview_question(entry: Entry, number: int, of: int, seconds: float) -> Object:
    """Return a question of a mock interview: `number`, `of`, `seconds` (for it), and the entry."""
    return {"number": number, "of": of, "seconds": round(seconds)} | _asked(entry)


def _question(event: Question) -> Object:
    return {
        "event": "question",
        "number": event.number,
        "of": event.of,
        "id": event.entry.id,
        **_asked(event.entry),
        "reason": str(event.reason),
        "recall": round(event.recall, 3),
        "draft": event.draft,
    }


def _answered(event: Answered) -> Object:
    proposal = event.proposal
    return {
        "event": "answer",
        "grade": grade(event.grade),
        "fix": event.fix,
        "proposed": _name(proposal.rating) if proposal and proposal.rating else None,
        "due": {_name(r): str(day) for r, day in proposal.due.items()} if proposal else {},
    }


def _step(event: Step) -> Object:
    proposal, entry = event.answered.proposal, event.answered.entry
    return {
        "event": "review",
        "review": event.review,
        "entry": entry.label,
        "rating": _name(event.rating),
        "due": str(proposal.due[event.rating]) if proposal else None,
        "follow_up": event.follow_up.text if event.follow_up else None,
    }


def _asked(entry: Entry) -> Object:
    return {"entry": entry.label, "question": entry.question, "section": section(entry)}


def _name(rating: Rating) -> RatingName:
    return cast("RatingName", rating.name.lower())
