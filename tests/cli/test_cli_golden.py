"""What people see, word for word; `RAGPREP_REWRITE=1 pytest tests/cli/test_cli_golden.py` rewrites.

Relevance is left out: it changes whenever the weights are fitted anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"
REWRITE = bool(os.environ.get("RAGPREP_REWRITE"))

SESSIONS = {
    "search": ["search", "what is dropout and why is it used", "-k", "1"],
    "search-not-covered": ["search", "how do I bake sourdough bread", "-k", "1"],
    "ask": ["ask", "what is dropout?", "--llm", "none"],
    "ask-point": ["ask", "what does Bayesian optimization do?", "--llm", "none"],
    "show": ["show", "q3"],
    "show-points": ["show", "q3", "--points"],
}


@pytest.mark.parametrize("name", SESSIONS)
def test_output(run: Callable[..., Any], ready_home: Path, name: str) -> None:
    """Plain text where stdout is no terminal."""
    ran = run(*SESSIONS[name], "--home", ready_home)
    assert (ran.code, ran.err) == (0, "")
    shown = re.sub(r"\b(strong|likely|weak) \d\.\d\d\b", "BAND 0.00", ran.out)
    if name == "search-not-covered":  # which entry is closest to bread says nothing
        shown = re.sub(r"Closest:\n\n.*", "Closest:\n\n...\n", shown, flags=re.DOTALL)
    path = GOLDEN / f"{name}.txt"
    if REWRITE:
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
