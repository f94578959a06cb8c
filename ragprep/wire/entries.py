"""What `--json` prints of entries: those found, answered from, shown, graded and listed; pure.

`shapes` is imported where JSON is made: its dataclasses take longer than to parse a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ragprep.chat import Turn
    from ragprep.types.answer import Answer
    from ragprep.types.grade import Grade, Rubric
    from ragprep.types.guide import Entry, KeyPoint
    from ragprep.types.search import Hit, Related, SearchResult
    from ragprep.wire.shapes import EntryJson, HitJson

Object = dict[str, Any]


def search(result: SearchResult, *, explain: bool) -> Object:
    """Return the hits for a query.

    - `query`: as it was searched for.
    - `covered`: whether the guides answer it; if not, the hits are the closest there are.
    - `hits`: best first; each `label`, `id`, `question`, `section` (the path joined by " > "),
      `relevance` (0 to 1, the probability that the entry answers), `strength` (the same in a
      word: "strong" from 0.8, "likely" from where a query counts as covered, else "weak"),
      `score` (higher is better, comparable within one result only), `matched` (the part of the
      entry that matched best).
    - with --explain each hit has `trace`: `retriever`, `view`, `text`, `score`, `rank`.
    """
    from ragprep.wire import shapes

    shown = shapes.plain(
        shapes.SearchJson(result.query, result.covered, [_hit(hit) for hit in result.hits])
    )
    if explain:
        for hit, shown_hit in zip(result.hits, shown["hits"], strict=True):
            shown_hit["trace"] = [asdict(trace) for trace in hit.trace]
    return shown


def answer(result: Answer) -> Object:
    """Return an answer.

    - `question`: as it was asked.
    - `text`: the answer as shown, with its markers ("[q3]").
    - `refused`: true when the guides do not cover the question, or have it without an answer;
      `text` says which.
    - `sentences`: of the text, in order; each `text` (of several lines for code), `citations`
      (labels), `statements` (the key points it rests on, "q3.2" is the second of q3; "q3.1" is the
      whole answer of an entry without key points), `support` (0 to 1, the share of its words that
      are the guide's own) and `origin` ("guide" or "model", whose words they are).
    - `omitted`: statements of the entries cited that are not about the point asked, when the answer
      is the guide's own sentences; as `sentences`.
    - `sources`: the entries cited, when refused those named; each `label`, `question`, `lines`
      (first and last line, both included), `guide`, `path` (of its file).
    - `model`: the LLM that wrote it; null when it is the guide's own sentences.
    - `verdict`: "answered" by a model, "extractive" or "refused".
    - `note`: what there is to know about how it came about, "" if nothing.
    - `seconds`: `first` (until its first text) and `whole`.
    """
    from ragprep.wire import shapes

    return shapes.plain(
        shapes.AnswerJson(
            question=result.question,
            text=result.text,
            refused=result.refused,
            sentences=result.sentences,
            omitted=result.omitted,
            sources=result.sources,
            model=result.model,
            verdict=result.verdict,
            note=result.note,
            seconds=shapes.SecondsJson(round(result.first_s, 3), round(result.whole_s, 3)),
        )
    )


def chat(turn: Turn) -> Object:
    """Return an answer of a conversation, one object a line.

    - `question`: as it was typed.
    - `searched`: what was searched for, with the last subject where the question refers to it.
    - the rest as for `ask`; `verdict` is also "asked back", and `refused` true, where the question
      refers to one before it and there is none that the guides cover.
    """
    return {**answer(turn.answer), "question": turn.question, "searched": turn.searched}


def entries_shown(
    entries: Iterable[tuple[Entry, Sequence[KeyPoint] | None]],
    rubrics: Sequence[Rubric] = (),
) -> Object:
    """Return whole entries.

    - `entries`: in the order asked for; each `label`, `id`, `question`, `section`, `guide`,
      `lines`, `answer` (Markdown).
    - with --points each has `points`: `text`, `line`, `heading`; and `rubric`, what an answer is
      graded by: `points`: each `point` (as above), `weight`, `accepted` (other wordings), `group`
      (place in `groups`, null when it is needed by itself); `groups`: each `name` and how many of
      its points are `enough`; `warnings` (of the file beside the guide).
    """
    graded_by = dict(enumerate(map(_rubric, rubrics)))
    return {
        "entries": [
            _whole(entry, points) | ({"rubric": graded_by[place]} if place in graded_by else {})
            for place, (entry, points) in enumerate(entries)
        ]
    }


def grade(result: Grade) -> Object:
    """Return a grade.

    - `entry`, `question`: label and question of the entry graded against.
    - `score`: 0 to 100; `confidence`: 0 to 1; `verdict`: in words.
    - `points`: in the guide's order; each `point`, `line` (0 when it was added beside the guide),
      `heading`, `status` ("covered", "partial", "missing" or "contradicted"), `credit` (0 to 1),
      `weight`, `evidence` (null, or the person's words: `text`, `start`, `end`, places in the
      answer as given), `note`, `difference` (how the answer differs from the point), `opinion`
      (null, or the model's: `status`, `quote`, `changed`).
    - `sums`: terms of the score: each `kind` ("point", "group", "statements", "holistic" or
      "reference"), `text`, `earned`, `needed`; the score is 100 times all earned over all needed,
      at most `limit`.
    - `fix`: the one thing to fix first, in words, "" where there is none.
    - `remarks`: on the answer as a whole; `wrong`: statements against the guide, as `evidence`.
    - `read_next`: entries to read: each `label`, `question`.
    - `judge`, `second`: names of the reader and of the model that gave a second opinion, or null;
      `note`: what to know about how the grade came about.
    """
    from ragprep.wire import shapes

    return shapes.plain(
        shapes.GradeJson(
            entry=result.entry,
            question=result.question,
            score=result.score,
            confidence=result.confidence,
            verdict=result.verdict,
            points=result.points,
            sums=result.sums,
            limit=result.limit,
            fix=result.fix,
            remarks=result.remarks,
            wrong=result.wrong,
            read_next=[shapes.NamedEntryJson(*pair) for pair in result.read_next],
            judge=result.judge,
            second=result.second,
            note=result.note,
        )
    )


def related(entry: Entry | None, related_entries: Iterable[Related]) -> Object:
    """Return what to look at next after an entry.

    - `entry`: the one asked about, or found by words; as in `list`; null where the guides do not
      cover the words.
    - `covered`: whether there is such an entry.
    - `related`: best first; each `label`, `id`, `question`, `section`, `score` (higher is
      better, comparable within one result only), `reason` ("near-duplicate", "contrast",
      "next step", "basics", "same idea elsewhere", "shared key points" or "same subject"),
      `detail` (what makes it so), `near_duplicate` (true also where another reason says more).
    """
    from ragprep.wire import shapes

    shown = [
        shapes.RelatedEntryJson(
            label=item.entry.label,
            id=item.entry.id,
            question=item.entry.question,
            section=section(item.entry),
            score=item.score,
            reason=item.reason,
            detail=item.detail,
            near_duplicate=item.near_duplicate,
        )
        for item in related_entries
    ]
    return shapes.plain(
        shapes.RelatedJson(None if entry is None else _entry(entry), entry is not None, shown)
    )


def listing(entries: Iterable[Entry]) -> Object:
    """Return the entries of the index.

    - `entries`: in the guides' order; each `label`, `id`, `question`, `section`, `guide`, `lines`.
    """
    from ragprep.wire import shapes

    return {"entries": [shapes.plain(_entry(entry)) for entry in entries]}


def section(entry: Entry) -> str:
    """Return the path of an entry's section as people read it."""
    return " > ".join(entry.section)


def _rubric(rubric: Rubric) -> Object:
    groups = [{"name": group.name, "enough": group.required} for group in rubric.groups]
    return asdict(rubric) | {"groups": groups}


def _hit(hit: Hit) -> HitJson:
    from ragprep.wire import shapes

    return shapes.HitJson(
        label=hit.entry.label,
        id=hit.entry.id,
        question=hit.entry.question,
        section=section(hit.entry),
        relevance=hit.relevance,
        strength=hit.strength,
        score=hit.score,
        matched=hit.matched,
    )


def _entry(entry: Entry) -> EntryJson:
    from ragprep.wire import shapes

    return shapes.EntryJson(
        label=entry.label,
        id=entry.id,
        question=entry.question,
        section=section(entry),
        guide=entry.guide,
        lines=entry.lines,
    )


def _whole(entry: Entry, points: Sequence[KeyPoint] | None) -> Object:
    """Return an entry with its answer, and with its key points unless they are None."""
    from ragprep.wire import shapes

    shown = shapes.plain(
        shapes.WholeEntryJson(
            label=entry.label,
            id=entry.id,
            question=entry.question,
            section=section(entry),
            guide=entry.guide,
            lines=entry.lines,
            answer=entry.answer,
            points=list(points or ()),
        )
    )
    if points is None:
        del shown["points"]
    return shown
