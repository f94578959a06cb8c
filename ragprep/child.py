"""What a Python process started by ragprep may import: nothing from the current folder."""

from __future__ import annotations

import os
from pathlib import Path


def environment() -> dict[str, str]:
    """Return this process's environment for a child that is started with `python -P`.

    `-P` keeps the current folder off the path; here it is taken out of PYTHONPATH as well, where
    an empty or relative entry means that folder or one in it. The folder that ragprep itself was
    imported from stays, so that parent and child are of one version.
    """
    environ = dict(os.environ)
    entries = environ.pop("PYTHONPATH", "").split(os.pathsep)
    kept = [entry for entry in entries if _is_safe(Path(entry))]
    return environ | ({"PYTHONPATH": os.pathsep.join(kept)} if kept else {})


def _is_safe(entry: Path) -> bool:
    if not entry.is_absolute():
        return False
    folder = entry.resolve()
    return folder != Path.cwd().resolve() or folder == Path(__file__).resolve().parents[1]
