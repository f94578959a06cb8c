"""Which marks of a guide are its questions, and where their answers end; pure.

Every mark belongs to a style, such as "third-level headings that say Q and a number" or "bold
lines". A guide has one style of question, the one with the most evidence: a mark that reads as a
question counts 1, one that is only numbered 1/2; a style that says "Q12." or "Question 12." counts
threefold, bullets a quarter, since answers are full of them. A style whose marks mostly do not ask
is none, unless it is numbered. What looks like a question in another style is text; a remark says
so.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ragprep.ingest.marks import Carrier, Mark, is_fold
from ragprep.ingest.plain import asks, title

_EXPLICIT_WEIGHT = 3.0  # guesses, checked on eight guides
_ITEM_WEIGHT = 0.25
_CARRIERS: tuple[Carrier, ...] = ("item", "line", "bold", "summary", "heading")  # ties: the last

_TAG = re.compile(r"</?(?!img\b)[a-zA-Z][^<>]*>|&nbsp;|<!--|-->")
_BOLD = r"(?:\*\*|__)?"
_ANSWER_SIGN = re.compile(
    # "**A:**", "Answer:", "A12."; or a line "**Answer**", "#### Answer"
    rf"\A(?:[ \t]*{_BOLD}(?:A(?:ns(?:wer)?)?[ \t]*:|A(?:ns(?:wer)?)?\.?[ \t]*\d+[a-z]?[ \t]*[.:])"
    rf"[ \t]*{_BOLD}:?[ \t]*"
    rf"|[ \t]*(?:\#{{1,6}}[ \t]+)?{_BOLD}(?:Answer|Solution)[ \t]*:?{_BOLD}:?[ \t]*(?=\n|\Z))"
    r"(?:[ \t]*\n)*",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\W*(?:(?:your |add |add your |an )?answers? (?:goes )?here|no answer(?: yet)?|to be "
    r"(?:completed|done|added|written|answered)|todo|tbd|tba|tbc|wip|coming soon|n/?a)\W*",
    re.IGNORECASE,
)

_Style = tuple[Carrier, int, bool, bool]


class Question(NamedTuple):
    """A question as found; whether it becomes an entry is not known yet.

    Attributes:
        mark: where it begins.
        text: plain.
        key: normalised text; the same for the same question.
        answer: Markdown; "" when there is none.
        section: path from the outermost heading.
        lines: first and last, 1-based; the answer's last line is the last.
    """

    mark: Mark
    text: str
    key: str
    answer: str
    section: tuple[str, ...]
    lines: tuple[int, int]


def questions_of(lines: Sequence[str], marks: Sequence[Mark]) -> list[Question]:
    """Return the questions of a guide in order, with their answers and sections.

    An answer ends at the next question, at a heading not below the question's own (any heading
    when the question is none), or where its <details> does. Headings in <details> end nothing.
    """
    chosen = _in_one_style(marks)
    starts = {mark.line for mark in chosen}
    folded = _folded(lines)
    headings = [
        mark
        for mark in marks
        if mark.carrier == "heading" and mark.line not in starts and not folded(mark.line)
    ]
    tops = [mark.line for mark in headings if mark.level == 1]
    whole = tops[0] if len(tops) == 1 else -1  # the title of the whole guide is no section
    ends = _ends(sorted([*headings, *chosen]), starts, len(lines))
    path: list[tuple[int, str]] = []
    questions = []
    for mark in sorted([*headings, *chosen]):
        if mark.line in starts:
            below = mark.level if mark.carrier == "heading" else 7
            section = tuple(name for level, name in path if level < below and name)
            questions.append(_question(lines, mark, ends[mark.line], section))
        elif mark.line != whole:
            path = [(level, name) for level, name in path if level < mark.level]
            path.append((mark.level, title(mark.text)))
    return questions


def is_bare(line: str) -> bool:
    """Whether a line holds nothing to read: blank, a separator, tags, a fold's "Answer"."""
    if line[:1].isalnum():
        return False
    bare = _TAG.sub("", line) if "<" in line or "&" in line else line
    return not bare.strip("-*_= \t") or ("<summary" in line and is_fold(line))


