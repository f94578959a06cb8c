"""The constants of grades, from fitted.json and statements.json, whose `sources` say how chosen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("fitted.json")
OF_STATEMENTS = Path(__file__).with_name("statements.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """What turns the output of both readers into a score; see `credit`.

    Attributes:
        point: of what a point earns: constant, and five features.
        statement: of whether a statement is so: constant, and two features.
        statements: share of the score that says how far they are so, 0 to 1.
        holistic: share of the score that is the holistic score, 0 to 1.
    """

    point: tuple[float, ...]
    statement: tuple[float, ...]
    statements: float
    holistic: float


@dataclass(frozen=True, slots=True)
class Constants:
    """What turns a reader's output into a score.

    Attributes:
        holistic: share of the score that is the holistic score, 0 to 1, where nobody read the
            statements one by one.
        weights: of the readers, where statements were read one by one.
        covered: credit from which on a point is covered, where statements were read.
        in_part: credit from which on it is covered in part.
        reference_shares: of the points, the words of a reference, and each of four other
            similarities to it, for an answer that is graded without a guide; the first, the second
            and four times the third add up to 1.
        full_similarity: share of a reference, 0 to 1, from which on a similarity counts in full:
            a right answer in other words has seldom more.
        partial_credit: of a point covered in part, 0 to 1.
        required_share: share of the items under one heading that full credit requires.
        terms_limit: highest score of a list of terms, 0 to 100.
        flag_weight: how far a flagged clause moves probabilities towards contradicted, 0 to 1.
        certain: least probability of a contradiction that is stated; what is less probable is not
            recognised.
        vetoed: probability from which on a statement that is entailed speaks against it.
        agreed: least probability of it by the reader where a rule finds one that does not stand
            alone.
        far: cosine to the entry below which an answer is off topic.
        middling: cosine below which it is when another entry is closer by `gap`.
        gap: see `middling`.
        unsure: confidence below which a grade says that it is uncertain.
    """

    holistic: float
    weights: Weights
    covered: float
    in_part: float
    reference_shares: tuple[float, float, float]
    full_similarity: float
    partial_credit: float
    required_share: float
    terms_limit: int
    flag_weight: float
    certain: float
    vetoed: float
    agreed: float
    far: float
    middling: float
    gap: float
    unsure: float


@cache
def fitted() -> Constants:
    """Return the constants that ship with the package."""
    files = (json.loads(file.read_text(encoding="utf-8")) for file in (FILE, OF_STATEMENTS))
    values = {name: value for file in files for name, value in file["constants"].items()}
    return Constants(**_tupled(values) | {"weights": Weights(**_tupled(values["weights"]))})


def _tupled(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
