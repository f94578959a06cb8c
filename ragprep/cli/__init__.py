"""The command line: parses a command, calls one `Prep` method, shows its result."""

from __future__ import annotations

from ragprep.cli.app import main

__all__ = ["main"]
