"""The nouns of ragprep as frozen dataclasses; standard library only, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One statement of an answer that can be made, cited or missed on its own.

    Attributes:
        text: plain text, Markdown marks removed ("Bias: Error due to ...").
        line: 1-based line in the guide where it starts.
        heading: the line or item it stands under ("Prevention methods"); "" when there is none.
    """

    text: str
    line: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a guide with its answer: the unit of results, citations and grades.

    Attributes:
        id: stable; made of the guide's name and the question, so an edited answer keeps it.
        label: what people type ("q76"); unique in an index.
        question: plain text, without its number.
        answer: Markdown as the guide has it, without the leading "**A:**".
        section: path from the outermost heading ("Deep Learning",).
        guide: name of the guide (its file name without suffix).
        lines: first and last line in the guide, 1-based, both included.
    """

    id: str
    label: str
    question: str
    answer: str
    section: tuple[str, ...]
    guide: str
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another way to ask for an entry; never shown as the guide's text, and never cited.

    Attributes:
        entry_id: the entry it asks for.
        phrase: what a person might type.
        kind: "everyday", "description", "symptom", "detail" and so on.
        source: who wrote it ("hand", or a model's name).
        content: `ingest.entry_hash` of the entry it was written for.
    """

    entry_id: str
    phrase: str
    kind: str
    source: str
    content: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something `lint` says about a guide: where, how serious, and what to do."""

    line: int
    level: Literal["info", "warning", "error"]
    message: str


@dataclass(frozen=True, slots=True)
class Guide:
    """One parsed document.

    Attributes:
        name: file name without suffix.
        path: where it was read, as given.
        entries: in the guide's order.
        remarks: repairs made, text outside entries, entries without an answer.
        aliases: other ways to ask for its entries, from the file beside it.
        outside: what people may ask and it does not cover, from another such file.
    """

    name: str
    path: str
    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...] = ()
    aliases: tuple[Alias, ...] = ()
    outside: tuple[str, ...] = ()


class ViewKind(StrEnum):
    """What a view shows of its entry."""

    QUESTION = "question"
    ENTRY = "entry"
    POINT = "point"
    QUESTION_POINT = "question+point"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True)
class View:
    """A text that stands for an entry in the index.

    Attributes:
        entry_id: the entry it stands for.
        kind: what it shows.
        text: what is embedded.
        shown: the part of the answer (or the question) to show when this view matched.
    """

    entry_id: str
    kind: ViewKind
    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Why an entry is among the hits: one retriever's evidence.

    Attributes:
        retriever: "dense" or "lexical".
        view: kind of the closest view, or "words" for BM25.
        text: the view's text, or the query's words that occur in the entry.
        score: as the retriever scores it, higher is better (cosine, BM25).
        rank: 1-based place of the entry in that retriever's own list.
    """

    retriever: Literal["dense", "lexical"]
    view: str
    text: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found for a query.

    Attributes:
        entry: the entry.
        relevance: calibrated probability, 0 to 1, that the entry answers the query.
        score: fused score, higher is better; comparable within one result only.
        matched: the part of the entry that matched best, verbatim but for Markdown marks.
        trace: evidence of each retriever, best first.
    """

    entry: Entry
    relevance: float
    score: float
    matched: str
    trace: tuple[Trace, ...] = ()


class Reason(StrEnum):
    """Why an entry is worth looking at after another one."""

    NEAR_DUPLICATE = "near-duplicate"
    CONTRAST = "contrast"
    NEXT_STEP = "next step"
    BASICS = "basics"
    ELSEWHERE = "same idea elsewhere"
    POINTS = "shared key points"
    SUBJECT = "same subject"


@dataclass(frozen=True, slots=True)
class Related:
    """An entry to look at after another one.

    Attributes:
        entry: the entry.
        score: higher is better; comparable within one result only.
        reason: why it is worth looking at.
        detail: what makes it so ("implements it from scratch", or the key point they share).
        near_duplicate: says much the same as the other; also set where `reason` says more.
    """

    entry: Entry
    score: float
    reason: Reason
    detail: str
    near_duplicate: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits for a query, best first, and whether the guides cover it at all."""

    query: str
    covered: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item of an answer and the labels it cites.

    Two are equal when they say the same and cite the same.

    Attributes:
        text: without markers.
        citations: labels.
        statements: what it rests on, as the prompt numbers it ("q3.2"); empty where not known.
        support: 0 to 1, share of its words that are the guide's own; 1 for the guide's own words.
        origin: whose words they are.
    """

    text: str
    citations: tuple[str, ...]
    statements: tuple[str, ...] = field(default=(), compare=False)
    support: float = field(default=1.0, compare=False)
    origin: Literal["guide", "model"] = field(default="guide", compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """An entry an answer was written from; `path` is its guide's file, "" where not known."""

    label: str
    question: str
    lines: tuple[int, int]
    guide: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations.

    Attributes:
        question: as asked.
        text: as shown, with its markers "[q3]".
        refused: the guides do not cover the question; `text` says so.
        sentences: of `text`, in order, with the labels each cites.
        sources: entries cited, in the order of their first citation; when refused, the nearest.
        model: the LLM that wrote it; None when extractive.
        note: what the person should know about how it came about ("" if nothing).
        verdict: "answered" by a model, "extractive" in the guide's own words alone, or "refused".
        first_s: seconds until its first text, 0 when not measured.
        whole_s: seconds in all, 0 when not measured.
    """

    question: str
    text: str
    refused: bool
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    model: str | None
    note: str = ""
    verdict: Literal["answered", "extractive", "refused"] = "extractive"
    first_s: float = 0.0
    whole_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TokenStates:
    """A text as the encoder sees it, token by token.

    Attributes:
        ids: int64 (n,), numbers of its tokens.
        states: float32 (n, layers * dim), of each token in several layers, side by side.
        vector: float32 (dim,), unit, of the whole text.
    """

    ids: NDArray[np.int64]
    states: NDArray[np.float32]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GuideFile:
    """A guide in the index: where it came from and what it held.

    Attributes:
        name: of the guide.
        path: absolute, of its file.
        size: of the file in bytes, and `changed_ns` its time of change: when both are as they
            were, the guide is taken to be the one indexed.
        changed_ns: nanoseconds since 1970.
        entries: number of entries.
    """

    name: str
    path: str
    size: int
    changed_ns: int
    entries: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is made of.

    Attributes:
        format: version of the folder's layout.
        model: name of the embedding model.
        fingerprint: of the model's weights, tokenizer and export settings.
        dim: length of a vector.
        index_type: how FAISS searches ("flat" exact, "hnsw" approximate).
        sources: files and folders it was asked to be built from, "shipped" for the shipped guides.
        guides: the files found there.
        entries: number of entries.
        views: number of views, one vector each.
        corpus_sha256: of all entries; changes when any entry does.
        checksums: file name -> sha256 of every other file of the generation.
    """

    format: int
    model: str
    fingerprint: str
    dim: int
    index_type: str
    sources: tuple[str, ...]
    guides: tuple[GuideFile, ...]
    entries: int
    views: int
    corpus_sha256: str
    checksums: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        manifest: of the index that now serves.
        embedded: views embedded anew.
        reused: views whose vector was taken over from the index before.
        seconds: wall time.
    """

    manifest: Manifest
    embedded: int
    reused: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`; what is `optional` is good to have, but nothing fails without it."""

    name: str
    ok: bool
    message: str
    remedy: str = ""
    optional: bool = False


