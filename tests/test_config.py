"""Settings: defaults < a person's ragprep.toml < a folder's < RAGPREP_* < flags."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from odd_files import device, fifo

from ragprep.config import DEFAULT_MODEL, Config, load_config
from ragprep.errors import ConfigError


@pytest.fixture(autouse=True)
def nothing_of_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their file is elsewhere, wherever the platform keeps it."""
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "config")


def test_without_any_setting_the_defaults_hold(tmp_path: Path):
    """A checkout uses its own index folder."""
    config = load_config(environ={}, cwd=tmp_path)
    assert config == Config(home=Path(__file__).parents[1] / "index")
    assert (config.model, config.llm, config.llm_model) == (DEFAULT_MODEL, "auto", None)


def test_each_level_overrides_the_one_before(tmp_path: Path):
    """The person's file, the folder's, then variables, then flags."""
    personal = tmp_path / "personal"
    personal.mkdir()
    (personal / "ragprep.toml").write_text('llm = "openai"\nllm_model = "p"\nhome = "/p"\n')
    levels: list[dict[str, str | None]] = []

    def read(flags: dict[str, str | None], environ: dict[str, str]) -> None:
        config = load_config(flags, environ=environ, cwd=tmp_path, config_folder=personal)
        levels.append({"llm": config.llm, "llm_model": config.llm_model, "home": str(config.home)})

    read({}, {"OTHER": "x"})
    (tmp_path / "ragprep.toml").write_text('llm_model = "folder"\nllm = "none"\n')
    read({}, {})
    read({}, {"RAGPREP_LLM_MODEL": "variable", "RAGPREP_HOME": "/variable"})
    read({"llm_model": "flag", "llm": None}, {"RAGPREP_LLM_MODEL": "variable"})
    assert [tuple(level.values()) for level in levels] == [
        ("openai", "p", "/p"),
        ("none", "folder", "/p"),
        ("none", "variable", "/variable"),
        ("none", "flag", "/p"),
    ]


def test_a_folders_settings_are_used_and_said_so(tmp_path: Path):
    """A person who did not write the file knows of it."""
    (tmp_path / "ragprep.toml").write_text('llm = "none"\n')
    config = load_config(environ={}, cwd=tmp_path)
    assert (config.llm, config.notices) == ("none", ("Using ragprep.toml in this folder.",))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("home", "stolen"),
        ("model", "./model"),
        ("ollama_host", "http://evil.example"),
        ("openai_url", "http://evil.example/v1"),
        ("store", "milvus://evil.example/guides"),
        ("llm", "openai"),
        ("llm", "gguf:model.gguf"),
    ],
)
def test_a_folder_decides_neither_where_things_go_nor_what_is_loaded(
    tmp_path: Path, name: str, value: str
):
    """A download or a checkout may bring the file; where to write the setting instead is said."""
    (tmp_path / "ragprep.toml").write_text(f'{name} = "{value}"\nllm_model = "small"\n')
    config = load_config(environ={}, cwd=tmp_path, config_folder=tmp_path / "personal")
    defaults = load_config(environ={}, cwd=tmp_path / "elsewhere")
    assert getattr(config, name) == getattr(defaults, name)
    assert config.llm_model == "small"
    variable = f"RAGPREP_{name.upper()}"
    assert config.notices == (
        "Using ragprep.toml in this folder.",
        f"ragprep.toml in this folder may not set {name}: ignored. "
        f"Set {variable}, or write it in {tmp_path / 'personal' / 'ragprep.toml'}.",
    )
    by_person = load_config(environ={variable: value}, cwd=tmp_path)
    assert str(getattr(by_person, name)) == value


@pytest.mark.parametrize("name", ["gpt-oss:120b-cloud", "kimi-k2:cloud", "kimi-k2:Cloud "])
def test_a_folder_names_no_model_that_runs_elsewhere(tmp_path: Path, name: str):
    """Ollama sends what a cloud model is asked to its maker; the person may want that."""
    (tmp_path / "ragprep.toml").write_text(f'llm_model = "{name}"\n')
    personal = tmp_path / "personal"
    config = load_config(environ={}, cwd=tmp_path, config_folder=personal)
    assert config.llm_model is None
    assert config.notices == (
        "ragprep.toml in this folder may not set llm_model: ignored. "
        f"Set RAGPREP_LLM_MODEL, or write it in {personal / 'ragprep.toml'}.",
    )
    assert load_config(environ={"RAGPREP_LLM_MODEL": name}, cwd=tmp_path).llm_model == name
    (tmp_path / "ragprep.toml").write_text('llm_model = "cloud-tales:1b"\n')
    assert load_config(environ={}, cwd=tmp_path).llm_model == "cloud-tales:1b"


