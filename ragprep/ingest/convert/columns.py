"""Which column of a table, or key of a record, is the question, the answer, the section; pure.

By its name where the name is a usual one, in whatever of the languages below; else by what stands
in it: the column that asks, and the longest text beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragprep.ingest.plain import asks

# In order of weight: of two columns with names in one set, the first name wins.
QUESTION = (
    *("question", "questions", "questiontext", "interviewquestion", "q", "front", "prompt"),
    *("query", "stem", "instruction", "term", "word", "concept", "expression", "problem"),
    *("problemstatement", "card", "vorderseite", "frage", "fragen", "begriff", "pregunta"),
    *("pregunta", "anverso", "término", "termino", "recto", "terme", "domanda", "fronte"),
    *("termine", "pergunta", "frente", "termo", "vraag", "voorkant", "pytanie", "przód"),
    *("вопрос", "вопросы", "лицевая", "термин", "питання", "otázka", "kérdés", "soru", "问题"),
    *("問題", "问", "正面", "题目", "題目", "質問", "表面", "表", "질문", "앞면", "سؤال", "السؤال"),
    *("प्रश्न", "fråga", "spørsmål", "spørgsmål", "kysymys", "title", "name", "topic", "text"),
)
ANSWER = (
    *(
        "answer",
        "answers",
        "acceptedanswer",
        "modelanswer",
        "sampleanswer",
        "referenceanswer",
        "idealanswer",
        "a",
    ),
    *("back", "response", "responses", "reply", "completion", "output", "definition"),
    *("definitions", "meaning", "solution", "explanation", "description", "content", "rückseite"),
    *("antwort", "antworten", "lösung", "bedeutung", "respuesta", "reverso", "definición"),
    *("réponse", "reponse", "réponses", "verso", "définition", "risposta", "retro"),
    *("definizione", "resposta", "verso", "definição", "antwoord", "achterkant", "odpowiedź"),
    *("ответ", "ответы", "обратная", "определение", "відповідь", "odpověď", "válasz", "cevap"),
    *("答案", "回答", "答", "背面", "解答", "裏面", "裏", "답", "답변", "뒷면", "إجابة", "الإجابة"),
    *("उत्तर", "svar", "vastaus", "body", "text", "details", "notes", "note"),
)
SECTION = (
    *("section", "category", "topic", "subject", "deck", "chapter", "unit", "module", "area"),
    *("group", "domain", "theme", "set", "subtopic", "subcategory", "tags", "tag", "kategorie"),
    *("thema", "kapitel", "abschnitt", "categoría", "categoria", "tema", "catégorie", "thème"),
    *("sujet", "argomento", "onderwerp", "категория", "тема", "раздел", "分类", "類別", "主题"),
    *("カテゴリ", "카테고리", "labels", "skill", "skills"),
)
NUMBER = ("number", "no", "nr", "num", "n", "#", "id", "qid", "qno", "questionnumber", "index")
CORRECT = (
    *(
        "correctanswer",
        "correctanswers",
        "correct",
        "correctoption",
        "correctchoice",
        "rightanswer",
    ),
    *("answerkey", "answeridx", "answerindex", "correctindex", "correctanswerindex", "key"),
    *("correctanswerschooseatleastone", "richtig", "correcta", "label"),
)
MORE = ("explanation", "rationale", "reason", "extra", "backextra", "hint", "notes", "comment")
_OPTION = re.compile(r"(?:option|choice|answer|alternative|distractor|incorrectanswer)?([a-h]|\d)")
_LIMIT = re.compile(r"[-–(]?\s*max(?:imum)?\.?\s*\d+.*$|\(.*\)\s*$")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W\d_]+")  # a sign is a word
_TEXT_WORDS = 3  # of what explains a term, where a table may be data; a guess
_NO_WORD = re.compile(r"[^\w#]+|_")


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of the columns of a table; -1 where there is none."""

    question: int
    answer: int
    sections: tuple[int, ...] = ()
    number: int = -1
    options: tuple[int, ...] = ()
    correct: int = -1
    more: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """Return a name without case, spaces and hints: "Question - max 120 characters"."""
    return _NO_WORD.sub("", _LIMIT.sub("", name.strip()).casefold())


def pick(names: Sequence[str], known: Sequence[str], taken: Sequence[int] = ()) -> int:
    """Return the place of the name that comes first among the known; -1 when there is none."""
    for word in known:
        for at, name in enumerate(names):
            if name == word and at not in taken:
                return at
    return -1


