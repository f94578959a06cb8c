"""Settings: defaults < ragprep.toml < RAGPREP_* < flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragprep.config import DEFAULT_MODEL, Config, load_config
from ragprep.errors import ConfigError


def test_without_any_setting_the_defaults_hold(tmp_path: Path):
    """A checkout uses its own index folder."""
    config = load_config(environ={}, cwd=tmp_path)
    assert config == Config(home=Path(__file__).parents[1] / "index")
    assert (config.model, config.llm, config.llm_model) == (DEFAULT_MODEL, "auto", None)


def test_each_level_overrides_the_one_before(tmp_path: Path):
    """File, then variables, then flags."""
    (tmp_path / "ragprep.toml").write_text('model = "file"\nllm_model = "file"\nllm = "none"\n')
    environ = {"RAGPREP_MODEL": "variable", "RAGPREP_LLM_MODEL": "variable", "OTHER": "x"}
    config = load_config({"model": "flag", "llm": None}, environ=environ, cwd=tmp_path)
    assert (config.model, config.llm_model, config.llm) == ("flag", "variable", "none")


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
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_that_says_why(tmp_path, text: bytes, message: str):
    """With exit code 2 and a remedy."""
    (tmp_path / "ragprep.toml").write_bytes(text)
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(environ={}, cwd=tmp_path)
    assert caught.value.exit_code == 2
    assert caught.value.remedy


def test_a_folder_named_like_the_file_is_an_error(tmp_path: Path):
    """Not a traceback."""
    (tmp_path / "ragprep.toml").mkdir()
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
