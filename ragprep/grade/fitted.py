"""The constants of grades, read from fitted.json, where `sources` says how each was chosen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True, slots=True)
class Constants:
    """What turns a reader's output into a score.

    Attributes:
        holistic: share of the score that is the holistic score, 0 to 1.
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
        agreed: least probability of it by the reader where a rule finds one that does not stand
            alone.
        far: cosine to the entry below which an answer is off topic.
        middling: cosine below which it is when another entry is closer by `gap`.
        gap: see `middling`.
        unsure: confidence below which a grade says that it is uncertain.
    """

    holistic: float
    reference_shares: tuple[float, float, float]
    full_similarity: float
    partial_credit: float
    required_share: float
    terms_limit: int
    flag_weight: float
    certain: float
    agreed: float
    far: float
    middling: float
    gap: float
    unsure: float


@cache
def fitted() -> Constants:
    """Return the constants that ship with the package."""
    values = json.loads(FILE.read_text(encoding="utf-8"))["constants"]
    return Constants(**values | {"reference_shares": tuple(values["reference_shares"])})
