"""Plain text, read as Markdown: people write lists, headings and "Q:" in it the same way."""

from __future__ import annotations

from ragprep.ingest.formats.markdown import read

__all__ = ["read"]
