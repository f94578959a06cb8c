"""Conversations: questions that refer to the one before, and commands.

followup.py  whether a question needs the last subject, and what to search for then (pure)
session.py   the turns of a conversation, and its transcript
commands.py  lines that begin with a slash (pure)
"""

from __future__ import annotations

from ragprep.chat.commands import HELP, Command, read_command
from ragprep.chat.session import Chat, Turn

__all__ = ["HELP", "Chat", "Command", "Turn", "read_command"]
