"""The file beside a guide that says what people may ask and it does not cover: reading it.

`interview.md` may have `interview.outside.jsonl`: a line each with phrase and source. A query
that is closer to such a phrase than to any entry is less likely to be covered.
"""

from __future__ import annotations

import json
from pathlib import Path

from ragprep.errors import GuideError
from ragprep.ingest.beside import read_beside


def out_of_scope_path(guide: Path) -> Path:
    """Return where the phrases of a guide file stand."""
    return guide.with_name(f"{guide.stem}.outside.jsonl")


def read_out_of_scope(guide: Path) -> tuple[str, ...]:
    """Return the phrases beside a guide, each once, in the file's order; none without a file.

    Raises:
        GuideError: a line is not such a phrase.
    """
    path = out_of_scope_path(guide)
    lines = (read_beside(path) or "").split("\n")
    phrases = [_phrase(f"{path}:{i}", line) for i, line in enumerate(lines, 1) if line.strip()]
    return tuple(dict.fromkeys(phrases))


def _phrase(where: str, line: str) -> str:
    try:
        phrase = json.loads(line)["phrase"]
        str(phrase).encode()  # half of a surrogate pair is no text
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise GuideError(
            f"{where}: not a phrase.", remedy='A line has "phrase" and may have "source".'
        ) from exc
    if not isinstance(phrase, str) or not phrase.strip():
        raise GuideError(f"{where}: the phrase is empty or no text.", remedy="Mend or remove it.")
    return phrase
