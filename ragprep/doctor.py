"""What `ragprep doctor` checks: each thing ragprep needs, with a remedy; changes nothing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ragprep.config import DEFAULT_MODEL, GGUF, Config, expanded
from ragprep.errors import IndexFault, IndexMissing, RagprepError
from ragprep.index.sources import GONE, SHIPPED, changes
from ragprep.types.check import Check


def checks(config: Config) -> list[Check]:
    """Return what was found, in the order in which things are needed."""
    return [
        Check("Python", sys.version_info >= (3, 11), platform.python_version(), "Use 3.11+."),
        _check("model", lambda: _model(config)),
        _check("index", lambda: _index(config)),
        *_lost_sources(config),
        _check("judge", _reader),
        _check("history", lambda: _history(config)),
        *_llms(config),
    ]


def _reader() -> str:
    from ragprep.reader.assertion import OnnxAssertionReader
    from ragprep.reader.cross_encoder import OnnxReader

    reader = OnnxReader(lambda texts: [])  # opened, and asked nothing
    OnnxAssertionReader(lambda texts: [])
    return f"{reader.name}; reads answers to grade"


def _llms(config: Config) -> list[Check]:
    """Check Ollama, and what else the settings name; only what they demand is necessary."""
    results = [
        replace(_check("Ollama", lambda: _ollama(config)), optional=config.llm != "ollama"),
    ]
    if config.openai_url or config.llm == "openai":
        is_extra = config.llm != "openai"
        results.append(replace(_check("OpenAI", lambda: _openai(config)), optional=is_extra))
    if config.llm.startswith(GGUF):
        results.append(_check("GGUF", lambda: _gguf(config)))
    return results


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except RagprepError as exc:
        return Check(name, False, str(exc), exc.remedy)


def _model(config: Config) -> str:
    from ragprep.encoder.embed import open_embedder
    from ragprep.encoder.info import read_info
    from ragprep.encoder.prepare import check_preparable, encoder_folder, shipped_info

    folder = encoder_folder(config.home, config.model)
    info = shipped_info() if config.model == DEFAULT_MODEL else read_info(folder)
    if info is None:
        check_preparable(config.model)
        return f"{config.model}: prepared at the first query"
    open_embedder(folder, info)
    fit = _fit(config, info.fingerprint)
    return f"{info.model}: sound ({info.runtime}, {info.dim} dimensions){fit}"


def _fit(config: Config, fingerprint: str) -> str:
    """Return what to know of an encoder that the weights of the search were not fitted for."""
    from ragprep.encoder.prepare import weights_path
    from ragprep.search.fuse import fitted_for, weights_file

    if fingerprint == fitted_for(
        weights_file(weights_path(config.home, config.model), fingerprint)
    ):
        return ""
    return f"; relevance was fitted for {DEFAULT_MODEL}, so what counts as covered is less certain"


def _index(config: Config) -> str:
    from ragprep.index.generations import verify

    if config.store is not None:
        return _index_on_server(config.store)

    try:
        manifest = verify(config.home)
    except IndexMissing:
        return f"not built yet; the first query builds it in {config.home}"
    gone = [guide.name for guide in manifest.guides if not Path(guide.path).exists()]
    changed = [name for name in changes(manifest) if name not in gone]
    news = f"; changed since: {', '.join(changed)}" if changed else ""
    news += f"; gone since: {', '.join(gone)}" if gone else ""
    return f"{manifest.entries} entries, {manifest.views} views in {config.home}{news}"


def _index_on_server(setting: str) -> str:
    from ragprep.milvus.address import parse
    from ragprep.milvus.server import Server
    from ragprep.milvus.store import MilvusStore

    address = parse(setting)
    manifest = MilvusStore(Server(address)).manifest
    where = f"{address.collection} at {address.url}"
    return f"{manifest.entries} entries, {manifest.views} views in {where}"


def _lost_sources(config: Config) -> list[Check]:
    """Return a failed check where guides or folders that were indexed are gone.

    It is optional: the index still serves, though it cannot be updated until they are back.
    """
    from ragprep.index.generations import read_sources

    try:
        sources = read_sources(config.home)
    except IndexFault:  # which the check of the index says
        return []
    lost = [source for source in sources if source != SHIPPED and not Path(source).exists()]
    if not lost:
        return []
    message = f"No longer there: {', '.join(lost)}. Its entries are found as they were indexed."
    return [Check("guides", False, message, GONE, optional=True)]


def _history(config: Config) -> str:
    from ragprep.practice.backups import examine
    from ragprep.practice.remembered import history_folder

    return examine(history_folder(config.practice))


def _ollama(config: Config) -> str:
    from ragprep.llm.ollama import installed_models, open_ollama

    chosen = open_ollama(config.llm_model, host=config.ollama_host)
    models = installed_models(host=config.ollama_host)
    return f"running at {chosen.url}; uses {chosen.name} of {len(models)}: {', '.join(models)}"


def _openai(config: Config) -> str:
    from ragprep.llm.openai import open_openai

    chosen = open_openai(config.llm_model, url=config.openai_url)
    return f"running at {chosen.url}; uses {chosen.name}"


def _gguf(config: Config) -> str:
    from ragprep.llm.gguf import check

    path = expanded(config.llm.removeprefix(GGUF))
    check(path)
    return f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB; loaded when a question is asked"
