"""Expand: a language model writes aliases for a guide; a gate decides which of them are used.

prompts.py  what the model is asked, and what it said (pure)
gate.py     which phrases are kept (pure)
verdict.py  whether those kept help (pure)
drafts.py   the file in which everything the model said is kept
expand.py   the loop
"""

from __future__ import annotations

from ragprep.expand.expand import Expansion, expand

__all__ = ["Expansion", "expand"]
