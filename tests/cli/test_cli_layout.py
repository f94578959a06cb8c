"""Results as lines, and lines as they are printed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from ragprep.cli import layout, progress, render, session_layout
from ragprep.cli.layout import Line
from ragprep.evaluation.report import Table
from ragprep.types.check import Check
from ragprep.types.grade import Grade
from ragprep.types.guide import Diagnostic, Entry, Guide, Role, Span
from ragprep.types.index import BuildReport, FileRead, Manifest
from ragprep.types.practice import Proposal, Rating
from ragprep.types.search import Hit, Reason, Related, SearchResult, Strength, Trace
from ragprep.types.session import Answered

ENTRY = Entry("id1", "q1", "What is a cat?", "An **animal**.", ("Pets", "Small"), "pets", (3, 5))


def text_of(lines: object) -> list[str]:
    return [" " * line.indent + "".join(t for t, _ in line.pieces) for line in lines]  # type: ignore[attr-defined]


def hits_of(hit: Hit) -> object:
    return layout.search(SearchResult("cat", True, (hit,)), explain=False)


@pytest.mark.parametrize(("word", "relevance"), [("strong", 0.9), ("likely", 0.5), ("weak", 0.1)])
def test_the_strength_of_a_hit_stands_before_its_relevance(word: str, relevance: float) -> None:
    """Both are the search's."""
    lines = text_of(hits_of(Hit(ENTRY, relevance, Strength(word), 1.0, "purrs")))
    assert lines == [
        "q1    What is a cat?",
        f"      {word} {relevance:.2f}  Pets > Small",
        "      purrs",
    ]


def test_matched_is_not_the_question_again() -> None:
    """When the question itself matched there is nothing to add."""
    assert len(text_of(hits_of(Hit(ENTRY, 0.9, Strength.STRONG, 1.0, ENTRY.question)))) == 2


def test_explained_hit() -> None:
    """Each retriever's evidence has a line."""
    hit = Hit(
        ENTRY,
        0.9,
        Strength.STRONG,
        1.0,
        "purrs",
        (Trace("dense", "question", "What is a cat?", 0.5, 2),),
    )
    lines = text_of(layout.search(SearchResult("cat", True, (hit,)), explain=True))
    assert lines[-1] == "      dense 0.500, rank 2, question: What is a cat?"


def test_an_entry_without_answer_is_marked() -> None:
    """Where it is found, and in the list."""
    entry = replace(ENTRY, answer="")
    marked = "q1    What is a cat?  (no answer)"
    assert text_of(hits_of(Hit(entry, 0.9, Strength.STRONG, 1.0, entry.question)))[0] == marked
    assert text_of(layout.listing([entry])) == ["Pets > Small", marked]


def test_an_index_says_what_came_of_each_file() -> None:
    """Entries, those without an answer, what looks like a question; and why there are none."""
    files = (FileRead("a.md", 2, 1, 3, ""), FileRead("b.md", 0, 0, 0, "is empty."))
    manifest = Manifest(1, "m", "f", 3, "flat", (), (), 2, 9, "")
    lines = text_of(layout.build(BuildReport(manifest, 9, 0, 0.1, files)))
    assert lines[1:] == [
        "  a.md: 2 entries, 1 without an answer; 3 question-like lines in no entry",
        "  b.md: left out: is empty.",
    ]


def test_not_covered_without_hits() -> None:
    """An empty result is a sentence, not nothing."""
    lines = text_of(layout.search(SearchResult("cat", False, ()), explain=False))
    assert lines == ["The guides do not cover this question."]


def test_only_entry() -> None:
    """Nothing related is a sentence too."""
    assert text_of(layout.related(ENTRY, [])) == ["There is no other entry."]


def test_related_says_why() -> None:
    """The entry asked about, then each with its reason; the mark stands where it is news."""
    result = [
        Related(ENTRY, 2.0, Reason.NEXT_STEP, "its kinds", near_duplicate=True),
        Related(ENTRY, 1.0, Reason.NEAR_DUPLICATE, "", near_duplicate=True),
    ]
    assert text_of(layout.related(ENTRY, result)) == [
        "After q1 What is a cat?",
        "",
        "q1    What is a cat?",
        "      next step, near-duplicate  Pets > Small",
        "      its kinds",
        "",
        "q1    What is a cat?",
        "      near-duplicate  Pets > Small",
    ]


def test_lint_lines_are_clickable() -> None:
    """file:line: level: message, then the counts."""
    guide = Guide("pets", "pets.md", (ENTRY,), (Diagnostic(7, "warning", "No answer."),))
    assert text_of(layout.lint(guide)) == [
        "        3-5  q1    What is a cat?  (14 characters)",
        "pets.md:7: warning: No answer.",
        "1 entry; 0 errors, 1 warning, 0 to know.",
    ]


