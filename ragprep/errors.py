"""Every error a person can meet, with the exit code of the CLI.

RagprepError                 1
├── ConfigError              2   a setting or argument that cannot be used
│   ├── QueryError           2   an empty or unusable query
│   └── AnswerError          2   an answer to grade that is too long or cannot be read
├── GuideError               1   a guide that cannot be read or has no entries
│   └── NoQuestions          1   a guide in which nothing looks like a question
├── UnknownEntry             1   no entry has that label or id
│   └── NotCovered           1   nor do the guides cover it as a text
├── ModelError               1   the embedding model is missing, damaged or not exportable
├── IndexFault               1   the index folder cannot be used
│   ├── IndexMissing         1   nothing was built yet
│   ├── IndexDamaged         1   a file is truncated or altered
│   ├── IndexMismatch        1   built by another model or format
│   ├── IndexBusy            1   another process is building
│   ├── IndexUnwritable      1   read-only folder or full disk
│   ├── StoreUnavailable     1   the server of the index does not answer
│   └── StoreFailed          1   it answers that it cannot
├── ReaderError              1   there is no reader of answers, or its output cannot be used
├── ExportError              1   a file that cannot be written
├── PracticeError            1   the history of practice cannot be used
│   ├── JournalBusy          1   another process is writing it
│   ├── JournalDamaged       1   its file is damaged
│   ├── JournalNewer         1   a newer ragprep wrote it
│   └── JournalUnwritable    1   read-only folder or full disk
├── Overloaded               1   too much work waits already
├── EvaluationError          1   a queries, judgments or corpus file that cannot be used
└── LLMError                 1
    ├── LLMUnavailable       1   no server, no model, or the server failed
    ├── LLMTimeout           1   no answer in time
    └── LLMLooped            1   it said the same again and again
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.types.search import SearchResult


class RagprepError(Exception):
    """Something went wrong and the person can do something about it.

    Attributes:
        remedy: what to do next, one sentence; shown after the message.
        exit_code: of the CLI.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class ConfigError(RagprepError):
    """A setting or argument that cannot be used."""

    exit_code = 2


class QueryError(ConfigError):
    """An empty or unusable query."""


class AnswerError(ConfigError):
    """An answer to grade that is too long or cannot be read."""


class GuideError(RagprepError):
    """A guide that cannot be read or has no entries."""


class NoQuestions(GuideError):
    """A guide that can be read but in which nothing looks like a question."""


class UnknownEntry(RagprepError):
    """No entry has that label or id."""


class NotCovered(UnknownEntry):
    """What should name an entry is a text that the guides do not cover.

    Attributes:
        result: of the search for it, with the nearest entries.
    """

    def __init__(self, result: SearchResult) -> None:
        super().__init__(
            f'No entry is called "{result.query}", and the guides do not cover it.',
            remedy="`ragprep list` shows all entries.",
        )
        self.result = result


class ModelError(RagprepError):
    """The embedding model is missing, damaged or cannot be exported."""


class IndexFault(RagprepError):
    """The index folder cannot be used."""


class IndexMissing(IndexFault):
    """Nothing was built yet."""


class IndexDamaged(IndexFault):
    """A file of the index is truncated or altered."""


class IndexMismatch(IndexFault):
    """The index was built by another model or format."""


class IndexBusy(IndexFault):
    """Another process is building the index."""


class IndexUnwritable(IndexFault):
    """The index folder is read-only or its disk is full."""


class StoreUnavailable(IndexFault):
    """The server that holds the index cannot be reached, or not in time.

    Attributes:
        is_broken: there is no connection, so that another one may help.
    """

    def __init__(self, message: str, *, remedy: str, is_broken: bool = False) -> None:
        super().__init__(message, remedy=remedy)
        self.is_broken = is_broken


class StoreFailed(IndexFault):
    """The server that holds the index could not do what it was asked.

    Attributes:
        code: of the server.
    """

    def __init__(self, message: str, *, remedy: str, code: int = 0) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code


class ReaderError(RagprepError):
    """There is no reader of answers, or its output cannot be used."""


class ExportError(RagprepError):
    """A file that cannot be written."""


class PracticeError(RagprepError):
    """The history of practice cannot be used."""


class JournalBusy(PracticeError):
    """Another process is writing the history."""


class JournalDamaged(PracticeError):
    """The history's file is damaged."""


class JournalNewer(PracticeError):
    """A newer ragprep wrote the history."""


class JournalUnwritable(PracticeError):
    """The history's folder is read-only or its disk is full."""


class Overloaded(RagprepError):
    """As much work of the same kind waits as may.

    Attributes:
        retry_after_s: after so many seconds another try has a chance.
    """

    def __init__(self, message: str, *, remedy: str, retry_after_s: int) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_s = retry_after_s


class EvaluationError(RagprepError):
    """A queries, judgments or corpus file that cannot be used."""


class LLMError(RagprepError):
    """A language model could not do its part."""


class LLMUnavailable(LLMError):
    """No server, no such model, or the server failed."""


class LLMTimeout(LLMError):
    """No answer within the time limit."""


class LLMLooped(LLMError):
    """It said the same again and again and was stopped."""
