"""Which language model the settings mean; its adapter is loaded when it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ragprep.config import GGUF, expanded, is_cloud_model
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


def others(config: Config, llm: LLM) -> list[str]:
    """Return the models besides `llm` that its Ollama could write with, as it lists them.

    Cloud models do not count. A server with OpenAI's protocol has only the one that is named.

    Raises:
        LLMUnavailable, LLMTimeout: Ollama has stopped.
    """
    from ragprep.llm.ollama import OllamaLLM, installed_models

    if not isinstance(llm, OllamaLLM):
        return []
    names = installed_models(host=config.ollama_host)
    return [name for name in names if name != llm.name and not is_cloud_model(name)]


def _running(config: Config) -> str:
    """Return what "auto" means now.

    OPENAI_BASE_URL does not count: it may lead off this machine, and was set for other programs.
    """
    if is_up(base_url(config.ollama_host)):
        return "ollama"
    return "openai" if config.openai_url else "none"
