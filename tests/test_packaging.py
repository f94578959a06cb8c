"""What is installed: the declared dependencies are the imported ones, and the wheel is whole."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

IMPORT_NAMES = {
    "faiss-cpu": "faiss",
    "grpcio": "grpc",
    "markdown-it-py": "markdown_it",
    "pyyaml": "yaml",
}
EXTRAS = ("models", "eval", "llamacpp", "web", "mcp", "ray", "milvus")
"""Those of users; `dev` has them all."""
NEVER_IMPORTED = {"onnxscript", "backports.zstd", "python_multipart"}
"""torch's exporter needs the first and does not install it; the second has another name from
Python 3.14 on, and is looked for by both; FastAPI reads forms by the third."""


def test_every_import_is_declared_and_every_dependency_imported() -> None:
    """Nothing works by the luck of another package's dependencies, and nothing is dead weight."""
    lines = PROJECT["dependencies"] + [
        line for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]
    ]
    declared = {
        IMPORT_NAMES.get(name, name.replace("-", "_"))
        for name in (re.split(r"[><=~!\[; ]", line)[0] for line in lines)
    }
    assert _imported(ROOT / "ragprep") == declared - NEVER_IMPORTED


def test_the_extra_of_development_has_the_others() -> None:
    """So that what the tests need is not listed twice."""
    assert f"ragprep[{','.join(EXTRAS)}]" in PROJECT["optional-dependencies"]["dev"]


def test_the_licence_names_what_is_not_ours() -> None:
    """The encoder's, htmx's and the guide's author's; the files that say so are in the wheel."""
    assert PROJECT["license"] == "MIT AND Apache-2.0 AND 0BSD AND LicenseRef-ragprep-guide"
    files = PROJECT["license-files"]
    others = ["ragprep/encoder/minilm/LICENSE", "ragprep/web/static/NOTICE"]
    assert files == ["LICENSE", "NOTICE", "corpus/README.md", *others]
    for name in ("NOTICE", "corpus/README.md"):
        assert "LicenseRef-ragprep-guide" in (ROOT / name).read_text(encoding="utf-8")


def test_the_wheel_contains_the_corpus() -> None:
    """The guides are mapped into the package, where `shipped_guides` looks for them first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {"corpus": "ragprep/_corpus"}
    assert list((ROOT / "corpus").glob("*.md"))


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    """`.ci/run` ends with the README's line for testing."""
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert f"```sh\n{last}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def _imported(folder: Path) -> set[str]:
    """Return the top-level modules imported anywhere, but for the standard library and our own.

    `find_spec("name")` counts too.
    """
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import():
                    names |= {alias.name for alias in node.names}
                case ast.ImportFrom(module=str(module), level=0):
                    names.add(module)
                case ast.Call(func=ast.Name("find_spec"), args=[ast.Constant(value=str(name))]):
                    names.add(name)
    top = {name.partition(".")[0] for name in names}
    return top - set(sys.stdlib_module_names) - {"ragprep"}
