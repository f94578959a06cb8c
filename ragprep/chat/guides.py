"""The guides as one turn of a conversation sees them: one snapshot for all that it searches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.search.find import search
from ragprep.search.query import clean_query
from ragprep.types.answer import Answer
from ragprep.types.search import SearchResult

if TYPE_CHECKING:
    from ragprep.index.snapshot import Snapshot
    from ragprep.llm.writer import Writer


@dataclass(frozen=True, slots=True)
class Guides:
    """Searches and answers by a snapshot.

    Attributes:
        snapshot: of the turn.
        writer: who writes.
    """

    snapshot: Snapshot
    writer: Writer

    def ask(self, question: str, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """Return the answer; hand its pieces to `on_text` as they come.

        Raises:
            QueryError: the question is empty or too long.
            LLMError: the settings demand an LLM, and it cannot be used.
        """
        from ragprep.answer.respond import respond

        return respond(self.snapshot, clean_query(question), self.writer, on_text)

    def search(self, query: str) -> SearchResult:
        """Return the best hit for a query, and whether the guides cover it.

        Raises:
            QueryError: the query is empty or too long.
        """
        return search(self.snapshot, clean_query(query), 1)
