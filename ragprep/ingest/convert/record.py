"""A record of JSON or YAML as a card, whatever its keys are called; pure."""

from __future__ import annotations

import re
from functools import lru_cache

from ragprep.ingest.convert.choices import right_choices, with_choices
from ragprep.ingest.convert.columns import ANSWER, CORRECT, MORE, NUMBER, QUESTION, SECTION, key_of
from ragprep.ingest.convert.fields import field_of
from ragprep.ingest.convert.lines import fenced
from ragprep.ingest.convert.tree import Items, Number, Record, Value
from ragprep.ingest.document import Card
from ragprep.ingest.plain import asks

_STRONG = QUESTION[:-4]
_WEAK = QUESTION[-4:]
_ALONE = ("question", "questiontext", "interviewquestion", "q")
"""What a key may be called when its record is a question without an answer."""
_ANSWERS = tuple(key for key in (*ANSWER, *CORRECT) if key not in MORE)
_PATTERNS = ("patterns", "utterances", "variations")
_OPTIONS = ("options", "choices", "answeroptions", "alternatives", "possibleanswers", "answers")
_WRONG = ("incorrectanswers", "wronganswers", "distractors", "incorrect", "wrong")
_OPTION = re.compile(r"(?:option|choice|answer|alternative)?([a-f]|[1-6])")
_TEXTS = ("text", "content", "body", "value", "answer", "option", "markdown", "html", "title")
_IS_RIGHT = ("correct", "iscorrect", "right", "isright", "isanswer")
_ACCEPTED = ("accepted", "isaccepted")
_CODE = ("code", "codesnippet", "snippet", "codeexample", "example")
_KEYS = (*CORRECT, "answer", "a")
_TRUE = ("true", "yes", "1")

Fields = dict[str, Value]


def card_of(
    record: Record, section: tuple[str, ...], lines: tuple[int, int], *, question: str = ""
) -> Card | None:
    """Return a record as a card; None when it is none.

    Args:
        record: with a question, or the answer to one.
        section: in which it stands.
        lines: of the record.
        question: the key under which it stands, when that asks.
    """
    fields = _fields(record)
    asked = question or _question(fields, record)
    if not asked:
        return None
    answer = _answer(fields, asked_by=_key_of_question(fields, asked))
    if not answer and not question and not _may_stand_alone(fields):
        return None
    if isinstance(extra := fields.get("input"), str) and "instruction" in fields and extra.strip():
        asked = f"{asked} {extra}"
    number = next(
        (text for key in _known(fields, NUMBER) if (text := _number(fields.get(key)))), ""
    )
    return Card(field_of(asked), answer, lines, (*section, *_sections(fields, section)), number)


def text_of(value: Value | None) -> str:
    """Return a value as Markdown: a text, texts one below the other, the text of a record."""
    if value is None:
        return ""
    if isinstance(value, str):
        return field_of(value)
    if isinstance(value, Record):
        fields = _fields(value)
        for key in _TEXTS:
            if text := text_of(fields.get(key)):
                return text
        return "\n\n".join(text for inner in fields.values() if (text := text_of(inner)))
    texts = [text for inner in _right_first(value) if (text := text_of(inner))]
    unique = list(dict.fromkeys(texts))
    short = all(isinstance(inner, str) and "\n" not in inner for inner in value.values)
    if len(unique) > 1 and short:
        return "\n".join(f"- {text}" for text in unique)
    return "\n\n".join(unique)


