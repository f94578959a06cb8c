"""The objects that `--json` prints; pure. Their docstrings are the contract, docs/cli.md has them.

Keys may be added; none is renamed, removed or given another meaning without a major release.
"""

from __future__ import annotations

from ragprep.wire.entries import (
    answer,
    chat,
    entries_shown,
    grade,
    listing,
    related,
    search,
    section,
)
from ragprep.wire.guides import (
    build,
    doctor,
    expand,
    export,
    formats,
    lint,
    lint_folder,
    models,
    status,
)
from ragprep.wire.practice import interview, interview_question, practice, reviewed, undone
from ragprep.wire.reports import (
    answers_report,
    grading_report,
    pairs_report,
    related_report,
    retrieval_report,
    wording_report,
)
from ragprep.wire.standing import (
    due,
    forgotten,
    history,
    move_undone,
    progress,
    restored,
    reviews_kept,
)

__all__ = [
    "answer",
    "answers_report",
    "build",
    "chat",
    "doctor",
    "due",
    "entries_shown",
    "expand",
    "export",
    "forgotten",
    "formats",
    "grade",
    "grading_report",
    "history",
    "interview",
    "interview_question",
    "lint",
    "lint_folder",
    "listing",
    "models",
    "move_undone",
    "pairs_report",
    "practice",
    "progress",
    "related",
    "related_report",
    "restored",
    "retrieval_report",
    "reviewed",
    "reviews_kept",
    "search",
    "section",
    "status",
    "undone",
    "wording_report",
]
