"""Shapes of results that `wire.shapes` has none of; they make the OpenAPI document, not the JSON.

What the keys mean stands in the docstrings of the functions of `wire` that fill them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from ragprep.types.answer import Sentence, Source
from ragprep.types.check import Check
from ragprep.types.grade import PointStatus
from ragprep.types.index import FileRead, GuideFile
from ragprep.types.practice import RatingName
from ragprep.wire.shapes import EntryJson, GradeJson, SecondsJson


class Problem(BaseModel):
    """What went wrong; see `ragprep.web.problems.problem`."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    remedy: str
    error: str


class TurnJson(BaseModel):
    """What `wire.chat` returns."""

    question: str
    searched: str
    text: str
    refused: bool
    sentences: list[Sentence]
    omitted: list[Sentence]
    sources: list[Source]
    model: str | None
    verdict: Literal["answered", "extractive", "refused", "asked back"]
    note: str
    seconds: SecondsJson


class ListingJson(BaseModel):
    """What `wire.listing` returns."""

    entries: list[EntryJson]


class StatusJson(BaseModel):
    """What `wire.status` returns."""

    home: str
    format: int
    model: str
    fingerprint: str
    dim: int
    index_type: str
    sources: list[str]
    guides: list[GuideFile]
    entries: int
    views: int
    corpus_sha256: str
    checksums: dict[str, str]


class DoctorJson(BaseModel):
    """What `wire.doctor` returns."""

    checks: list[Check]


class ModelsJson(BaseModel):
    """What `wire.models` returns."""

    models: list[str]


class PointReviewJson(BaseModel):
    """What an answer made of a key point."""

    text: str
    status: PointStatus
    credit: float


class ReviewedJson(BaseModel):
    """A review."""

    entry: str
    id: str
    at: datetime
    day: date
    question: str
    said: str | None
    points: list[PointReviewJson]
    score: int
    confidence: float
    proposed: RatingName | None
    rating: RatingName | None
    follows: str | None


class StateJson(BaseModel):
    """What is remembered of an entry."""

    stability: float
    difficulty: float
    first: date
    last: date
    reviews: int
    lapses: int


class HistoryJson(BaseModel):
    """What `wire.history` returns."""

    reviews: list[ReviewedJson]
    state: StateJson | None


class BuildJson(BaseModel):
    """What `wire.build` returns."""

    entries: int
    views: int
    embedded: int
    reused: int
    seconds: float
    files: list[FileRead]


class JobJson(BaseModel):
    """A build of the index; see `ragprep.web.api.guides.job_json`."""

    job: int
    name: str
    state: Literal["running", "done", "failed"]
    stage: str
    done: int
    total: int
    report: BuildJson | None
    problem: Problem | None


class RemarkJson(BaseModel):
    """What is to be said about a line."""

    line: int
    level: Literal["info", "warning", "error"]
    message: str


class FoundJson(BaseModel):
    """An entry that a guide is read as."""

    label: str
    question: str
    answer: str
    lines: tuple[int, int]
    section: list[str]


class LeftOutJson(BaseModel):
    """Text in no entry."""

    lines: tuple[int, int]
    reason: str


class LinesJson(LeftOutJson):
    """Lines of a file, and what they are."""

    role: Literal["entry", "section", "metadata", "blank", "left out"]


class LintJson(BaseModel):
    """What `wire.lint` returns."""

    guide: str
    path: str
    entries: int
    remarks: list[RemarkJson]
    found: list[FoundJson]
    left_out: list[LeftOutJson]
    account: list[LinesJson]
    missed: int
    skipped: str


class QuestionEvent(BaseModel):
    """A question of a session."""

    event: Literal["question"]
    number: int
    of: int
    id: str
    entry: str
    question: str
    section: str
    reason: Literal["due", "weak", "new"]
    recall: float
    draft: str


class AnswerEvent(BaseModel):
    """An answer with its grade."""

    event: Literal["answer"]
    grade: GradeJson
    fix: str
    proposed: RatingName | None
    due: dict[RatingName, date]


class ReviewEvent(BaseModel):
    """An answer that is kept."""

    event: Literal["review"]
    review: str
    entry: str
    rating: RatingName
    due: date | None
    follow_up: str | None


class UndoEvent(BaseModel):
    """A step that was taken back."""

    event: Literal["undo"]
    entry: str
    stage: Literal["answer", "rating"]


class EndEvent(BaseModel):
    """The end of a session."""

    event: Literal["end"]
    answered: int
    skipped: int
    ratings: dict[RatingName, int]


class InterviewQuestionJson(BaseModel):
    """What `wire.interview_question` returns."""

    number: int
    of: int
    seconds: int
    entry: str
    question: str
    section: str


class InterviewAnswerJson(BaseModel):
    """An answer of a mock interview."""

    entry: str
    question: str
    section: str
    said: str
    failure: str
    seconds: float
    grade: GradeJson | None


class ToWorkOnJson(BaseModel):
    """An entry to work on, and what of it."""

    entry: str
    question: str
    what: str


class NotAskedJson(BaseModel):
    """An entry that there was no time for."""

    label: str
    question: str


class InterviewJson(BaseModel):
    """What `wire.interview` returns."""

    began: datetime
    minutes: float
    score: int
    answers: list[InterviewAnswerJson]
    not_asked: list[NotAskedJson]
    to_work_on: list[ToWorkOnJson]