class PointStatus(StrEnum):
    """What an answer makes of a key point."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a judge makes of an answer.

    Attributes:
        odds: a row a point: probabilities of covered, partial, missing, contradicted; they add
            up to 1.
        overall: the judge's own impression of the whole answer, 0 to 1.
    """

    odds: tuple[tuple[float, float, float, float], ...]
    overall: float


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """A key point with what it counts.

    Attributes:
        point: the statement; its line is 0 when it was added beside the guide.
        weight: what it counts, 1 unless said otherwise.
        accepted: other wordings that cover it.
        group: place of its group in `Rubric.groups`; None when it is needed by itself.
    """

    point: KeyPoint
    weight: float = 1.0
    accepted: tuple[str, ...] = ()
    group: int | None = None


@dataclass(frozen=True, slots=True)
class PointGroup:
    """Points of which some are enough for full credit: their heading, and how many."""

    name: str
    enough: int


@dataclass(frozen=True, slots=True)
class Rubric:
    """What an answer to an entry is graded by.

    Attributes:
        points: in the guide's order, added ones last.
        groups: points of which some are enough.
        warnings: what the file beside the guide says of points that are no longer there.
    """

    points: tuple[RubricPoint, ...]
    groups: tuple[PointGroup, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A person's own words: `text` stands in their answer from `start` to `end`, verbatim."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a language model made of a point, its quote verified: "" where it gave none."""

    status: PointStatus
    quote: str
    changed: bool


@dataclass(frozen=True, slots=True)
class PointGrade:
    """What an answer makes of one key point.

    Attributes:
        point: text of the key point.
        line: 1-based line in the guide; 0 when the point was added beside it.
        heading: that it stands under, "" when there is none.
        status: the likeliest.
        credit: 0 to 1, in steps of 0.05.
        weight: what the point counts.
        evidence: the person's words about it; None when there are none.
        note: what is to be said of it ("names are swapped"), "" if nothing.
        opinion: the language model's; None when none was asked or it was of no use.
    """

    point: str
    line: int
    heading: str
    status: PointStatus
    credit: float
    weight: float = 1.0
    evidence: Evidence | None = None
    note: str = ""
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """One term of a score: a text, what was earned and what of it was needed (0: a penalty)."""

    text: str
    earned: float
    needed: float


@dataclass(frozen=True, slots=True)
class Grade:
    """A person's answer, graded point by point.

    Attributes:
        entry: label of the entry.
        question: of the entry.
        score: 0 to 100; what `sums` add up to.
        confidence: 0 to 1, how sure the grade is.
        verdict: in words.
        points: in the guide's order.
        sums: how the score adds up: 100 * all earned / all needed, at most `limit`.
        limit: the highest score that a text of this kind can have: 100 for most, 0 for no answer.
        remarks: on the answer as a whole ("A list of terms is no answer.").
        wrong: the person's statements that contradict the guide.
        read_next: entries to read, label and question.
        whole: what counts beside the points: text, value 0 to 1, and share of the score.
        judge: name of what judged.
        second: the language model that gave a second opinion; None without one.
        note: what the person should know about how it came about, "" if nothing.
    """

    entry: str
    question: str
    score: int
    confidence: float
    verdict: str
    points: tuple[PointGrade, ...]
    sums: tuple[Sum, ...] = ()
    limit: int = 100
    remarks: tuple[str, ...] = ()
    wrong: tuple[Evidence, ...] = ()
    read_next: tuple[tuple[str, str], ...] = ()
    whole: tuple[tuple[str, float, float], ...] = ()
    judge: str = ""
    second: str | None = None
    note: str = ""
