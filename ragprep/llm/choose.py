"""Which language model the settings mean; its adapter is loaded when it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragprep.config import GGUF, expanded
from ragprep.llm.connect import Timeouts, base_url, is_up

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.protocols import LLM


def open_llm(config: Config, *, timeouts: Timeouts | None = None) -> LLM | None:
    """Return the language model that the settings choose; loads no model.

    Returns:
        None when they choose none, or "auto" finds nothing that runs.

    Raises:
        ConfigError: an address or key cannot be used.
        LLMUnavailable: the chosen one cannot be used.
        LLMTimeout: its server does not say which models it has.
    """
    chosen = config.llm
    if chosen == "auto":
        chosen = _running(config)
    if chosen == "ollama":
        from ragprep.llm.ollama import open_ollama

        return open_ollama(config.llm_model, host=config.ollama_host, timeouts=timeouts)
    if chosen == "openai":
        from ragprep.llm.openai import open_openai

        return open_openai(config.llm_model, url=config.openai_url, timeouts=timeouts)
    if chosen.startswith(GGUF):
        from ragprep.llm.gguf import GgufLLM

        return GgufLLM(expanded(chosen.removeprefix(GGUF)), timeouts=timeouts)
    return None


def _running(config: Config) -> str:
    """Return what "auto" means now.

    OPENAI_BASE_URL does not count: it may lead off this machine, and was set for other programs.
    """
    if is_up(base_url(config.ollama_host)):
        return "ollama"
    return "openai" if config.openai_url else "none"
