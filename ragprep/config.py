"""Settings: defaults < a person's file < a folder's file < RAGPREP_* variables < flags.

A folder's ragprep.toml may come with a download or a checkout. It does not decide where a key or
a text is sent, where data is written, or which model is loaded.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ragprep.errors import ConfigError
from ragprep.files import read_small

LLM_CHOICES = ("auto", "none", "ollama", "openai")

GGUF = "gguf:"
"""What stands before the path of a model's file."""

DEFAULT_MODEL = "all-MiniLM-L6-v2"

FILE = "ragprep.toml"
MAX_FILE_BYTES = 64 * 1024
"""Read of a settings file. A guess: a file with every setting is a hundredth of it."""

FOLDER_SETTINGS = ("llm", "llm_model")
"""What a folder's file may set; `llm` neither to "openai", which would send text to wherever
OPENAI_BASE_URL leads, nor to a "gguf:PATH", which would load a file that the folder brings;
`llm_model` not to a cloud model, whose Ollama sends text to its maker."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a person can set.

    Attributes:
        home: folder of the index and of prepared models.
        model: the shipped model's name, or a sentence-transformers model's name or folder.
        llm: who writes answers: "ollama", "openai" (a server with that protocol), "gguf:PATH",
            "none", or "auto" (Ollama when it runs, else `openai_url` when it is set).
        llm_model: name of the LLM; None picks the best one installed.
        ollama_host: address of Ollama; None for OLLAMA_HOST or the local default.
        openai_url: of the server; None for OPENAI_BASE_URL. Its key is no setting: it is read
            from the environment where it is used (llm/openai_server.py).
        practice: folder of what the person answered; None for the platform's, apart from `home`.
        guides: folder into which `ragprep web` puts guides; None for the platform's.
        store: "milvus://host:port/collection" for an index on a server, which `ragprep index`
            puts there; None for the one in `home`.
        notices: what the person should be told about where the settings came from; no setting.
    """

    home: Path
    model: str = DEFAULT_MODEL
    llm: str = "auto"
    llm_model: str | None = None
    ollama_host: str | None = None
    openai_url: str | None = None
    practice: Path | None = None
    guides: Path | None = None
    store: str | None = None
    notices: tuple[str, ...] = field(default=(), compare=False)


def load_config(
    flags: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    config_folder: Path | None = None,
) -> Config:
    """Return the settings in force.

    Args:
        flags: from the command line or the caller; None values count as not given.
        environ: variables to read; `os.environ` when None.
        cwd: the folder whose ragprep.toml is read with reserve; the current one when None.
        config_folder: of the person's own ragprep.toml; the platform's place when None.

    Raises:
        ConfigError: an unknown setting, an unusable value, or a ragprep.toml that is not a small
            TOML file.
    """
    environ = os.environ if environ is None else environ
    personal = (config_folder or _default_config_folder()) / FILE
    in_folder = Path(FILE) if cwd is None else cwd / FILE  # the current one may be gone
    settings: dict[str, Any] = dict(_from_file(personal))
    notices: list[str] = []
    if not _is_same_file(in_folder, personal):
        usable, notices = _usable(_from_file(in_folder), personal)
        settings |= usable
    settings |= {
        name: environ[variable]
        for name in _names()
        if environ.get(variable := f"RAGPREP_{name.upper()}")
    }
    settings |= {name: value for name, value in (flags or {}).items() if value is not None}
    home, practice, guides = (
        expanded(folder) if (folder := settings.pop(name, None)) else None
        for name in ("home", "practice", "guides")
    )
    config = Config(home=home or _default_home(), notices=tuple(notices))
    config = replace(config, **settings, practice=practice, guides=guides)
    if not (config.llm in LLM_CHOICES or config.llm.removeprefix(GGUF) not in {config.llm, ""}):
        raise ConfigError(
            f'The setting llm is "{config.llm}".',
            remedy=f"Use one of: {', '.join(LLM_CHOICES)}, {GGUF}PATH.",
        )
    return config


def is_cloud_model(name: str) -> bool:
    """Return whether Ollama runs this model on its maker's servers, as "gpt-oss:120b-cloud" says.

    Source: https://docs.ollama.com/cloud; its tags end in "cloud".
    """
    return re.search(r":[^/]*cloud$", name.strip(), re.IGNORECASE) is not None


def expanded(path: str | Path) -> Path:
    """Return `path` with "~" as the home folder; a user whom nobody knows stays as written."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  # Path.expanduser raises RuntimeError


def _names() -> list[str]:
    return [field.name for field in fields(Config) if field.name != "notices"]


def _is_same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:  # one of them is not there
        return False


def _usable(settings: dict[str, str], personal: Path) -> tuple[dict[str, str], list[str]]:
    """Return the settings that a folder's file may make, and what to tell the person."""
    ignored = [name for name in settings if name not in FOLDER_SETTINGS]
    llm = settings.get("llm", "")
    if llm == "openai" or llm.startswith(GGUF):
        ignored.append("llm")
    if is_cloud_model(settings.get("llm_model", "")):
        ignored.append("llm_model")
    usable = {name: value for name, value in settings.items() if name not in ignored}
    notices = [f"Using {FILE} in this folder."] if usable else []
    if ignored:
        variables = ", ".join(f"RAGPREP_{name.upper()}" for name in ignored)
        notices.append(
            f"{FILE} in this folder may not set {', '.join(ignored)}: ignored. "
            f"Set {variables}, or write it in {personal}."
        )
    return usable, notices


def _from_file(path: Path) -> dict[str, str]:
    try:
        text = read_small(path, MAX_FILE_BYTES)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else exc
        raise ConfigError(f"{path} cannot be read: {reason}.", remedy="Fix or remove it.") from exc
    try:
        settings = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise ConfigError(f"{path} is not TOML: {exc}.", remedy="Fix or remove it.") from exc
    for name, value in settings.items():
        if name not in _names() or not isinstance(value, str):
            raise ConfigError(
                f'{path}: "{name}" is not a setting with a text value.',
                remedy=f"The settings are: {', '.join(_names())}.",
            )
    return settings


def _default_config_folder() -> Path:
    from platformdirs import user_config_path

    return user_config_path("ragprep", appauthor=False)


def _default_home() -> Path:
    """Return a checkout's own index/, else the platform's data folder."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "index").is_dir():
        return checkout / "index"
    from platformdirs import user_data_path

    return user_data_path("ragprep", appauthor=False)
