"""Who imports whom: stages do not know each other, and nothing heavy loads by itself."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ragprep

PACKAGE = Path(ragprep.__file__).parent
SHARED = {"types", "protocols", "errors", "config"}
STAGES = {"ingest", "retrieve", "answer", "measure", "expand", "chat", "grade"}

MAY_IMPORT = {
    "types": set(),
    "errors": set(),
    "config": {"errors"},
    "query": {"errors"},
    "protocols": {"types"},
    **dict.fromkeys(STAGES, SHARED),
    "engine": SHARED | {"ingest", "retrieve"},  # makes index and encoder ready
    "trial": SHARED | {"ingest", "retrieve"},  # searches to compare aliases by
    "doctor": SHARED | {"engine", "retrieve", "answer", "grade"},
    "finder": SHARED | {"engine", "query", "retrieve"},
    "grader": SHARED | {"finder", "grade", "ingest", "retrieve"},
    "evaluations": SHARED | STAGES | {"finder", "grader", "query"},
    "service": SHARED | STAGES | {"engine", "finder", "grader", "evaluations", "doctor", "trial"},
    "testing": SHARED | {"retrieve", "grade"},
    "cli": SHARED | {"service", "measure", "expand", "chat"},  # whose results it shows
    "__main__": {"cli"},
    "__init__": {"service"},
}
"""Part of the package -> the other parts it may import, wherever in a module it does."""

HEAVY = {
    *("bm25s", "faiss", "httpx", "ir_measures", "markdown_it", "numpy", "ollama", "onnx"),
    *("onnxruntime", "pydantic", "rich", "scipy", "sentence_transformers", "tokenizers"),
    *("torch", "transformers", "xllamacpp"),
}


def part_of(module: str) -> str:
    """Return the part of the package a module belongs to: "ragprep.ingest.marks" -> "ingest"."""
    return module.split(".")[1] if "." in module else "__init__"


def imports(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a file imports, at any depth."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("ragprep"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = node.module or ""
            if module == "ragprep":  # of `from ragprep import x` x may be a part
                names = {name.name for name in node.names}
                yield from (f"ragprep.{name}" for name in names & MAY_IMPORT.keys())
            elif module.startswith("ragprep."):
                yield module


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_what_the_table_allows(path: Path):
    """A new part of the package gets a line in the table."""
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    found = {part_of(module) for module in imports(path)} - {part}
    assert found <= MAY_IMPORT[part], f"{part} may not import {found - MAY_IMPORT[part]}"


@pytest.mark.parametrize("module", ["ragprep", "ragprep.service", "ragprep.cli", "ragprep.testing"])
def test_an_import_loads_nothing_heavy(module: str):
    """A subprocess, because the tests have loaded it all."""
    code = f"import sys, {module}; print(*(m for m in {HEAVY} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_query_loads_neither_torch_nor_the_parser(ready_home: Path):
    """Nor scipy, which bm25s would bring, nor a client of any LLM."""
    needed = {"faiss", "numpy", "onnxruntime", "tokenizers"}
    never = {*HEAVY, "ragprep.ingest.markdown", "filelock"} - needed
    code = (
        "import sys; from pathlib import Path; from ragprep import Prep\n"
        "from ragprep.config import Config\n"
        f"prep = Prep.open(Config(home=Path({str(ready_home)!r}), llm='none'))\n"
        "assert prep.ask('what is dropout').sources\n"
        f"print(*(m for m in {never} if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_nothing_is_kept_to_be_reported(ready_home: Path, tmp_path: Path):
    """onnxruntime would store events under the user's folder, and send them to its maker."""
    code = (
        "from pathlib import Path; from ragprep import Prep\n"
        "from ragprep.config import Config\n"
        f"prep = Prep.open(Config(home=Path({str(ready_home)!r}), llm='none'))\n"
        "assert prep.ask('what is dropout').sources\n"
    )
    env = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    env |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert list(tmp_path.iterdir()) == []


def test_the_package_has_one_public_name():
    """Loaded on first use."""
    assert ragprep.__all__ == ["Prep", "__version__"]
    assert ragprep.Prep.__name__ == "Prep"
    with pytest.raises(AttributeError, match="nothing"):
        _ = ragprep.nothing
