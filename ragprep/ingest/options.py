"""The options of a multiple-choice question, "A) 80", "B) 443", and the right one; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPTION = re.compile(
    r"\s*(?:[-*+]\s+)?(?:\*\*)?[(\[]?([A-Za-z])([.):\]])(?:\*\*)?[ \t]+(?=\S)(.*)", re.DOTALL
)
_KEY = re.compile(  # "**Answer: B**", "#### Answer: B", "Ans: (b), since ...", "A: 443"
    r"[\s#>*_]*[^\W\d_]{1,12}(?: [^\W\d_]{1,12})?[ \t]?[*_]{0,2}[:：.][*_ \t]*(?=\S)(.*)"
)
_LETTER = re.compile(  # "Note: A lock waits" names none
    r"(?:option |choice )?[(\[]?([A-Za-z])(?:[)\].:,;*_]+[ \t]*|[ \t]*[–—-][ \t]*|[ \t]*$)(.*)",
    re.IGNORECASE,
)


def are_options(lines: Sequence[str]) -> bool:
    """Whether lines begin with options: "A) 80" and "B) 443", or "a. 80" and "b. 443"."""
    first, second = (_OPTION.match(line) for line in (*lines[:2], "", "")[:2])
    if first is None or second is None or first[2] != second[2]:
        return False
    return first[1] + second[1] in ("AB", "ab")


def without_wrong_options(answer: str) -> str:
    """Return an answer, line by line, with the right option alone, where a line names it.

    "A) 80" / "B) 443" / "Answer: B, it is safe" -> "" / "443" / "it is safe". An answer that
    begins with no options, or names none of them, is returned as it is.
    """
    lines = answer.split("\n")
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if not are_options([lines[at] for at in filled[:2]]):
        return answer
    options: dict[str, int] = {}
    for at in filled:
        option = _OPTION.match(lines[at])
        if option and option[1].upper() == chr(ord("A") + len(options)):
            options[option[1].upper()] = at
            lines[at] = option[3]
        elif (key := _KEY.match(lines[at])) and (named := _named(key[1], options, lines)):
            right, rest = named
            for wrong in options.values():
                lines[wrong] = lines[wrong] if wrong == right else ""
            lines[at] = rest
            return "\n".join(lines)
    return answer


def _named(key: str, options: dict[str, int], lines: Sequence[str]) -> tuple[int, str] | None:
    """Return the line of the option that a key names, and what the key says beside it."""
    if (letter := _LETTER.match(key)) and (right := options.get(letter[1].upper())) is not None:
        return right, "" if _bare(letter[2]) == _bare(lines[right]) else letter[2]
    same = (line for line in options.values() if _bare(lines[line]) == _bare(key))
    return next(((line, "") for line in same), None)


def _bare(text: str) -> str:
    return text.strip("*_ .").casefold()
