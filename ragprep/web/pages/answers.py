"""An answer as HTML: its citations show their source and lead to the entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from markupsafe import Markup

from ragprep.errors import RagprepError
from ragprep.web.pages.html import render
from ragprep.web.pages.markdown import answer_html

if TYPE_CHECKING:
    from ragprep.service import Prep
    from ragprep.types.answer import Answer, Sentence
    from ragprep.types.guide import KeyPoint


def answer_shown(prep: Prep, answer: Answer) -> Markup:
    """Return an answer with its citations; each shows the statements that its sentence rests on."""
    sources = {source.label: source for source in answer.sources}
    points = _points(prep, list(sources))
    citing = iter([(s, label) for s in answer.sentences for label in s.citations])

    def cite(label: str) -> Markup | None:
        if label not in sources:
            return None
        sentence = next((s for s, cited in citing if cited == label), None)
        rests_on = statements(sentence, label, points) if sentence else []
        return Markup(  # noqa: S704  # of a template, which escapes
            render("_cite.html", source=sources[label], statements=rests_on)
        )

    text = answer.text.partition("\n- ")[0] if answer.refused else answer.text  # then its sources
    return answer_html(text, cite)


def text_shown(text: str) -> Markup:
    """Return the beginning of an answer that is being written; what it cites comes at its end."""
    return answer_html(text, lambda label: Markup('<span class="label-of">{}</span>').format(label))


def statements(
    sentence: Sentence, label: str, points: Mapping[str, Sequence[KeyPoint]]
) -> list[str]:
    """Return the key points of an entry that a sentence rests on, in the guide's order."""
    return [
        point.text
        for number, point in enumerate(points.get(label, ()), 1)
        if f"{label}.{number}" in sentence.statements
    ]


def _points(prep: Prep, labels: Sequence[str]) -> dict[str, Sequence[KeyPoint]]:
    """Return key points by label; an entry may have gone since the answer was written."""
    points: dict[str, Sequence[KeyPoint]] = {}
    for label in labels:
        with suppress(RagprepError):
            points[label] = prep.points(label)
    return points
