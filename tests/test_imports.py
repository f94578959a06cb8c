"""Who imports whom: the layers have a direction, and nothing heavy loads by itself."""

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
ROWS = (
    {
        *("errors", "config", "protocols", "types"),
        *("locks", "slots", "checksums", "child", "files", "recipe"),
    },
    {"text"},
    {"llm", "encoder", "reader"},
    {"ingest"},
    {"index", "milvus"},
    {"search"},
    {"answer", "grade", "expand", "chat", "export"},
    {"practice"},
    {"evaluation"},
    {"service", "wire", "doctor"},
    {"cli", "web", "mcp"},
)
"""The layers: a part of the package may import from its own row and from rows above it."""

ROW_OF = {part: number for number, row in enumerate(ROWS) for part in row}
OUTSIDE_THE_ROWS = {"__init__", "__main__", "testing"}
"""`__init__` and `__main__` hand on what the package is; the public fakes may import any row."""

HEAVY = {
    *(
        "bm25s",
        "faiss",
        "grpc",
        "pandas",
        "pyarrow",
        "pymilvus",
        "ray",
        "httpx",
        "ir_measures",
        "markdown_it",
        "mcp",
        "numpy",
        "ollama",
    ),
    *(
        "onnx",
        "onnxruntime",
        "prompt_toolkit",
        "pydantic",
        "rich",
        "scipy",
        "sentence_transformers",
    ),
    *("tokenizers", "torch", "transformers", "xllamacpp", "yaml"),
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
                yield from (f"ragprep.{name}" for name in names & ROW_OF.keys())
            elif module.startswith("ragprep."):
                yield module


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_its_own_row_and_those_above(path: Path):
    """A new part of the package gets a place in the rows."""
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part in OUTSIDE_THE_ROWS:
        return
    below = {m for m in imports(path) if ROW_OF.get(part_of(m), len(ROWS)) > ROW_OF[part]}
    assert below - {"ragprep"} == set(), f"{part} may not import {below}"


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