@lru_cache(maxsize=4096)
def _present(names: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the known names that a record has, in their order of weight; its kind comes often."""
    return tuple(name for name in known if name in names)


def _known(fields: Fields, known: tuple[str, ...]) -> tuple[str, ...]:
    return _present(tuple(fields), known)


def _fields(record: Record) -> Fields:
    fields: Fields = {}
    for name, value in zip(record.names, record.values, strict=True):
        fields.setdefault(key_of(name), value)
    return fields


def _question(fields: Fields, record: Record) -> str:
    for key in _known(fields, _STRONG):
        if text := _asked(fields.get(key)):
            return text
    for key in _known(fields, _PATTERNS):
        if isinstance(value := fields.get(key), Items) and value.values:
            return _asked(value.values[0])
    if _holds_records(fields):
        return ""
    for key in _known(fields, _WEAK):
        if text := _asked(fields.get(key)):
            return text if _known(fields, ANSWER[:-4]) else ""
    texts = [text for text in record.values if isinstance(text, str) and _says(text)]
    asking = [text for text in texts if asks(text) and " " in text]
    return asking[0] if len(asking) == 1 and len(texts) > 1 else ""


def _says(text: str) -> bool:
    return not isinstance(text, Number) and any(map(str.isalpha, text))


def _asked(value: Value | None) -> str:
    """Return the text of a question: a text, or a record that has one."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Record) and all(isinstance(inner, str) for inner in value.values):
        fields = _fields(value)
        return next((text for key in _TEXTS if isinstance(text := fields.get(key), str)), "")
    return ""


def _holds_records(fields: Fields) -> bool:
    """Whether it is a section: records stand in it, and not as answers."""
    return any(
        isinstance(value, Items) and any(isinstance(inner, Record) for inner in value.values)
        for key, value in fields.items()
        if key not in ANSWER and key not in _OPTIONS
    )


def _key_of_question(fields: Fields, asked: str) -> str:
    return next((key for key, value in fields.items() if _asked(value) == asked), "")


def _may_stand_alone(fields: Fields) -> bool:
    return any(isinstance(fields.get(key), str) for key in _ALONE)


def _answer(fields: Fields, *, asked_by: str) -> str:
    more = "\n\n".join(text for key in _known(fields, MORE) if (text := text_of(fields.get(key))))
    choices, right = _choices(fields)
    if choices:
        return with_choices(choices, right, more)
    keys = [key for key in _known(fields, _ANSWERS) if key != asked_by]
    answer = next((text for key in keys if (text := text_of(fields.get(key)))), "")
    if not answer:
        texts = [
            text
            for key, value in fields.items()
            if key != asked_by and isinstance(value, str) and _says(value)
            if key not in (*SECTION, *NUMBER, *MORE) and (text := field_of(value))
        ]
        answer = max(texts, key=len) if texts and not _may_stand_alone(fields) else ""
    code = next(
        (value for key in _known(fields, _CODE) if isinstance(value := fields.get(key), str)), ""
    )
    fence = "" if not code.strip() or "```" in code else "\n".join(fenced(code.strip("\n")))
    return "\n\n".join(part for part in (answer, fence, more) if part and part != asked_by)


def _choices(fields: Fields) -> tuple[list[str], list[str]]:
    """Return the choices of a question and the right ones; none when it has no choices."""
    key = next((fields[name] for name in _known(fields, _KEYS)), None)
    for name in _known(fields, _WRONG):
        if isinstance(wrong := fields.get(name), Items) and key is not None:
            texts = [text_of(value) for value in (*wrong.values, key)]
            choices = sorted(filter(None, texts), key=str.casefold)
            return choices, right_choices(choices, text_of(key))
    for name in _known(fields, _OPTIONS):
        value = fields[name]
        if isinstance(value, Items) and len(value.values) > 1:
            if name == "answers" and key is None and not _marks_right(value):
                continue
            return _listed(value, key)
        if isinstance(value, Record):
            return _keyed(value, key)
    keyed = any(name in fields for name in (*CORRECT, "answer"))
    letters = [name for name in fields if _OPTION.fullmatch(name) and (keyed or name != "a")]
    if len(letters) > 1:
        choices = [text for name in letters if (text := text_of(fields[name]))]
        return choices, _right(choices, key)
    return [], []


def _listed(items: Items, key: Value | None) -> tuple[list[str], list[str]]:
    choices = [text_of(value) for value in items.values]
    marked = [
        choice
        for choice, value in zip(choices, items.values, strict=True)
        if isinstance(value, Record) and _is_right(value)
    ]
    if marked:
        return choices, [right for text in marked for right in right_choices(choices, text)]
    return choices, _right(choices, key)


def _keyed(record: Record, key: Value | None) -> tuple[list[str], list[str]]:
    """Read choices under their letters, or as lists of texts and labels."""
    fields = _fields(record)
    texts = fields.get("text")
    if isinstance(texts, Items):
        return _listed(texts, key)
    choices = [
        f"{name.strip().upper()}. {text}" if len(name.strip()) == 1 else text
        for name, value in zip(record.names, record.values, strict=True)
        if (text := text_of(value))
    ]
    return choices, _right(choices, key)


def _right(choices: list[str], key: Value | None) -> list[str]:
    if isinstance(key, Items):
        return [right for value in key.values for right in _right(choices, value)]
    if isinstance(key, Number):
        zero_based = int(key) < len(choices) if key.isdecimal() else False
        return right_choices(choices, key, first=0 if zero_based else 1)
    return right_choices(choices, text_of(key)) if key is not None else []


def _marks_right(items: Items) -> bool:
    return any(isinstance(value, Record) and _is_right(value) for value in items.values) and any(
        isinstance(value, Record) and not _is_right(value) for value in items.values
    )


def _is_right(record: Record, keys: tuple[str, ...] = _IS_RIGHT) -> bool:
    fields = _fields(record)
    values = [fields.get(key) for key in keys]
    return any(isinstance(value, str) and value.casefold() in _TRUE for value in values)


def _right_first(items: Items) -> list[Value]:
    keys = (*_IS_RIGHT, *_ACCEPTED)
    return sorted(
        items.values, key=lambda value: not (isinstance(value, Record) and _is_right(value, keys))
    )


def _sections(fields: Fields, section: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sections that a record names itself, those of its file left out."""
    names: list[str] = []
    for key in _known(fields, SECTION):
        value = fields.get(key)
        if isinstance(value, Items):
            texts = [text for text in value.values if isinstance(text, str)]
            value = ", ".join(texts)
        if isinstance(value, str) and 0 < len(value.strip()) < 100:
            tags = key in ("tags", "tag", "labels", "skill", "skills")
            if value.strip() not in section and not (tags and names):
                names.append(field_of(value))
    return tuple(names[:3])


def _number(value: Value | None) -> str:
    text = value.strip("#. qQ") if isinstance(value, str) else ""
    return text if text.isdecimal() and len(text) < 8 else ""
