"""Bytes of a guide as sound text: which encoding, and damage by a wrong one undone; reads no file.

Damaged text ("mojibake") is UTF-8 that was once read as Mac Roman or Windows-1252: an em dash
shows as `‚Äî` or `â€”`. Encoding it the same wrong way and reading it as UTF-8 restores it
exactly. The danger is sound text that happens to survive that round trip: `coup d’état` does (in
Mac Roman `’é` is one Armenian letter). So a text is changed only when all of this holds:

1. Every character outside ASCII is part of a whole UTF-8 sequence. One lone `é`, one dash before
   a space, one Greek or Chinese letter, and the text is left alone. Hardly any prose passes.
2. What comes out is assigned characters, no controls, and its Cyrillic to Arabic letters hardly
   ever touch an ASCII letter (the `dՎtat` that `d’état` would become does).
3. There is evidence: one sequence that no language writes (`‚Äî`, `â€”`: dashes, quotes and
   bullets; `ðŸš€`: emoji), or at least `_SEQUENCES` beside letters, of which `_DIFFERENT` differ
   (`caf√©`, but not the formulas `≈π` and `√∞`).

Limits. Left as they are: a guide whose only damage is a few accented letters or symbols such as
`×`, and one that is damaged in some places and sound in others (a remark says where). Wrongly
"repaired": a guide whose only characters outside ASCII are an example of damage (`‚Äî`). ftfy is
not used: it restores the first guide too, but also changes sound text such as `√©` (6.3.1).
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from ragprep.errors import GuideError

# Guesses on the safe side: a random text over the letters of Mac Roman passes rule 1 with 8
# sequences less than once in a million; the first guide has 50 of them, 23 different.
_SEQUENCES = 8
_DIFFERENT = 4
_MISFITS_ALLOWED = 0.05

_SURE = re.compile("[\u2010-\u203a\U0001f000-\U0001faff]")
_EMOJI = "\U0001f000"  # from here on, what Python's tables call unassigned may be a new emoji
_LOOKS_DAMAGED = re.compile("‚Ä[êëíìîïñóòôö¶¢]|\uf8ffü|â€[“”˜™œ\x9d¦¢]|ðŸ")
_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")
# Letters beside letters; Latin Extended-B to combining marks are what formulas come out as.
_IN_WORDS = re.compile(
    "(?<=[^\\W\\d_])[^\x00-\x7f\u0180-\u036f]|[^\x00-\x7f\u0180-\u036f](?=[^\\W\\d_])"
)
_MISFIT = re.compile("[A-Za-z][\u0400-\u08ff]|[\u0400-\u08ff][A-Za-z]")
_CONTROLS = {c: " " if c in (0x0B, 0x0C) else None for c in range(0x20) if c not in (0x09, 0x0A)}
_CONTROLS[0x7F] = None
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Browsers read the five bytes Windows-1252 leaves open as control characters; so do we.
_CP1252 = {ord(bytes([b]).decode("cp1252", "ignore") or chr(b)): b for b in range(0x80, 0xA0)}
_BEYOND_CP1252 = re.compile("[^\x00-\xff" + "".join(map(chr, _CP1252)) + "]")


def decode(data: bytes, *, source: str) -> tuple[str, str]:
    r"""Turn a guide's bytes into text with "\n" line ends and no control characters but tabs.

    Args:
        data: the whole file.
        source: what to call it in an error.

    Returns:
        The text, damage not yet repaired, and a sentence saying what was done ("" if nothing).

    Raises:
        GuideError: it is not text.
    """
    text, note = _read(data, source)
    done = [note] if note else []
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # not worth a remark
    if controls := len(_CONTROL.findall(text)):
        if controls > len(text) / 20:  # a guess: text holds hardly any, binaries a third
            raise _not_text(source)
        text = text.translate(_CONTROLS)
        done.append(f"Control characters removed: {controls}.")
    return text, " ".join(done)


def repair(text: str) -> tuple[str, str]:
    """Restore text that was UTF-8 read as Mac Roman or Windows-1252; sound text is returned as is.

    Returns:
        The text and a sentence saying what was done, or why nothing was ("" if all is sound).
    """
    if text.isascii():
        return text, ""
    for name, data in (("Mac Roman", _as_mac_roman(text)), ("Windows-1252", _as_cp1252(text))):
        restored = _read_again(data)
        if restored is not None and _is_proof(restored):
            count = len(_OUTSIDE_ASCII.findall(restored))
            note = f"Damaged symbols restored: {count} (the text was UTF-8 read as {name})."
            return restored.removeprefix("\ufeff"), note
    if damaged := _LOOKS_DAMAGED.search(text):
        line = text.count("\n", 0, damaged.start()) + 1
        return text, (
            f"Symbols look damaged ({damaged[0]!r} in line {line}), but others are sound, "
            "so nothing was changed."
        )
    return text, ""


def _read(data: bytes, source: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                text = data[len(bom) :].decode() if encoding == "utf-8" else data.decode(encoding)
            except UnicodeDecodeError:
                break
            note = "" if encoding == "utf-8" else f"Read as {encoding.upper()}."
            return _no_nul(text, source), note
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        raise _not_text(source)
    try:
        return data.decode(), ""
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    text = data.decode(errors="replace")
    wrong = text.count("\ufffd")
    if wrong < len(_OUTSIDE_ASCII.findall(text)) - wrong:
        return (
            text,
            f"Not all of it is UTF-8; {wrong} wrong, shown as \ufffd, from line {line}.",
        )
    return data.decode("cp1252", "replace"), f"Not UTF-8 (line {line}); read as Windows-1252."


def _no_nul(text: str, source: str) -> str:
    if "\0" in text:
        raise _not_text(source)
    return text


def _not_text(source: str) -> GuideError:
    return GuideError(
        f"{source} is not a text file.",
        remedy="Save the guide as plain text or Markdown in UTF-8 and try again.",
    )


def _as_mac_roman(text: str) -> bytes | None:
    try:
        return text.encode("mac_roman")
    except UnicodeEncodeError:
        return None


def _as_cp1252(text: str) -> bytes | None:
    if _BEYOND_CP1252.search(text):  # `translate` of 20 MB takes a second
        return None
    try:
        return text.translate(_CP1252).encode("latin-1")
    except UnicodeEncodeError:
        return None


def _read_again(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return None


def _is_proof(restored: str) -> bool:
    """Whether a text that survived the round trip shows that it had been damaged (rules 2, 3)."""
    sequences = _OUTSIDE_ASCII.findall(restored)
    different = set(sequences)
    if any(unicodedata.category(c) in ("Cc", "Cn", "Co") for c in different if c < _EMOJI):
        return False
    if len(_MISFIT.findall(restored)) > _MISFITS_ALLOWED * len(sequences):
        return False
    if _SURE.search(restored):
        return True
    in_words = _IN_WORDS.findall(restored)
    return len(in_words) >= _SEQUENCES and len(set(in_words)) >= _DIFFERENT
