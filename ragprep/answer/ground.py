"""Splits a model's text, reads its citations, and leaves out what the sources do not support."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence

from ragprep.answer.prompts import REFUSAL
from ragprep.answer.support import CLOSE, Evidence, Support
from ragprep.text.sentences import is_abbreviated
from ragprep.text.words import fold
from ragprep.types.answer import Sentence

Similarity = Callable[[str, str], Sequence[float]]
"""Called with a sentence and a label: its cosine to each key point of that entry, if it has any."""

_LABEL = r"(?:[^\s\[\],;/]+/)?[qQ]\d+\w*(?:\.\w+)*"  # q3, q7a, q1.2, my-guide/q3
_MARKER = re.compile(rf"\[\s*({_LABEL}(?:(?:\s*[,;&]\s*|\s+(?:and\s+)?){_LABEL})*)\s*\]")
_MARKERS = rf"(?:\s*{_MARKER.pattern}[.,;]?){{0,8}}"  # bounded, so that splitting stays linear
# A sentence ends at its closing mark and the markers behind it, before a capital, digit or sign.
_BOUNDARY = re.compile(rf"(?<=[.!?])[\"'”’)]*{_MARKERS}\s+(?=[^\s\[a-z])")
_LIST_NUMBER = re.compile(r"(?:^|\s)\d+\.$")
_ITEM = re.compile(r"^\s*(?:[-*+•–]|(\d+)[.)])\s+")
_PRONOUN = re.compile(
    r"(?:it|they|this|these|its|their|both|such|that|those|here|he|she|the (?:former|latter))\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_MARKS = re.compile(r"\*\*|__|^\s*#+\s+|^\s*>\s+")

_REFUSING = re.compile(
    r"""\b(?:sources?|guides?|texts?|context|documents?|passages?|information|material)\b[^.]{0,60}?
        \b(?:(?:do|does|did|is|are)(?:\s+not|n[’']t)|cannot|can[’']?t|fails?\s+to|lacks?)\s+
        (?:\w+\s+){0,2}?(?:answer|contain|mention|provide|cover|include|specify|address|say|discuss
        |explain|give|state|describe|enough|sufficient|available)
      | \b(?:no|not\s+enough|insufficient)\s+(?:\w+\s+){0,2}?information\b
      | \bI\s+(?:cannot|can[’']?t|am\s+(?:unable|not\s+able)\s+to|do\s+not|don[’']t)\s+
        (?:answer|know)
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Grounding:
    """Takes a model's text in pieces and gives back its sentences as the sources support them.

    Attributes:
        kept: sentences given back so far.
        failed: sentences left out because no source supports them.
        refused: the text began by saying that the sources do not answer.
    """

    def __init__(
        self, sources: Mapping[str, Evidence], similarity_to: Similarity | None = None
    ) -> None:
        """Ground against `sources`, label -> entry; without `similarity_to` words alone decide."""
        self._sources = sources
        self._similarity = similarity_to
        self._labels = {label.casefold(): label for label in sources}
        self._rest = ""
        self._lead = ""
        # What the text before spoke of: entries, and the statement whose subject it named there.
        self._before: dict[str, int | None] | None = None
        self._lost = False
        self._seen: set[str] = set()
        self.kept: list[Sentence] = []
        self.failed: list[str] = []
        self.refused = False

    def feed(self, piece: str) -> list[Sentence]:
        """Return the sentences that `piece` completes, checked, in order."""
        *complete, self._rest = split_sentences(self._rest + piece, whole=False)
        return self._check(complete)

    def finish(self) -> list[Sentence]:
        """Return what the end of the text completes; a last sentence cut short is left out."""
        tail, self._rest = split_sentences(self._rest), ""
        if tail and _cut_short(tail[-1]):
            last, cited = parse_citations(tail[-1])
            labels = self._cited(cited)
            if not any(self._sources[label].ends_with(last) for label in labels):
                tail.pop()
        return self._check(tail)

    def _check(self, raw: list[str]) -> list[Sentence]:
        kept: list[Sentence] = []
        for text in raw:
            if self.refused:
                break
            if is_refusal(text):
                self.refused = not self.kept
                continue
            kept += self._place(text)
        return kept

    def _place(self, raw: str) -> list[Sentence]:
        """Return `raw` as a sentence, after the line that leads in to it; none if unsupported."""
        if _FENCE.match(raw):  # it opens or closes code and says nothing itself
            return []
        text, cited = parse_citations(raw)
        text = _plain(text)
        bare = _ITEM.sub("", text)
        folded = fold(bare)
        if not folded or folded in self._seen:  # nothing but markers, or the model repeats itself
            return []
        self._seen.add(folded)
        if text.endswith(":"):  # a list without items would say nothing
            self._open(text, self._cited(cited))
            return []
        sentence = self._support(text, bare, self._cited(cited))
        if sentence is None:
            self.failed.append(bare)
            self._lost = self._lost or not is_item(text)
            return []
        lead, self._lead = self._lead, ""
        placed = [sentence]
        if lead and is_item(text):
            placed = [Sentence(lead, sentence.citations, origin="model"), sentence]
        self.kept += placed
        return placed

    def _open(self, text: str, cited: list[str]) -> None:
        """Keep a line that leads in to a list, if it names what an entry is about."""
        bare = _ITEM.sub("", text)
        self._before = {
            label: self._sources[label].subject_of(bare)
            for label in cited or self._sources
            if self._sources[label].introduces(bare)
        }
        self._lost = not self._before
        self._lead = text if self._before else ""

    def _support(self, text: str, bare: str, cited: list[str]) -> Sentence | None:
        """Return a sentence with the cited entries that support it, else with the first that does.

        One that goes on about what stood before ("It ...", an item of a list) must be supported
        by an entry that spoke of it, and is lost with it.
        """
        listed = is_item(text) and self._before is not None
        goes_on = listed or _PRONOUN.match(bare) is not None
        if goes_on and self._lost:
            return None
        before = self._before if goes_on else None
        supports: dict[str, Support] = {}
        for label in [*cited, *(label for label in self._sources if label not in cited)]:
            if (supports and label not in cited) or (before is not None and label not in before):
                continue
            subject = before[label] if before is not None else None
            support = self._sources[label].supports(bare, subject=subject)
            if support is not None and self._is_close(bare, label, support):
                supports[label] = support
        if not supports:
            return None
        self._lost = False
        if not listed:
            self._before = {label: support.subject for label, support in supports.items()}
        if not is_item(text) and not re.search(r"[.!?:;,\"”)]$", text):  # a statement copied bare
            text = f"- {text}"
        numbered = tuple(f"{at}.{n + 1}" for at, s in supports.items() for n in s.statements)
        score = max(support.score for support in supports.values())
        return Sentence(text, tuple(supports), numbered, score, "model")

    def _is_close(self, text: str, label: str, support: Support) -> bool:
        if self._similarity is None:
            return True
        cosines = self._similarity(text, label)
        if not cosines:  # an entry without key points: words alone decide
            return True
        return max((cosines[n] for n in support.statements), default=0.0) >= CLOSE

    def _cited(self, markers: list[str]) -> list[str]:
        """Return the known labels that `markers` name: "q3.2" is a statement of q3."""
        known = []
        for marker in map(str.casefold, markers):
            label = self._labels.get(marker) or self._labels.get(marker.rpartition(".")[0])
            if label and label not in known:
                known.append(label)
        return known


def ground(
    text: str, sources: Mapping[str, Evidence], similarity_to: Similarity | None = None
) -> list[Sentence]:
    """Return the sentences of `text` that `sources` (label -> entry) support, with their citations.

    Citations of anything else are removed. A sentence keeps those of its sources that support it;
    one that cites none of them is given the source that does, and is left out if there is none.
    """
    grounding = Grounding(sources, similarity_to)
    return grounding.feed(text) + grounding.finish()


def parse_citations(text: str) -> tuple[str, list[str]]:
    """Return `text` without its citation markers, and the labels they name, as written, in order.

    Markers are [q3], [Q3], [q3, q76], [my-guide/q3]; other brackets are text.
    """
    labels: list[str] = []
    for marker in _MARKER.finditer(text):
        labels += re.findall(_LABEL, marker.group(1))
    bare = re.sub(r"\s+([.,;:!?])", r"\1", _MARKER.sub(" ", text)) if labels else text
    bare = re.sub(r"([.!?])\s*[.,;](?=\s*$)", r"\1", bare) if labels else bare
    return re.sub(r"[ \t]+", " ", bare).strip(), labels


def split_sentences(text: str, *, whole: bool = True) -> list[str]:
    """Return the sentences and list items of `text`, markers included.

    Args:
        text: Markdown as a model writes it; a line end closes a sentence.
        whole: when False, the last element is what may still go on, "" if nothing.
    """
    lines = text.split("\n")
    sentences: list[str] = []
    for line in lines:
        start = 0
        for match in _BOUNDARY.finditer(line):
            before = line[start : match.start()]
            if not (is_abbreviated(before) or _LIST_NUMBER.search(before)):
                sentences.append(line[start : match.end()])
                start = match.end()
        sentences.append(line[start:])
    rest = [] if whole else [sentences.pop()]
    return [sentence.strip() for sentence in sentences if sentence.strip()] + rest


def is_refusal(text: str) -> bool:
    """Return whether `text` says that the sources do not answer."""
    return fold(REFUSAL) in fold(text) or _REFUSING.search(text) is not None


def is_item(text: str) -> bool:
    """Return whether `text` is a list item: "- ..." or "1. ..."."""
    return _ITEM.match(text) is not None


def _plain(text: str) -> str:
    """Return `text` without emphasis and heading marks, its bullet as "- "."""
    bare = html.unescape(_MARKS.sub("", text)).strip()
    item = _ITEM.match(bare)
    if item is None:
        return bare
    bullet = f"{item[1]}. " if item[1] else "- "
    return bullet + bare[item.end() :].strip()


def _cut_short(raw: str) -> bool:
    """Return whether a text that ends with `raw` was cut off inside it."""
    return not is_item(raw) and not re.search(r"[.!?:\]\"”)]\s*$", raw)
