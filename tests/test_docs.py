"""The documents: their links resolve, the code they name exists, and no machine shows in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "eval/*.md", "benchmarks/*.md", "corpus/README.md")
    for path in ROOT.glob(pattern)
)

documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@documents
def test_a_link_leads_to_a_file(path: Path) -> None:
    """Every relative link names a file or folder beside the document."""
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@documents
def test_code_named_in_a_document_exists(path: Path) -> None:
    """`folder/file.py` is a file, and `folder/file.py:name` is defined in it."""
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:ragprep|eval|tests|benchmarks)/[\w/]+\.py)(?::([\w.]+))?`", text)
    assert [ref for ref in named if not _exists(*ref)] == []


@documents
def test_no_path_of_a_machine(path: Path) -> None:
    """No document shows where somebody keeps things."""
    machine = r"(?<![\w.])/(?:home|root|Users|opt|tmp|work)/|[A-Z]:\\"
    assert re.findall(machine, path.read_text(encoding="utf-8")) == []


def _exists(file: str, name: str) -> bool:
    path = ROOT / file
    if not path.is_file():
        return False
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split(".") if name else []:
        matching = [node for node in body if getattr(node, "name", None) == part]
        if not matching:
            return False
        body = getattr(matching[0], "body", [])
    return True
