"""Writes fitted files with their recipe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ragprep.checksums import file_sha256
from ragprep.recipe import Recipe

ROOT = Path(__file__).parent.parent
CORPUS = tuple(sorted((ROOT / "corpus").glob("ai-ml-interview-guide.*")))
"""The shipped guide with the files beside it: what the shipped index is built from."""


def recipe(
    script: str,
    data: Iterable[Path],
    *,
    encoder: str,
    seed: int | None = None,
    packages: Sequence[str] = ("numpy",),
    measured: Mapping[str, float] | None = None,
    note: str = "",
) -> Recipe:
    """Return the recipe of a file that is made now.

    Args:
        script: path from the root of the repository.
        data: files in the repository.
        encoder: fingerprint of the encoder.
        seed: of random draws; None where nothing is drawn.
        packages: whose versions matter.
        measured: figures, rounded here to four digits.
        note: what the script alone does not tell.
    """
    return Recipe(
        script=script,
        data={path.relative_to(ROOT).as_posix(): file_sha256(path) for path in data},
        encoder=encoder,
        seed=seed,
        versions={package: version(package) for package in packages},
        measured={name: round(value, 4) for name, value in (measured or {}).items()},
        note=note,
    )


def write(path: Path, content: Mapping[str, Any], recipe_used: Recipe) -> None:
    """Write a fitted file: JSON, the recipe last."""
    record = {**content, "recipe": asdict(recipe_used)}
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def stale_data(recipe_used: Recipe) -> list[str]:
    """Return the data files of a recipe that are gone or changed since."""
    paths = {name: ROOT / name for name in recipe_used.data}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or file_sha256(path) != recipe_used.data[name]
    ]
