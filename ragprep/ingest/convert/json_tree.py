"""JSON as records and lists with their lines, which the standard library does not keep; pure."""

from __future__ import annotations

import json
import re

from ragprep.errors import GuideError
from ragprep.ingest.convert.tree import MAX_DEPTH, Items, Number, Record, Value, sound

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"|([\[\]{}:,])|([^\s\[\]{}:,"]+)', re.DOTALL)


def tree_of(source: str, name: str, line: int = 1) -> Value:
    """Return what a text of JSON holds.

    Args:
        source: the text.
        name: of the file, for messages.
        line: at which the text begins.

    Raises:
        GuideError: it is no JSON (from the decoder's error), or nested too deep.
    """
    try:
        json.loads(source, strict=False)
    except json.JSONDecodeError as error:
        raise GuideError(
            f"{name} is no JSON: {error.msg.lower()} in line {error.lineno}.",
            remedy="Correct that line; an editor that knows JSON shows what is wrong.",
        ) from error
    except (RecursionError, ValueError) as error:  # a number of 5,000 digits is a ValueError
        raise _too_deep(name) from error
    return _tree(source, name, line)


def _tree(source: str, name: str, line: int) -> Value:
    """Return sound JSON as records with their lines, without recursion."""
    root = Items()
    open_values: list[tuple[Items | Record, int]] = [(root, line)]
    keys: list[tuple[str, int]] = []
    at = 0
    key = False  # the next text names a value
    for match in _TOKEN.finditer(source):
        line += source.count("\n", at, match.start())
        at = match.start()
        first = line
        text, sign, bare = match.groups()
        holder = open_values[-1][0]
        if sign in ("{", "["):
            if len(open_values) > MAX_DEPTH:
                raise _too_deep(name)
            open_values.append((Record() if sign == "{" else Items(), line))
            key = sign == "{"
            continue
        if sign in ("}", "]"):
            value: Value
            value, first = open_values.pop()
            holder = open_values[-1][0]
        elif sign:
            key = sign == "," and isinstance(holder, Record)
            continue
        elif bare is not None:
            value = _scalar(bare)
        else:
            value = sound(json.loads(f'"{text}"', strict=False) if "\\" in text else text)
            if key:
                keys.append((value, line))
                continue
        line += source.count("\n", at, match.end())
        at = match.end()
        if isinstance(holder, Record):
            named, first = keys.pop()
            holder.names.append(named)
            holder.values.append(value)
            holder.lines.append((first, line))
        else:
            holder.add(value, first, line)
    return root.values[0]


def _scalar(bare: str) -> str:
    if bare == "null":
        return ""
    return Number(bare) if bare[:1] in "-0123456789" else bare


def _too_deep(name: str) -> GuideError:
    return GuideError(
        f"{name} is nested more than {MAX_DEPTH} levels deep.",
        remedy="Give a list of records, each with a question and an answer.",
    )
