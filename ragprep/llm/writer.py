"""Who writes: a language model that is given, or the one that the settings name, once needed."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from ragprep.errors import ConfigError, LLMError, LLMUnavailable

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.llm.connect import Timeouts
    from ragprep.protocols import LLM

NONE_RUNS = "No language model is running; start Ollama (`ollama serve`, https://ollama.com)."


class Writer:
    """Resolves to a language model, or to none and the reason. May be shared between threads."""

    def __init__(
        self,
        config: Config | None = None,
        *,
        llm: LLM | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """Resolve to `llm`, or else to what `config` names; opens nothing yet.

        Args:
            config: the settings; without them and without `llm` there is no model.
            llm: given by the caller.
            timeouts: of the model that the settings name.
        """
        self._config = config
        self._llm = llm
        self._timeouts = timeouts
        self._opening = threading.Lock()

    def resolve(self) -> tuple[LLM | None, str]:
        """Return the model, opened at the first call that finds it, or None and why there is none.

        The reason is "" where the settings want no model.

        Raises:
            ConfigError, LLMError: the settings demand a model, and it cannot be used.
        """
        if self._config is None or self._config.llm == "none":
            return self._llm, ""
        try:
            llm = self._open(self._config)
        except LLMError as exc:
            if self._config.llm != "auto":
                raise
            return None, f"{exc} {exc.remedy}"
        return llm, "" if llm else NONE_RUNS

    def names(self) -> tuple[str, ...]:
        """Return the names of the models that could write; the one that does comes first.

        Raises:
            ConfigError, LLMError: as `resolve`.
        """
        llm, _ = self.resolve()
        if llm is None or self._config is None:
            return () if llm is None else (llm.name,)
        from ragprep.llm.choose import others

        return llm.name, *others(self._config, llm)

    def named(self, name: str) -> Writer:
        """Return who writes by the model of `names` with this name.

        Raises:
            ConfigError: there is none; LLMError: as `resolve`.
        """
        names = self.names()
        if name not in names:
            raise ConfigError(
                f"No language model {name} answers here.",
                remedy=f"Choose one of: {', '.join(names)}." if names else NONE_RUNS,
            )
        if name == names[0] or self._config is None:
            return self
        config = replace(self._config, llm="ollama", llm_model=name)
        return Writer(config, timeouts=self._timeouts)

    def require(self) -> LLM:
        """Return the model.

        Raises:
            ConfigError, LLMError: there is none, or it cannot be used.
        """
        llm = self._llm if self._config is None else self._open(self._config)
        if self._config is not None and self._config.llm == "none":
            raise LLMUnavailable(
                "The setting llm is none, and this needs a language model.",
                remedy="Name one with --llm: ollama, openai or gguf:PATH.",
            )
        if llm is None:
            raise LLMUnavailable(
                "No language model is running.",
                remedy="Start Ollama (`ollama serve`), or name another with --llm.",
            )
        return llm

    def _open(self, config: Config) -> LLM | None:
        with self._opening:
            if self._llm is None:
                from ragprep.llm.choose import open_llm

                self._llm = open_llm(config, timeouts=self._timeouts)
            return self._llm
