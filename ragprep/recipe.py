"""The recipe that each fitted file carries: what it was made from, and for which encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model or a file of constants was made (the key `recipe` of its JSON file).

    Attributes:
        script: that makes it, from the root of the repository.
        data: sha256 by file, of what it was fitted on.
        encoder: fingerprint of the encoder whose output it was fitted on.
        seed: of random draws; None where nothing is drawn.
        versions: by package.
        measured: figures of the result, by name.
        note: what the script alone does not tell.
    """

    script: str
    data: Mapping[str, str]
    encoder: str
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