def test_lint_shows_every_entry_of_one_line() -> None:
    """A bank in JSON is often one line; what is left out stands in its place."""
    two = [replace(ENTRY, label=label, lines=(2, 2)) for label in ("q1", "q2")]
    spans = (Span(1, 1, Role.LEFT_OUT, "in no entry"), Span(2, 2, Role.ENTRY, "q2"))
    guide = Guide("pets", "pets.json", tuple(two), (), account=spans)
    assert text_of(layout.lint(guide)) == [
        "          1  left out: in no entry",
        "          2  q1    What is a cat?  (14 characters)",
        "          2  q2    What is a cat?  (14 characters)",
        "2 entries; 0 errors, 0 warnings, 0 to know.",
    ]


def test_doctor_names_the_remedy_of_what_failed() -> None:
    """What is optional is called so, what is sound has no remedy."""
    checks = [
        Check("Python", True, "3.11", "Use 3.11+."),
        Check("index", False, "Damaged.", "Build it."),
        Check("Ollama", False, "Not running.", "Start it.", optional=True),
    ]
    assert text_of(layout.doctor(checks)) == [
        "ok        Python  3.11",
        "fail      index   Damaged. Build it.",
        "optional  Ollama  Not running. Start it.",
    ]


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_no_text_is_shown_in_another_order(capsys: pytest.CaptureFixture[str]) -> None:
    """Controls of direction are replaced, in JSON escaped; marks between two scripts stay."""
    text = f"paid{BIDI}\u200e\u200f"
    render.show([layout.Line.of(text)])
    render.stream()(text)
    render.say(text)
    out, err = capsys.readouterr()
    replaced = "\ufffd" * 9
    shown = f"paid{replaced}\u200e\u200f"
    assert (out, err) == (f"{shown}\n{shown}", f"{shown}\n")
    render.show_json({"text": text})
    out, _ = capsys.readouterr()
    assert json.loads(out) == {"text": text}
    assert not {*BIDI} & {*out}


def test_no_control_character_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """A guide cannot set a title, link, move the cursor or ring: C0 and C1 are replaced."""
    hostile = "a\x1b]0;title\x07 \x1b[2J \x9b2J \r b\tc"
    render.show([Line.of(hostile)])
    render.stream()(hostile)
    render.say(hostile)
    out, err = capsys.readouterr()
    replaced = "a�]0;title� �[2J �2J � b\tc"
    assert out == f"{replaced}\n{replaced}"
    assert err == replaced.replace("� b", "  b") + "\n"  # \r ends a line, and there is but one


def test_json_is_safe_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters are escaped, so the object is whole and commands nothing."""
    render.show_json({"text": "\x1b[2J \x9b2J \x7f é"})
    out, _ = capsys.readouterr()
    assert json.loads(out) == {"text": "\x1b[2J \x9b2J \x7f é"}
    assert not {"\x1b", "\x9b", "\x7f"} & {*out}
    assert "é" in out


def test_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the message holds."""
    render.show_error("No file\n called \x1b[1m.", "Make it.")
    assert capsys.readouterr().err == "error: No file  called �[1m. Make it.\n"


def test_streamed_text_breaks_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Pieces may end anywhere between words; items of a list hang under their text."""
    write = render._Wrapped(12)
    for piece in ["One two three", " four [q1]", "\n- five six seven", "\nlast"]:
        write(piece)
    assert capsys.readouterr().out == "One two\nthree four\n[q1]\n- five six\n  seven\nlast"


def test_a_word_wider_than_the_terminal_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """It is not cut, and does not leave an empty line."""
    write = render._Wrapped(5)
    write("abcdefghij xy")
    assert capsys.readouterr().out == "abcdefghij\nxy"


def test_a_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Hundreds of steps, where stderr is no terminal, are a line a stage."""
    with progress.shown() as shown:
        for done in range(300):
            shown("embedding", done, 300)
        shown("writing the index", 0, 1)
    assert capsys.readouterr().err == "embedding: 300\nwriting the index\n"


def test_figures_fit_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The widest table of `eval` in 80 columns, nothing cut off."""
    figure = "0.953 [0.93, 0.98]"
    metrics = ("S@1", "R@5", "MRR@10", "nDCG@10")
    columns = ("", "n", *metrics, "nDCG@10 against fused", "p", "errors")
    row = ("dense-entry", "322", *[figure] * 4, "-0.166", "0.0003", "0")
    monkeypatch.setattr(render, "is_terminal", lambda stream: True)
    render.show_tables([Table("Systems", columns, (row,))])
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    assert all(word in shown for word in ("dense-entry", "0.953", ".93-.98", "-0.166", "0.0003"))


def test_a_grade_that_proposes_no_rating_says_to_choose_one() -> None:
    """Below the ratings, of which none is marked."""
    proposal = Proposal(None, {rating: date(2026, 12, 1 + rating) for rating in Rating})
    grade = Grade("q1", ENTRY.question, 50, 0.3, "Partly answered: ...", ())
    *_, ratings, days, choose = text_of(
        session_layout.answered(Answered(ENTRY, "An animal.", grade, proposal=proposal))
    )
    assert ratings.split() == ["1", "Again", "2", "Hard", "3", "Good", "4", "Easy"]
    assert days.split() == ["2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05"]
    assert choose.strip() == "The grade is too unsure to propose a rating: choose one."