def is_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table names its columns.

    It does when it holds names of a question and of an answer; or when none of its cells asks,
    but most of the cells do in one of the columns below.
    """
    if len([cell for cell in first if cell.strip()]) < 2:
        return False
    names = [key_of(cell) for cell in first]
    if any(len(cell) > 60 for cell in first):
        return False
    question = pick(names, QUESTION)
    if question >= 0 and pick(names, (*ANSWER, *CORRECT), (question,)) >= 0:
        return True
    if any(asks(cell) and len(cell.split()) > 1 for cell in first) or not rows:
        return False
    if any(name in QUESTION[:6] for name in names):
        return True
    column = _asking(rows, len(first))
    return column >= 0 and len(first[column].split()) <= 3 < max(map(len, first), default=0)


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the columns of a table; None when nothing in it can be asked and answered.

    Args:
        names: of its columns; empty when it has none.
        rows: the first rows, as many as tell what is in a column.
    """
    width = max((len(row) for row in rows), default=len(names))
    if width < 2:
        return None
    keys = [key_of(name) for name in names]
    question = pick(keys, QUESTION[:-4])
    correct = pick(keys, CORRECT)
    options = _options(keys, question)
    answer = pick(keys, ANSWER[:-5], (question, correct, *options)) if names else -1
    asking = _asking(rows, width)
    if question < 0 and asking >= 0 and (answer < 0 or asking != answer):
        question = asking
    if question < 0 and answer >= 0:
        question = pick(keys, QUESTION[-4:], (answer,))
        question = question if question >= 0 else _text_column(rows, width, (answer,))
    if question < 0 and not (_is_deck(keys, width) if names else _explains(rows, width)):
        return None
    if question < 0:
        question = _text_column(rows, width, ())
    if question < 0:
        return None
    sections, number = _side_columns(keys, rows, (question, answer, correct, *options))
    taken = (question, number, correct, *sections, *options)
    if answer < 0 and not options:
        answer = pick(keys, ANSWER[-5:], taken)
        answer = answer if answer >= 0 else _longest(rows, width, taken, after=question)
    more = tuple(at for at, key in enumerate(keys) if key in MORE and at not in (*taken, answer))
    return Columns(question, answer, sections, number, options, correct, more)


def _is_deck(keys: Sequence[str], width: int) -> bool:
    """Whether columns that nobody knows by name are few enough to be a term and its meaning."""
    return width == 2 and len(keys) == 2


def _explains(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether columns without names are terms with what they mean, and not a table of data.

    Of two columns the second holds words, of more one holds texts.
    """
    least = 1 if width == 2 else _TEXT_WORDS
    return any(
        2 * sum(len(_WORD.findall(_cell(row, column))) >= least for row in rows) > len(rows)
        for column in range(1, width)
    )


def _options(keys: Sequence[str], question: int) -> tuple[int, ...]:
    """Return the columns of the choices: "A", "B", "C" or "Answer 1", "Option a" and so on."""
    places = [at for at, key in enumerate(keys) if _OPTION.fullmatch(key) and at != question]
    return tuple(places) if len(places) > 1 else ()


def _side_columns(
    keys: Sequence[str], rows: Sequence[Sequence[str]], taken: Sequence[int]
) -> tuple[tuple[int, ...], int]:
    """Return the columns of the section and of the number."""
    if not keys:
        return _unnamed_sections(rows, taken[0]), _counting(rows, taken[0])
    sections = [at for at, key in enumerate(keys) if key in SECTION and at not in taken]
    sections.sort(key=lambda at: keys[at] in ("tags", "tag", "labels"))
    if len(sections) > 1:
        sections = [at for at in sections if keys[at] not in ("tags", "tag", "labels")]
    number = pick(keys, NUMBER, taken)
    if number >= 0 and not all(_is_number(_cell(row, number)) for row in rows):
        number = -1
    return tuple(sections[:3]), number


def _unnamed_sections(rows: Sequence[Sequence[str]], question: int) -> tuple[int, ...]:
    """Return the columns before the question's whose few values come again and again."""
    columns = []
    for column in range(question):
        values = [_cell(row, column) for row in rows]
        if (
            len(rows) > 2
            and 2 * len(set(values)) <= len(values)
            and not any(map(_is_number, values))
        ):
            columns.append(column)
    return tuple(columns)


def _counting(rows: Sequence[Sequence[str]], question: int) -> int:
    for column in range(question):
        values = [_cell(row, column) for row in rows]
        if all(map(_is_number, values)) and len(set(values)) == len(values):
            return column
    return -1


def _asking(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return the column most of whose cells ask, the first of equals; -1 when none does."""
    best, most = -1, 0
    for column in range(width):
        asking = sum(
            asks(cell) and " " in cell.strip() for row in rows if (cell := _cell(row, column))
        )
        if 2 * asking > len(rows) and asking > most:
            best, most = column, asking
    if best < 0 and width > 1:
        for column in range(width):
            wide = sum(_cell(row, column).endswith(("？", "؟", "?")) for row in rows)
            if 2 * wide > len(rows):
                return column
    return best


def _text_column(rows: Sequence[Sequence[str]], width: int, taken: Sequence[int]) -> int:
    """Return the first column that holds words in most rows."""
    for column in range(width):
        words = sum(bool(re.search(r"[^\W\d]", _cell(row, column))) for row in rows)
        if column not in taken and 2 * words > len(rows):
            return column
    return -1


def _longest(rows: Sequence[Sequence[str]], width: int, taken: Sequence[int], after: int) -> int:
    """Return the column with the longest texts, rather behind the question than before it."""
    best, most = -1, (False, 0)
    for column in range(width):
        length = sum(len(_cell(row, column)) for row in rows)
        if column not in taken and length and (column > after, length) > most:
            best, most = column, (column > after, length)
    return best


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"#?\d{1,9}\.?", text))
