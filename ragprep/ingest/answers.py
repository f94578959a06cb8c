"""The answer of an entry: its lines without what is no content; pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Mark
from ragprep.ingest.marks import is_fold
from ragprep.ingest.options import are_options
from ragprep.ingest.outline import Extent
from ragprep.ingest.plain import asks, plain

_TAG = re.compile(r"</?(?!img\b)[a-zA-Z][^<>]*>|&nbsp;|<!--|-->")
_BOLD = r"(?:\*\*|__|<(?:b|strong)>|</(?:b|strong)>)?"
_ANSWER_SIGN = re.compile(
    # "**A:**", "Answer:", "A12."; or a line "**Answer**", "#### Answer"
    rf"\A(?:[ \t]*{_BOLD}(?:A(?:ns(?:wer)?)?\.?[ \t]*{_BOLD}[ \t]*[:：]+-?"
    rf"|A(?:ns(?:wer)?)?\.?[ \t]*\d+[a-z]?[ \t]*[.:)]"
    r"|Ans\.(?=[ \t*])|A[ \t]+[–—-](?=[ \t])|(?<=\*\*)A\.(?=\*\*))"
    rf"[ \t]*{_BOLD}:?[ \t]*"
    rf"|[ \t]*(?:\#{{1,6}}[ \t]+)?{_BOLD}(?:Answer|Solution)[ \t]*:?{_BOLD}:?[ \t]*(?=\n|\Z))"
    r"(?:[ \t]*\n)*",
    re.IGNORECASE,
)
_ANSWER_WORDS = (  # that begin an answer even where its question has no label
    *("antwort", "réponse", "reponse", "respuesta", "resposta", "risposta", "antwoord", "svar"),
    *("vastaus", "odpowiedź", "odpověď", "válasz", "cevap", "ответ", "відповідь"),
    *("答案", "回答", "答", "解答", "답변", "답", "الإجابة", "إجابة"),
)
_LABEL = re.compile(
    r"(?:\*\*|__)?([^\W\d_]{1,12})(?:\*\*|__)?[ \t\xa0\u202f]{0,3}\d{0,4}[ \t]{0,3}[:：.)]"
    r"(?:\*\*|__)?[ \t]*"
)
_ITEM = re.compile(r"[-*+][ \t]+(.*(?:\n(?:[ \t].*)?)*)\Z")  # alone
_PLACEHOLDER = re.compile(
    r"\W*(?:(?:your |add |add your |an )?answers? (?:goes )?here|no answer(?: yet)?|to be "
    r"(?:completed|done|added|written|answered)|todo|tbd|tba|tbc|wip|coming soon|n/?a)\W*",
    re.IGNORECASE,
)
_SCHEDULE = re.compile(r"\s{0,9}<!--SR:[^<>]*-->")
_FOLD_END = re.compile(r"(?:</[a-zA-Z]+>\s*)*</details.*")
_DROPPED = (Kind.NAVIGATION, Kind.METADATA, Kind.COMMENT)


def bare_lines(blocks: Sequence[Block], fold_titles: frozenset[str]) -> tuple[set[int], set[int]]:
    """Return the lines that no answer quotes, and those at whose edge an answer does not begin.

    Args:
        blocks: of the guide.
        fold_titles: plain texts of summaries that say "Answer" in whatever language.
    """
    dropped: set[int] = set()
    edges: set[int] = set()
    for block in blocks:
        if block.kind in _DROPPED:
            dropped.update(range(block.first, block.last + 1))
        elif (block.kind in (Kind.FOLD_END, Kind.RULE) and not block.text) or (
            block.kind is Kind.FOLD
            and (is_fold(block.text) or plain(block.text).casefold() in fold_titles)
        ):
            edges.update(range(block.first, block.last + 1))
    return dropped, edges


def answer_of(
    lines: Sequence[str],
    extent: Extent,
    *,
    dropped: set[int],
    edges: set[int],
    repeated: frozenset[str],
    labels: frozenset[str],
) -> tuple[str, int]:
    """Return the answer of a question, and its last line (0-based).

    Args:
        lines: of the guide.
        extent: the question's mark, and where the answer ends at the latest.
        dropped: lines that are no content; inside an answer they become blank.
        edges: lines that are none at the beginning or the end of an answer.
        repeated: headings such as "Answer", case folded.
        labels: words such as "a" in "A: Because", case folded.
    """
    mark = extent.mark
    if mark.whole:
        return _cleaned(mark.rest), mark.last
    numbers = range(mark.last + 1, extent.end)
    body = [mark.rest.strip(), *("" if i in dropped else lines[i] for i in numbers)]
    if any("<!--SR:" in line for line in body):
        body = [_SCHEDULE.sub("", line) for line in body]
    if mark.carrier == "callout":
        body = [re.sub(r"^[ \t]*>[ \t]?", "", line) for line in body]
    elif mark.carrier == "summary" and "</details" in body[-1]:
        body[-1] = _FOLD_END.sub("", body[-1])
    first, stop = 0, len(body)
    while first < stop and (is_bare(body[first]) or mark.last + first in edges):
        first += 1
    while stop > first and (is_bare(body[stop - 1]) or mark.last + stop - 1 in edges):
        stop -= 1
    if first == stop:
        return "", mark.last
    last = mark.last + stop - 1
    text = "\n".join(body[first:stop]).rstrip()
    if mark.carrier == "item" and all(_is_follow_up(line) for line in body[first:stop]):
        return "", last
    if mark.carrier in ("item", "callout") or mark.level == 7:
        text = text if first == 0 else textwrap.dedent(text)
    text = _without_label(text, mark, repeated=repeated, labels=labels)
    indented = text[:4] == "    " or text[:1] == "\t"
    is_code = indented and (first > 1 or mark.carrier == "heading")  # no paragraph goes on
    text = text if "\n" in text or is_code else text.strip()
    return (text if says_something(text) else ""), last


def is_bare(line: str) -> bool:
    """Whether a line holds nothing to read: blank, a separator, tags, a fold's "Answer"."""
    if line[:1].isalnum():
        return False
    bare = _TAG.sub("", line) if "<" in line or "&" in line else line
    return not bare.strip("-*_= \t") or ("<summary" in line and is_fold(line))


