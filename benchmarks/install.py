"""Installing ragprep without extras into a new environment, and the first answer after it.

Downloads from the package index, without pip's cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from measuring import Figure, arguments, at_most, run, show

ROOT = Path(__file__).parent.parent
QUESTION = "what is dropout?"


def main() -> None:
    options = arguments(__doc__, runs=1)
    with tempfile.TemporaryDirectory() as name:
        show(figures(Path(name)), as_json=options.json)


def figures(folder: Path) -> list[Figure]:
    environment, downloads = folder / "environment", folder / "downloads"
    venv.create(environment, with_pip=True)
    empty_mb = megabytes(environment)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "--disable-pip-version-check", "--no-cache-dir"]
    os.chdir(folder)
    subprocess.run([*pip, "download", "--quiet", "--dest", downloads, ROOT], check=True)
    built = [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder / "wheel", ROOT]
    subprocess.run(built, check=True)
    [wheel] = (folder / "wheel").iterdir()
    for archive in downloads.glob("ragprep*"):  # the source, packed by pip
        archive.unlink()
    offline = ["--quiet", "--no-index", "--find-links", downloads]
    subprocess.run([*pip, "install", *offline, wheel], check=True)
    listed = subprocess.run([*pip, "list"], capture_output=True, text=True, check=True).stdout
    installed_mb = megabytes(environment)

    os.environ["RAGPREP_HOME"] = str(folder / "home")
    asked = [str(scripts / "ragprep"), "ask", QUESTION, "--llm", "none"]
    first, second = run(asked), run(asked)
    return [
        Figure("packages", len(listed.splitlines()) - 2, ""),
        at_most("downloads, with the wheel of ragprep", megabytes(downloads, wheel), 130, "MB"),
        Figure("the wheel of ragprep", megabytes(wheel), "MB"),
        at_most("on disk, without pip", installed_mb - empty_mb, 420, "MB"),
        at_most("first answer", first.wall_s, 10, "s"),
        Figure("first answer, processor time", first.cpu_s, "s"),
        Figure("second answer", second.wall_s, "s"),
    ]


def megabytes(*paths: Path) -> float:
    """Return the size of files, and of all files in folders."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


if __name__ == "__main__":
    sys.exit(main())
