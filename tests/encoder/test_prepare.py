"""Where encoders stand, and the process that prepares another one than the default."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import ragprep
from ragprep import Prep, child
from ragprep.config import DEFAULT_MODEL, Config
from ragprep.encoder import export
from ragprep.encoder.embed import OnnxEmbedder, open_embedder
from ragprep.encoder.info import SHIPPED, read_info
from ragprep.encoder.prepare import encoder_folder, is_sound, prepare, shipped_info, source_of
from ragprep.errors import ModelError

ROOT = Path(ragprep.__file__).parents[1]


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def test_each_model_has_a_folder_of_its_own(tmp_path: Path):
    """Two models of one name too; none outside of the home."""
    names = ["org/m", "other/m", "../../m", "m/", "C:\\m", "ü ü", "/abs/m", f"org/{DEFAULT_MODEL}"]
    folders = [encoder_folder(tmp_path, name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder.parent == tmp_path / "models" for folder in folders)


def test_the_default_model_is_opened_from_the_package(tmp_path: Path):
    """Nothing is prepared, and nothing written to the home."""
    info = prepare(DEFAULT_MODEL, tmp_path / "home", quiet)
    assert info == shipped_info()
    assert (info.model, info.dim) == (DEFAULT_MODEL, 384)
    folder = encoder_folder(tmp_path / "home", DEFAULT_MODEL)
    assert OnnxEmbedder(info, folder).embed(["cat"], role="query").shape == (1, 384)
    assert list(tmp_path.iterdir()) == []


def test_a_prepared_encoder_is_not_prepared_again(tmp_path: Path, monkeypatch):
    """Another process may just have done it."""
    folder = encoder_folder(tmp_path, "org/other")
    folder.parent.mkdir()
    folder.symlink_to(SHIPPED)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert prepare("org/other", tmp_path, quiet) == read_info(SHIPPED)
    assert is_sound(folder)


def test_a_folder_without_an_encoder_is_not_sound(tmp_path: Path):
    """Nor one that is not there."""
    assert not is_sound(tmp_path)
    assert not is_sound(tmp_path / "none")


def test_preparing_a_model_runs_no_code_of_the_current_folder(tmp_path: Path, monkeypatch):
    """Modules of the libraries' names lie there, and PYTHONPATH leads there in three ways.

    The model is not there either: the error has the last word of the reason, not its traceback.
    """
    here = tmp_path / "here"
    here.mkdir()
    for name in ("numpy", "onnx", "ragprep", "sentence_transformers", "torch", "transformers"):
        (here / f"{name}.py").write_text(f"open({str(here / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(here)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", str(here), str(ROOT)]))
    config = Config(home=here / "home", model="no/such-model")
    message = r"no/such-model.*could not be prepared: OSError"
    with pytest.raises(ModelError, match=message) as caught:
        Prep.open(config).search("what is dropout")
    assert not (here / "ran").exists()
    assert "Traceback" not in str(caught.value)
    assert "leave the setting out" in caught.value.remedy
    assert not list((here / "home" / "models").iterdir())


@pytest.mark.parametrize(
    ("model", "source"),
    [
        ("org/name", "org/name"),
        ("name", "name"),
        ("...", "..."),
        (".hidden/m", ".hidden/m"),
        ("./org/name", "{here}/org/name"),
        ("../m", "{up}/m"),
        ("..", "{up}"),
        ("~/m", "{up}/m"),
        ("/abs/m", "/abs/m"),
    ],
)
def test_only_a_path_names_a_folder(tmp_path: Path, monkeypatch, model: str, source: str):
    """What is in the current folder may have come with a download."""
    here = tmp_path / "here"
    (here / "org" / "name").mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert source_of(model) == source.format(here=here, up=tmp_path)


def test_a_folder_here_is_not_taken_for_the_model_of_its_name(tmp_path: Path, monkeypatch):
    """Sentence-transformers itself would take it; what it says of it would be another error."""
    (tmp_path / "org" / "name").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="could not be prepared: OSError: We couldn't") as caught:
        prepare("org/name", Path("home"), quiet)
    assert "its folder as ./x, ~/x or /x" in caught.value.remedy
    with pytest.raises(ModelError, match=r"There is no folder .*/org/nome"):
        prepare("./org/nome", Path("home"), quiet)
    info = replace(shipped_info(), source="org/name", runtime="sentence-transformers")
    with pytest.raises(ModelError, match='folder "org/name" here would be taken'):
        open_embedder(tmp_path, info)


def test_one_path_from_two_folders_is_two_models(tmp_path: Path, monkeypatch):
    """What was prepared from the one is not used for the other."""
    folders = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        folders.append(encoder_folder(tmp_path, "./m"))
        assert encoder_folder(tmp_path, str(tmp_path / name / "m")) == folders[-1]
    assert len(set(folders)) == 2


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        (["", ".", "lib", "{here}", "{here}/lib", "/opt/lib"], ["{here}/lib", "/opt/lib"]),
        (["{root}"], ["{root}"]),
        ([""], None),
    ],
    ids=["leads here", "ragprep's own", "empty"],
)
def test_a_child_gets_the_absolute_entries_of_pythonpath(tmp_path, monkeypatch, entries, kept):
    """But for the current folder, unless ragprep itself is imported from it."""

    def joined(paths: list[str]) -> str:
        return os.pathsep.join(path.format(here=tmp_path, root=ROOT) for path in paths)

    monkeypatch.chdir(ROOT if entries == ["{root}"] else tmp_path)
    monkeypatch.setenv("PYTHONPATH", joined(entries))
    assert child.environment().get("PYTHONPATH") == (joined(kept) if kept else None)


@pytest.mark.parametrize("package", ["torch", "onnx", "onnxscript", "sentence_transformers"])
def test_another_model_without_its_packages_names_the_extra(tmp_path: Path, package: str):
    """In a process where the package cannot be found."""
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from pathlib import Path\n"
        "from ragprep.encoder.prepare import prepare\n"
        "from ragprep.errors import ModelError\n"
        "try: prepare('org/other', Path(sys.argv[1]), lambda *told: None)\n"
        "except ModelError as exc: print(exc, exc.remedy)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f'"org/other" cannot be prepared without {package}.' in done.stdout
    assert 'pip install ".[models]"' in done.stdout


def test_a_full_disk_is_no_reason_to_serve_a_model_in_another_way(tmp_path: Path, monkeypatch):
    """What the exporter trips over is one; this is not the model's fault."""

    def full(transformer: object, folder: Path, *, model: str, source: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(export, "load", lambda source: None)
    monkeypatch.setattr(export, "export_onnx", full)
    with pytest.raises(OSError, match="No space left"):
        export.export("org/other", "org/other", tmp_path)
    assert list(tmp_path.iterdir()) == []
