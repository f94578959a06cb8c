"""The constants of a grade, from fitted.json; a later fit replaces the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Constants:
    """What turns a reading into a score.

    Attributes:
        temperature: softens the judge's odds, which are surer than they should be.
        holistic: share of the score that is the judge's impression of the whole answer.
        reference_shares: of the points, the impression, and each of the four ways to be like a
            reference, for an answer that is graded without a guide.
        partial_credit: of a point covered in part, 0 to 1.
        penalty: what a contradicted point takes away, as a share of its weight.
        required_share: share of the items under one heading that is enough for full credit.
        terms_limit: highest score of a list of terms, 0 to 100.
        flag_weight: how far a flagged clause moves the odds towards contradicted, 0 to 1.
        far: cosine to the entry below which an answer is off topic.
        middling: cosine below which it is when another entry is closer by `gap`.
        gap: see `middling`.
        unsure: confidence below which a grade says that it is unsure.
    """

    temperature: float
    holistic: float
    reference_shares: tuple[float, float, float]
    partial_credit: float
    penalty: float
    required_share: float
    terms_limit: int
    flag_weight: float
    far: float
    middling: float
    gap: float
    unsure: float


@cache
def fitted() -> Constants:
    """Return the constants that ship."""
    record = json.loads(Path(__file__).with_name("fitted.json").read_text(encoding="utf-8"))
    record.pop("about")
    return Constants(**record)
