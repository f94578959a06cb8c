"""Which sign stands between questions and answers in plain lines, such as "RAID;Many disks"; pure.

It sees whether lines are such a table at all; `rows` splits them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_MARKER = re.compile(r"\s*(?:\d+[.)]?|[-*+•#>|]|[A-Za-z][.)])\t")
_ASKED = re.compile(r"[?？؟]\"?[ ]?([\t,;|])")
_PAIR = re.compile(r"[^\s;#>|`*-][^;]{0,300}(?:[?？؟][ ]?;[ ]?|[^\s;];)(?=[^\s;])")
_LEAST_TERMS = 3  # lines with a semicolon that are a table though none asks; a guess
_HEAD_LINES = 60


def is_table(head: str) -> bool:
    r"""Whether the beginning of a text is a table with tabs or semicolons: "term\tmeaning"."""
    lines = [line for line in head.split("\n")[:-1] or [head] if line.strip()]
    return len(lines) > 1 and (_has_tabs(lines) or _has_semicolons(lines))


def suggested_separator(lines: Sequence[str]) -> str:
    """Return the sign that follows most of the first questions; "" when none asks, and no ";"."""
    head = [line for line in lines[:_HEAD_LINES] if line.strip()]
    signs = Counter(match[1] for line in head if (match := _ASKED.search(line)))
    if signs:
        return signs.most_common(1)[0][0]
    return ";" if _has_semicolons(head) else ""


def _has_tabs(lines: Sequence[str]) -> bool:
    if any(map(_MARKER.match, lines)):
        return False
    tabs = [line.strip(" ").count("\t") for line in lines if not line.startswith("\t")]
    usual = max(set(tabs), key=tabs.count, default=0)
    return 0 < usual < 10 and tabs.count(usual) >= 0.8 * len(lines)


def _has_semicolons(lines: Sequence[str]) -> bool:
    """Whether each line has a text on both sides of a ";", which in prose stands before a space."""
    asks = any(_ASKED.search(line) for line in lines)
    return len(lines) >= (2 if asks else _LEAST_TERMS) and all(map(_PAIR.match, lines))