def test_the_persons_own_folder_is_no_stranger(tmp_path: Path):
    """Who works in it may set everything there."""
    (tmp_path / "ragprep.toml").write_text('home = "/mine"\n')
    config = load_config(environ={}, cwd=tmp_path, config_folder=tmp_path)
    assert (config.home, config.notices) == (Path("/mine"), ())


def test_a_current_folder_that_is_gone_has_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As when another terminal removed it."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load_config({"llm": "none"}, environ={}).llm == "none"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path):
    """As shells have it."""
    assert load_config(environ={"RAGPREP_MODEL": ""}, cwd=tmp_path).model == DEFAULT_MODEL


def test_home_may_be_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """~ is the user's folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    config = load_config(environ={"RAGPREP_HOME": "~/guides"}, cwd=tmp_path)
    assert config.home == tmp_path / "guides"


def test_a_home_of_nobody_stays_as_written(tmp_path: Path):
    """Using it is what fails, and says where."""
    config = load_config({"home": "~no-such-user/home"}, environ={}, cwd=tmp_path)
    assert config.home == Path("~no-such-user/home")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"llm = none", "not TOML"),
        (b"colour = 'red'", '"colour" is not a setting'),
        (b"llm = 3", '"llm" is not a setting with a text value'),
        (b"[llm]\nx = 'y'", '"llm" is not a setting with a text value'),
        (b"llm = 'gpt'", 'setting llm is "gpt"'),
        (b"\xff\xfe", "cannot be read"),
        (b"#" * 65_537, "cannot be read: it is larger than 64 KiB"),
        (b"x = " + b"[" * 60_000, "not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_that_says_why(tmp_path, text: bytes, message: str):
    """With exit code 2 and a remedy."""
    (tmp_path / "ragprep.toml").write_bytes(text)
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(environ={}, cwd=tmp_path)
    with pytest.raises(ConfigError, match=message):  # nor can the person's own
        load_config(environ={}, cwd=tmp_path / "elsewhere", config_folder=tmp_path)
    assert caught.value.exit_code == 2
    assert caught.value.remedy


def _socket(path: Path) -> None:
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("this system has no sockets in folders")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(path))  # a socket's whole path is at most 107 bytes long


@pytest.mark.parametrize("place", [Path.mkdir, fifo, device, _socket])
def test_what_is_no_file_is_an_error_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Callable[[Path], None]
):
    """A folder, a FIFO that nobody writes to, a device without end."""
    monkeypatch.chdir(tmp_path)
    place(tmp_path / "ragprep.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(environ={}, cwd=tmp_path)


@pytest.mark.parametrize("flags", [{"llm": "gpt"}, {"llm": ""}, {"llm": "gguf:"}])
def test_a_flag_that_cannot_be_used_names_what_can(tmp_path: Path, flags: dict[str, str]):
    """Whoever reads it knows what to type."""
    with pytest.raises(ConfigError) as caught:
        load_config(flags, environ={}, cwd=tmp_path)
    assert caught.value.remedy == "Use one of: auto, none, ollama, openai, gguf:PATH."


def test_an_unknown_flag_is_our_own_mistake(tmp_path: Path):
    """The command line has no such flag, so it is no error of a person's."""
    with pytest.raises(TypeError):
        load_config({"colour": "red"}, environ={}, cwd=tmp_path)


def test_a_model_file_may_be_named(tmp_path: Path):
    """By its path, behind "gguf:"."""
    assert load_config({"llm": "gguf:m.gguf"}, environ={}, cwd=tmp_path).llm == "gguf:m.gguf"


def test_the_folder_of_practice_may_be_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """None is the platform's own, and a folder that comes with a download does not decide it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ragprep.toml").write_text('practice = "elsewhere"')
    places = {"cwd": tmp_path, "config_folder": tmp_path / "none"}
    config = load_config(environ={"RAGPREP_PRACTICE": "~/answers"}, **places)
    assert config.practice == tmp_path / "answers"
    assert load_config(environ={}, **places).practice is None
