"""docs/openapi.json is generated, and current."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_document_is_current() -> None:
    """`python docs/generate_openapi.py` writes it."""
    spec = importlib.util.spec_from_file_location("openapi", DOCS / "generate_openapi.py")
    assert spec is not None and spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    written = (DOCS / "openapi.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(generator.text())