def _folded(lines: Sequence[str]) -> Callable[[int], bool]:
    """Return what tells whether a line is in <details>: the tag last seen before it opens one."""
    tags = [i for i, line in enumerate(lines) if "<details" in line or "</details>" in line]

    def folded(line: int) -> bool:
        at = bisect_left(tags, line)
        return at > 0 and "</details>" not in lines[tags[at - 1]]

    return folded


def _in_one_style(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks of the style that this guide writes its questions in; maybe none."""
    styles: dict[_Style, list[Mark]] = defaultdict(list)
    for mark in marks:
        level = 0 if mark.explicit else mark.level
        numbered = bool(mark.number) and not mark.explicit and mark.carrier != "item"
        styles[mark.carrier, level, mark.explicit, numbered].append(mark)
    best = max(styles, key=lambda style: _evidence(style, styles[style]), default=None)
    if best is None or _evidence(best, styles[best])[0] == 0:
        return []
    found = styles[best]
    carrier, _, explicit, numbered = best
    if carrier == "heading" and not explicit and not numbered:  # no preface, no "References"
        asking = [i for i, mark in enumerate(found) if mark.asks]
        found = found[asking[0] : asking[-1] + 1]
    return found


def _evidence(style: _Style, marks: Sequence[Mark]) -> tuple[float, int, int]:
    """How much speaks for a style; ties go to the weightier carrier, then the higher heading."""
    carrier, level, explicit, numbered = style
    asking = sum(mark.asks for mark in marks)
    if explicit:
        count = _EXPLICIT_WEIGHT * len(marks)
    elif numbered:
        count = (asking + len(marks)) / 2
    else:
        count = asking if asking * 2 >= len(marks) else 0
        count *= _ITEM_WEIGHT if carrier == "item" else 1
    return count, _CARRIERS.index(carrier), -level


def _ends(marks: Sequence[Mark], starts: set[int], last: int) -> dict[int, int]:
    """Return for each question's line the line where its answer ends at the latest (excluded)."""
    ends: dict[int, int] = {}
    open_mark: Mark | None = None
    for mark in marks:
        starting = mark.line in starts
        if open_mark and (
            starting or open_mark.carrier != "heading" or mark.level <= open_mark.level
        ):
            ends[open_mark.line] = mark.line
            open_mark = None
        if starting:
            open_mark = mark
    if open_mark:
        ends[open_mark.line] = last
    return ends


def _question(lines: Sequence[str], mark: Mark, end: int, section: tuple[str, ...]) -> Question:
    answer, last = _answer(lines, mark, end)
    text = title(mark.text) or mark.text.strip()
    folded = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    key = " ".join(folded.split()).rstrip(" ?.!:")
    return Question(mark, text, key, answer, section, (mark.line + 1, last + 1))


def _answer(lines: Sequence[str], mark: Mark, end: int) -> tuple[str, int]:
    """Return the answer between a question and `end`, and its last line (0-based)."""
    body = [mark.rest.strip(), *lines[mark.last + 1 : end]]
    if mark.carrier == "summary":
        body = _until_folded(body)
    first, stop = 0, len(body)
    while first < stop and is_bare(body[first]):
        first += 1
    while stop > first and is_bare(body[stop - 1]):
        stop -= 1
    if first == stop:
        return "", mark.last
    last = mark.last + stop - 1
    text = "\n".join(body[first:stop]).rstrip()
    if mark.carrier == "item":
        if all(_is_follow_up(line) for line in body[first:stop]):
            return "", last
        text = text if first == 0 else textwrap.dedent(text)
    text = _ANSWER_SIGN.sub("", text, count=1)
    return (text if _says_something(text) else ""), last


def _until_folded(body: list[str]) -> list[str]:
    """Cut at the </details> that ends the entry; those inside the answer stay."""
    depth = 1
    for i, line in enumerate(body):
        if "details" in line:
            depth += line.count("<details") - line.count("</details>")
            if depth <= 0:
                return [*body[:i], line[: line.rfind("</details>")]]
    return body


def _is_follow_up(line: str) -> bool:
    """Whether a line below a bullet is a further question ("* Can you give an example?")."""
    sign, _, text = line.strip().partition(" ")
    return not line.strip() or (sign in ("-", "*", "+") and asks(text))


def _says_something(answer: str) -> bool:
    if len(answer) > 200:  # too long for a placeholder
        return True
    bare = _TAG.sub("", answer)
    return bool(re.search(r"\w|<img", bare)) and not _PLACEHOLDER.fullmatch(bare)
