"""The guides as one turn of a conversation sees them: one snapshot for all that it searches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragprep.search.find import search
from ragprep.search.query import clean_query
from ragprep.types.answer import Answer

if TYPE_CHECKING:
    from ragprep.index.snapshot import Snapshot
    from ragprep.llm.writer import Writer


@dataclass(frozen=True, slots=True)
class Guides:
    """Answers by a snapshot, and says how well it covers a query.

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

    def relevance(self, query: str) -> float:
        """Return the relevance of the best hit for a query, 0 to 1.

        Raises:
            QueryError: the query is empty or too long.
        """
        hits = search(self.snapshot, clean_query(query), 1).hits
        return hits[0].relevance if hits else 0.0
