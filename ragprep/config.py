"""Settings: defaults < ragprep.toml < RAGPREP_* variables < flags. No global instance."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from ragprep.errors import ConfigError

LLM_CHOICES = ("auto", "none", "ollama", "openai")

GGUF = "gguf:"
"""What stands before the path of a model's file."""

DEFAULT_MODEL = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a person can set.

    Attributes:
        home: folder of the index and the prepared model.
        model: the shipped model's name, or a sentence-transformers model's name or folder.
        llm: who writes answers: "ollama", "openai" (a server with that protocol), "gguf:PATH",
            "none", or "auto" (Ollama when it runs, else `openai_url` when it is set).
        llm_model: name of the LLM; None picks the best one installed.
        ollama_host: address of Ollama; None for OLLAMA_HOST or the local default.
        openai_url: of the server; None for OPENAI_BASE_URL. Its key is no setting: it is read
            from the environment where it is used (answer/llm/openai_server.py).
    """

    home: Path
    model: str = DEFAULT_MODEL
    llm: str = "auto"
    llm_model: str | None = None
    ollama_host: str | None = None
    openai_url: str | None = None


def load_config(
    flags: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Config:
    """Return the settings in force.

    Args:
        flags: from the command line or the caller; None values count as not given.
        environ: variables to read; `os.environ` when None.
        cwd: where ragprep.toml is looked for; the current folder when None.

    Raises:
        ConfigError: an unknown setting, an unusable value, or a ragprep.toml that is not TOML.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    given |= _from_file((cwd or Path.cwd()) / "ragprep.toml")
    given |= {
        name: environ[variable]
        for name in _names()
        if environ.get(variable := f"RAGPREP_{name.upper()}")
    }
    given |= {name: value for name, value in (flags or {}).items() if value is not None}
    home = given.pop("home", None)
    config = Config(home=expanded(home) if home else _default_home())
    config = replace(config, **given)
    if not (config.llm in LLM_CHOICES or config.llm.removeprefix(GGUF) not in {config.llm, ""}):
        raise ConfigError(
            f'The setting llm is "{config.llm}".',
            remedy=f"Use one of: {', '.join(LLM_CHOICES)}, {GGUF}PATH.",
        )
    return config


def expanded(path: str | Path) -> Path:
    """Return `path` with "~" as the home folder; a user whom nobody knows stays as written."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  # Path.expanduser raises RuntimeError


def _names() -> list[str]:
    return [field.name for field in fields(Config)]


def _from_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path} cannot be read: {exc}.", remedy="Mend or remove it.") from exc
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"{path} is not TOML: {exc}.", remedy="Mend or remove it.") from exc
    for name, value in settings.items():
        if name not in _names() or not isinstance(value, str):
            raise ConfigError(
                f'{path}: "{name}" is not a setting with a text value.',
                remedy=f"The settings are: {', '.join(_names())}.",
            )
    return settings


def _default_home() -> Path:
    """Return a checkout's own index/, else the platform's data folder."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "index").is_dir():
        return checkout / "index"
    from platformdirs import user_data_path

    return user_data_path("ragprep", appauthor=False)
