"""What `ragprep doctor` checks: each thing ragprep needs, with a remedy; changes nothing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import replace

from ragprep.config import DEFAULT_MODEL, Config
from ragprep.engine import Engine, changes
from ragprep.errors import IndexMissing, RagprepError
from ragprep.types import Check


def checks(engine: Engine) -> list[Check]:
    """Return what was found, in the order in which things are needed."""
    return [
        Check("Python", sys.version_info >= (3, 11), platform.python_version(), "Use 3.11+."),
        _check("model", lambda: _model(engine)),
        _check("index", lambda: _index(engine.config)),
        replace(
            _check("Ollama", lambda: _ollama(engine.config)),
            optional=engine.config.llm != "ollama",
        ),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except RagprepError as exc:
        return Check(name, False, str(exc), exc.remedy)


def _model(engine: Engine) -> str:
    from ragprep.retrieve.embed import open_embedder
    from ragprep.retrieve.encoders import check_default_weights, encoder_folder

    config = engine.config
    if config.model == DEFAULT_MODEL:
        check_default_weights()
    info = engine.prepared()
    if info is None:
        return f"{config.model}: sound; prepared at the first query"
    open_embedder(encoder_folder(config.home, config.model), info)
    return f"{info.model}: sound, prepared ({info.runtime}, {info.dim} dimensions)"


def _index(config: Config) -> str:
    from ragprep.retrieve.store import read_index

    try:
        manifest = read_index(config.home).manifest
    except IndexMissing:
        return f"not built yet; the first query builds it in {config.home}"
    changed = changes(manifest)
    update = f"; changed since: {', '.join(changed)}" if changed else ""
    return f"{manifest.entries} entries, {manifest.views} views in {config.home}{update}"


def _ollama(config: Config) -> str:
    from ragprep.answer import installed_models, open_ollama

    chosen = open_ollama(config.llm_model, host=config.ollama_host)
    models = installed_models(host=config.ollama_host)
    return f"running at {chosen.url}; uses {chosen.name} of {len(models)}: {', '.join(models)}"
