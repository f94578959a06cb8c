"""Checks a model's text against the sources it cites; what they do not support is left out.

The check is lexical: it compares words and numbers, not meanings.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from ragprep.answer.prompts import REFUSAL
from ragprep.answer.words import content_words, fold, numbers
from ragprep.types import Sentence

SUPPORT = 0.6
"""Share of a sentence's content words that must stand in the source. A guess: a paraphrase brings
some words of its own, an invention mostly words of its own."""

_LABEL = r"(?:[^\s\[\],;/]+/)?[qQ]\d+\w*(?:\.\w+)*"  # q3, q7a, q1.2, my-guide/q3
_MARKER = re.compile(rf"\[\s*({_LABEL}(?:(?:\s*[,;&]\s*|\s+(?:and\s+)?){_LABEL})*)\s*\]")
_MARKERS = rf"(?:\s*{_MARKER.pattern}[.,;]?){{0,8}}"  # bounded, so that splitting stays linear
# A sentence ends at its closing mark and the markers behind it, before a capital, digit or sign.
_BOUNDARY = re.compile(rf"(?<=[.!?])[\"'”’)]*{_MARKERS}\s+(?=[^\s\[a-z])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|[A-Z])|(?:^|\s)\d+)\.$")
_ITEM = re.compile(r"^\s*(?:[-*+•–]|(\d+)[.)])\s+")
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
        dropped: sentences left out because no source supports them.
        refused: the text began by saying that the sources do not answer.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Ground against `sources`, label -> text of the entry."""
        self._sources = [_Source(label, text) for label, text in sources.items()]
        self._labels = {source.label.casefold(): source.label for source in self._sources}
        self._rest = ""
        self._lead: Sentence | None = None
        self._seen: set[str] = set()
        self.kept = 0
        self.dropped = 0
        self.refused = False

    def feed(self, piece: str) -> list[Sentence]:
        """Return the sentences that `piece` completes, checked, in order."""
        *complete, self._rest = split_sentences(self._rest + piece, whole=False)
        return self._check(complete)

    def finish(self) -> list[Sentence]:
        """Return what the end of the text completes; a last sentence cut short is left out."""
        tail, self._rest = split_sentences(self._rest), ""
        if tail and _cut_short(tail[-1]):
            tail.pop()
        return self._check(tail)

    def _check(self, raw: list[str]) -> list[Sentence]:
        kept: list[Sentence] = []
        for text in raw:
            if self.refused:
                break
            if is_refusal(text):
                self.refused = self.kept == 0
                continue
            kept += self._place(text)
        return kept

    def _place(self, raw: str) -> list[Sentence]:
        """Return `raw` as a sentence, after the line that leads in to it; none if unsupported."""
        sentence = self._support(raw)
        if sentence is None:
            return []
        if sentence.text.endswith(":"):  # a list without items would say nothing
            self._lead = sentence
            return []
        lead, self._lead = self._lead, None
        placed = [lead, sentence] if lead and is_item(sentence.text) else [sentence]
        self.kept += len(placed)
        return placed

    def _support(self, raw: str) -> Sentence | None:
        text, cited = parse_citations(raw)
        text = _plain(text)
        said = fold(_ITEM.sub("", text))
        if not said or said in self._seen:  # nothing but markers, or the model repeats itself
            return None
        self._seen.add(said)
        known = [
            self._labels[label.casefold()] for label in cited if label.casefold() in self._labels
        ]
        labels = self._supporting(_ITEM.sub("", text), known)
        if not labels:
            self.dropped += not text.endswith(":")  # a line that leads in to a list claims nothing
            return None
        return Sentence(text, labels)

    def _supporting(self, text: str, cited: list[str]) -> tuple[str, ...]:
        """Return the cited labels that support `text`, else the one source that does best."""
        words, figures = content_words(text), numbers(text)
        share = {source.label: source.support(words, figures) for source in self._sources}
        supporting = tuple(dict.fromkeys(label for label in cited if share[label] >= SUPPORT))
        if supporting or not share:
            return supporting
        best = max(share, key=share.__getitem__)  # of equals the first, that is the most relevant
        return (best,) if share[best] >= SUPPORT else ()


class _Source:
    """The words and numbers of one source."""

    def __init__(self, label: str, text: str) -> None:
        self.label = label
        self._words = content_words(text)
        self._numbers = numbers(text)

    def support(self, words: set[str], figures: set[str]) -> float:
        """Return the share of `words` found here, 0 to 1; 0 if a number is not found."""
        if not words or not figures <= self._numbers:
            return 0.0
        return len(words & self._words) / len(words)


def ground(text: str, sources: Mapping[str, str]) -> list[Sentence]:
    """Return the sentences of `text` that `sources` (label -> text) support, with their citations.

    Citations of anything else are removed. A sentence keeps those of its sources that support it;
    one that cites none of them is given the source that does, and is left out if there is none.
    """
    grounding = Grounding(sources)
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
            if not _ABBREVIATION.search(line[start : match.start()]):
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
