"""Ingest: a guide file becomes entries, an entry becomes key points and views; nothing else.

corpus.py    reads files (nothing else does)
repair.py    bytes -> sound text
markdown.py  text -> entries and remarks, by marks.py, outline.py, remarks.py, plain.py
points.py    answer -> key points and plain text
views.py     entry -> views
aliases.py   the file of aliases beside a guide
"""

from __future__ import annotations

from ragprep.ingest.aliases import aliases_path, entry_hash, write_aliases
from ragprep.ingest.corpus import find_guides, lint, read_corpus, read_guide, shipped_guides
from ragprep.ingest.markdown import parse
from ragprep.ingest.points import key_points, plain_text
from ragprep.ingest.repair import decode, repair
from ragprep.ingest.views import views

__all__ = [
    "aliases_path",
    "decode",
    "entry_hash",
    "find_guides",
    "key_points",
    "lint",
    "parse",
    "plain_text",
    "read_corpus",
    "read_guide",
    "repair",
    "shipped_guides",
    "views",
    "write_aliases",
]
