"""Makes any text safe as data of a prompt: nothing in it ends a delimiter, opens a turn or hides.

What a model then makes of the words is not settled here; its answer is checked afterwards.
"""

from __future__ import annotations

import re
import unicodedata

_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""Letters and marks that are shown as nothing: Default_Ignorable_Code_Point in Unicode's
DerivedCoreProperties.txt, without the format characters. Text can be hidden in them."""

_LABEL = r"(?:[^\s\[\],;/]+/)?q\d"  # of a source: q3, my-guide/q3

# What could end a delimiter or begin a chat template's control token: "<" before anything but a
# space, a digit or "=", the bracketed words of the Llama 2 and Mistral templates, and a label.
_CONTROL = re.compile(
    rf"<(?![\s\d=])|<(?=\s*/)|\[(?=\s*/?\s*(?:INST|SYS|TOOL|AVAILABLE|{_LABEL}))", re.IGNORECASE
)


def as_data(text: str) -> str:
    """Return `text` with nothing in it that a prompt or a chat template could take for its own.

    Control characters and lone surrogates become spaces; format characters (bidi controls,
    zero-width spaces, tags) are left out; "<" and "[" that could open a delimiter, a control token
    or a label become "‹" and "(". A text twice gives the same as once.
    """
    if not text.isprintable():
        text = "".join(map(_printable, text))
    shown = _IGNORABLE.sub("", text).strip()
    return _CONTROL.sub(lambda match: "‹" if match[0] == "<" else "(", shown)


def without_surrogates(text: str) -> str:
    """Return `text` with halves of characters replaced; JSON can hold them, UTF-8 cannot."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def is_invisible(char: str) -> bool:
    """Return whether a character is shown as nothing; line ends and tabs are such characters."""
    if " " <= char <= "~":
        return False
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")
    return hidden or _IGNORABLE.match(char) is not None


def _printable(char: str) -> str:
    if char.isprintable() or char in "\n\t":
        return char
    return "" if unicodedata.category(char) == "Cf" else " "
