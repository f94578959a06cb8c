"""Reading what stands beside a guide: aliases, phrases out of scope, amendments of points."""

from __future__ import annotations

from pathlib import Path

from ragprep.errors import GuideError
from ragprep.files import read_small

MAX_BYTES = 16 * 2**20
"""Read of such a file. A guess: 6,000 aliases, those of 100 entries, take one MiB."""


def read_beside(path: Path, *, errors: str = "strict") -> str | None:
    """Return the text of a file beside a guide, None where there is none.

    Args:
        path: of the file.
        errors: what becomes of what is no UTF-8, as for `bytes.decode`.

    Raises:
        GuideError: it cannot be read, is no regular file, or is larger than `MAX_BYTES`.
    """
    try:
        return read_small(path, MAX_BYTES, errors=errors)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else exc
        raise GuideError(f"{path} cannot be read: {reason}.", remedy="Fix or remove it.") from exc