def says_something(answer: str) -> bool:
    """Whether an answer is more than tags, dots and "to be done"."""
    if len(answer) > 200:  # too long for a placeholder
        return True
    bare = _TAG.sub("", answer)
    return bool(re.search(r"\w|<img", bare)) and not _PLACEHOLDER.fullmatch(bare)


def _cleaned(text: str) -> str:
    text = _ANSWER_SIGN.sub("", text.strip(), count=1)
    return text if says_something(text) else ""


def _without_label(
    text: str, mark: Mark, *, repeated: frozenset[str], labels: frozenset[str]
) -> str:
    """Cut off what only says that an answer follows: "A:", "**Answer**", a heading of its own."""
    head, _, rest = text.partition("\n")
    if are_options(text.split("\n", 2)[:2]):
        return text
    if head.lstrip()[:1] == "#" and plain(head.strip("# ")).casefold().rstrip(":：. ") in repeated:
        text = rest.lstrip("\n")
    label = _LABEL.match(text)
    if label and (label[1].casefold() in labels or label[1].casefold() in _ANSWER_WORDS):
        return text[label.end() :].lstrip("\n")
    if (item := _ITEM.match(text)) and (bare := _ANSWER_SIGN.sub("", item[1], count=1)) != item[1]:
        return textwrap.dedent(bare)
    if mark.carrier == "line" and text[:2] in ("A.", "A)"):
        return text[2:].lstrip()
    return _ANSWER_SIGN.sub("", text, count=1)


def _is_follow_up(line: str) -> bool:
    """Whether a line below a bullet is a further question ("* Can you give an example?")."""
    sign, _, text = line.strip().partition(" ")
    return not line.strip() or (sign in ("-", "*", "+") and asks(text))
