"""`ragprep grade` and `ragprep eval grading`, on a small guide with fakes."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import ragprep.reader.cross_encoder
import ragprep.service
from ragprep import Prep
from ragprep.config import Config
from ragprep.errors import AnswerError, ReaderError
from ragprep.testing.fakes import FakeEmbedder, FakeLLM, FakeReader
from ragprep.types.grade import Grade, Rubric

GUIDE = """# Pets

### Q1. What does a cat eat?

**A:** Cats catch mice at night.

**Other food:**
- Fresh fish
- Warm milk

### Q2. How long does a cat sleep?

**A:** Fifteen hours a day.
"""
ANSWER = "Cats catch mice at night and they like fresh fish and some warm milk."


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prep:
    """The guide, with fakes; the command line opens the same."""
    guide = tmp_path / "pets.md"
    guide.write_text(GUIDE)
    fake = FakeEmbedder(("cat", "cats", "mice", "fish", "milk", "hours", "sleep"))
    prep = Prep(
        Config(home=tmp_path / "home", llm="none"),
        encoder=(fake.info, fake),
        reader=FakeReader(),
    )
    prep.build([guide])
    monkeypatch.setattr(ragprep.service.Prep, "open", lambda *args, **kwargs: prep)
    return prep


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that leaves a file when it is opened; the file."""
    trace = tmp_path / "opened"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"touch {trace}")
    return trace


def test_a_grade_as_json(run, pets: Prep):
    """With the person's words where they stand."""
    ran = run("grade", "q1", "--answer", ANSWER, "--json")
    result = json.loads(ran.out)
    assert (ran.code, result["entry"], result["score"]) == (0, "q1", 100)
    for point in result["points"]:
        evidence = point["evidence"]
        assert ANSWER[evidence["start"] : evidence["end"]] == evidence["text"]
    assert {"label", "question"} == set(result["read_next"][0])


def test_a_grade_for_people(run, pets: Prep):
    """Score, what to fix first, and a line a point; with --verbose how it adds up."""
    ran = run("grade", "q1", "--answer", "Cats catch mice at night.")
    assert ran.code == 0
    assert "33 of 100" in ran.out
    assert 'Fix first: Left out: 2 more of "Other food".' in ran.out
    assert "+ Cats catch mice at night.  said\n" in ran.out
    assert "33 = 100" not in ran.out
    ran = run("grade", "q1", "--verbose", "--answer", "Cats catch mice at night.")
    sums = "points 1 of 1; Other food (any 2 of 2) 0 of 2; holistic score 1 of 3"
    assert f"33 = 100 x ({sums})" in ran.out
    assert "+ Cats catch mice at night.  said 1" in ran.out
    assert "Read next:" in ran.out


def test_why_it_is_no_answer_is_shown_once(run, pets: Prep):
    """Beside the score."""
    ran = run("grade", "q1", "--answer", "I don't know.")
    assert "0 of 100  No answer: this says that you do not know.\n" in ran.out
    assert ran.out.casefold().count("you do not know") == 1


@pytest.mark.parametrize(
    ("answer", "read_next"), [("Cats catch mice.", ["q2", "q1"]), (ANSWER, ["q2"])]
)
def test_related_entries_are_read_next_and_then_the_same_again(
    run, pets: Prep, answer: str, read_next: list[str]
):
    """Unless the answer was excellent."""
    result = json.loads(run("grade", "q1", "--answer", answer, "--json").out)
    assert [entry["label"] for entry in result["read_next"]] == read_next


def test_the_only_entry_is_not_what_to_read_next(run, pets: Prep, tmp_path: Path):
    """One that was just graded is never named first."""
    (tmp_path / "pets.md").write_text("# Pets\n\n### Q1. What does a cat eat?\n\n**A:** Mice.\n")
    pets.build([tmp_path / "pets.md"])
    assert json.loads(run("grade", "q1", "--answer", "Fish.", "--json").out)["read_next"] == []


def test_words_find_the_entry_first(run, pets: Prep):
    """Which one is said."""
    result = json.loads(
        run("grade", "what", "does", "a", "cat", "eat", "--answer", "x", "--json").out
    )
    assert result["question"] == "What does a cat eat?"


def test_an_answer_from_a_file_or_stdin(run, pets: Prep, tmp_path: Path, monkeypatch):
    """The same grade."""
    file = tmp_path / "mine.txt"
    file.write_text(ANSWER)
    by_file = run("grade", "q1", "--file", file, "--json").out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ANSWER.encode())))
    assert run("grade", "q1", "--json").out == by_file


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--answer", "x", "--file", "y"], 2),
        (["--file", "none.txt"], 2),
        (["--answer", "cats " * 5000], 2),
    ],
)
def test_an_unusable_answer_is_an_error(run, pets: Prep, arguments: list[str], code: int):
    """In one line."""
    ran = run("grade", "q1", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("error: ")


@pytest.mark.parametrize("words", [["my answer"], ["my", "answer"]])
def test_text_after_a_label_is_an_error(run, pets: Prep, words: list[str]):
    """It is most likely the answer, which no search is to take for a question."""
    ran = run("grade", "q2", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: q2 names an entry, and more text follows it.")
    assert 'ragprep grade q2 --answer "..."' in ran.err


@pytest.mark.parametrize("piped", [b"", b" \n"])
@pytest.mark.parametrize("entry", [["q1"], ["what does a cat eat", "mice"]])
def test_an_empty_pipe_is_no_answer(run, pets: Prep, monkeypatch, piped: bytes, entry: list[str]):
    """As of a program that gives a command no input; it is not graded."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped)))
    ran = run("grade", *entry)
    assert (ran.code, ran.out) == (2, "")
    assert "There is no answer to grade: stdin is empty." in ran.err
    assert "Give your answer with --answer, --file or a pipe." in ran.err


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_without_stdin_no_editor_is_opened(run, pets: Prep, monkeypatch, editor: Path, flags):
    """As with `<&-`, where nobody could type into it."""
    monkeypatch.setattr(sys, "stdin", None)
    ran = run("grade", "q1", *flags)
    assert (ran.code, ran.out) == (2, "")
    assert "There is no answer to grade." in ran.err
    assert "Give --answer, --file or a pipe." in ran.err
    assert not editor.exists()


def test_a_program_that_reads_json_gets_no_editor(run, pets: Prep, terminal, editor: Path):
    """Even where it was started from a terminal."""
    assert run("grade", "q1", "--json").code == 2
    assert not editor.exists()
    run("grade", "q1")
    assert editor.exists()


EDITS = r"""
import sys, time
from pathlib import Path

guide, page = Path(sys.argv[1]), Path(sys.argv[2])
first = "### Q1. Why?\n\nBecause.\n\n### Q2. What does a cat eat?"
guide.write_text(guide.read_text().replace("### Q1. What does a cat eat?", first))
page.write_text(page.read_text() + "Cats catch mice.")
time.sleep(1.1)  # until an open `Prep` looks again
"""


def test_the_question_that_was_shown_is_graded(
    run, pets: Prep, terminal, tmp_path: Path, monkeypatch
):
    """Though the guide is renumbered while the answer is written: q1 is another entry by then."""
    script = tmp_path / "edits.py"
    script.write_text(EDITS)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script} {tmp_path / 'pets.md'}")
    ran = run("grade", "q1")
    assert pets.entry("q1").question == "Why?"
    assert ran.out.startswith("q2    What does a cat eat?")


def test_a_number_is_a_label(run, pets: Prep):
    """3 means q3, in every command that takes a label."""
    result = json.loads(run("grade", "1", "--answer", "Mice.", "--json").out)
    assert result["entry"] == "q1"
    shown = json.loads(run("show", "2", "q1", "--json").out)["entries"]
    assert [entry["label"] for entry in shown] == ["q2", "q1"]
    assert json.loads(run("related", "2", "--json").out)["entry"]["label"] == "q2"
    ran = run("grade", "999", "--answer", "Mice.")
    assert (ran.code, ran.err.split(".")[0]) == (1, 'error: No entry is called "999"')


@pytest.mark.parametrize(("who", "second"), [("auto", True), ("none", False), (None, False)])
def test_llm_says_who_gives_a_second_opinion(
    run, pets: Prep, monkeypatch, who: str | None, second: bool
):
    """As in `ask` it takes a value, and the rest is the entry."""
    asked: list[tuple[str, bool]] = []
    graded = pets.grade

    def grade(_: Prep, ref: str, text: str, *, second: bool) -> Grade:
        asked.append((pets.entry(ref).label, second))
        return graded(ref, text)

    monkeypatch.setattr(Prep, "grade", grade)
    run("grade", "--answer", "Mice.", *(["--llm", who] if who else []), "q1")
    assert asked == [("q1", second)]


def test_a_second_opinion_of_nobody_that_exists_is_an_error(run, pets: Prep):
    """With what it may be."""
    ran = run("grade", "q1", "--llm", "gpt", "--answer", "Mice.")
    assert ran.code == 2
    assert "ollama" in ran.err


def test_a_guide_without_sections_says_so(run, pets: Prep, tmp_path: Path):
    """It has none to name."""
    (tmp_path / "flat.md").write_text("### Q1. What is a cat?\n\nAn animal that purrs.\n")
    pets.build([tmp_path / "flat.md"])
    ran = run("list", "--section", "food")
    assert ran.err == 'error: No section has "food" in its name. There are no sections.\n'


def test_show_says_what_is_enough(run, pets: Prep, tmp_path: Path):
    """And what the file beside the guide changes."""
    (tmp_path / "pets.points.toml").write_text(
        '[[point]]\nentry = "q1"\npoint = "Fresh fish"\nweight = 3\naccept = ["tuna"]\n'
    )
    ran = run("show", "q1", "--points")
    assert "Other food: any 2 of 2 are enough." in ran.out
    assert "Fresh fish: weight 3, also accepted: tuna." in ran.out
    rubric = json.loads(run("show", "q1", "--points", "--json").out)["entries"][0]["rubric"]
    assert rubric["points"][1]["weight"] == 3


def test_other_wordings_and_weights_count(pets: Prep, tmp_path: Path):
    """Tuna is fish now."""
    answer = "Cats catch mice at night, also plenty of canned tuna."
    before = pets.grade("q1", answer).score
    (tmp_path / "pets.points.toml").write_text(
        '[[point]]\nentry = "q1"\npoint = "Fresh fish"\naccept = ["canned tuna"]\n'
    )
    assert pets.grade("q1", answer).score > before


def test_an_answer_is_graded_by_the_points_that_are_asked_for(pets: Prep):
    """And by no others: warm milk is all that the one point wants, for a second opinion, too."""
    rubric = pets.rubric("q1")
    milk = Rubric(tuple(replace(point, group=None) for point in rubric.points[-1:]))
    answer = "They like warm milk, I believe."
    grade = pets.grade("q1", answer, rubric=milk)
    assert ([point.point for point in grade.points], grade.score) == (["Warm milk"], 100)
    llm = FakeLLM(['{"status": "covered", "quote": "warm milk"}'])
    assert pets.grade("q1", answer, rubric=milk, llm=llm).points[0].opinion is not None


def test_a_second_opinion(pets: Prep):
    """Asked of the model given; without one a note says so."""
    llm = FakeLLM(['{"status": "covered", "quote": ""}'] * 3)
    assert pets.grade("q1", ANSWER, llm=llm).second == "fake"
    assert (
        pets.grade("q1", ANSWER, second=True).note == "No second opinion: The setting llm is none."
    )


def test_a_second_opinion_that_nobody_gives(pets: Prep, nobody: str):
    """What to start is said, and nothing of answers."""
    alone = Prep(
        replace(pets.config, llm="auto", ollama_host=nobody),
        encoder=(pets.snapshot().info, pets.snapshot().embedder),
        reader=FakeReader(),
    )
    note = alone.grade("q1", ANSWER, second=True).note
    assert note.startswith("No second opinion: No language model is running; start Ollama")
    assert alone.ask("what does a cat eat?").note.startswith("Answered from the guide's own")


def test_grading_is_measured(run, pets: Prep, tmp_path: Path):
    """On a file of one's own, or a CSV."""
    file = tmp_path / "answers.jsonl"
    records = [
        {"id": "a", "entry": "q1", "kind": "good", "answer": ANSWER, "score": 1.0},
        {"id": "b", "entry": "q1", "kind": "empty", "answer": "", "score": 0.0},
    ]
    file.write_text("\n".join(map(json.dumps, records)))
    report = json.loads(run("eval", "grading", "--answers", file, "--json").out)
    assert (report["n"], report["pearson"]) == (2, pytest.approx(1.0))
    assert {"pearson", "spearman", "rmse", "qwk", "n"} <= set(report)
    assert "Agreement" in run("eval", "grading", "--answers", file).out
    table = tmp_path / "exam.csv"
    table.write_text(
        "question_id,question,reference_answer,student_answer,grade_0_1\n"
        "e1,Why do dogs bark?,Dogs bark to warn others.,They bark to warn other dogs,1\n"
        "e1,Why do dogs bark?,Dogs bark to warn others.,They are hungry,0\n"
    )
    assert json.loads(run("eval", "grading", "--answers", table, "--json").out)["pearson"] == 1.0
    fitted = run("eval", "grading", "--answers", table, "--calibrate", table, "--json")
    assert json.loads(fitted.out)["rmse"] == 0.0  # a line through two answers


def test_without_a_reader_it_is_an_error(
    tmp_path: Path, ready_home: Path, monkeypatch: pytest.MonkeyPatch
):
    """And no number is invented; nor is one for an answer that is too long."""
    monkeypatch.setattr(ragprep.reader.cross_encoder, "MODEL_FILE", tmp_path / "none.onnx")
    prep = Prep(Config(home=ready_home, llm="none"))
    with pytest.raises(AnswerError):
        prep.grade("q1", "x" * 20_001)
    with pytest.raises(ReaderError, match="missing or damaged"):
        prep.grade("q3", "The model learns noise instead of what is general.")


def test_pairs_and_wordings_are_measured(run, pets: Prep, tmp_path: Path):
    """On files of one's own, and on the guide's own points, which name nothing side by side."""
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({"entry": "q1", "true": ANSWER, "false": "Cows give milk."}))
    report = json.loads(run("eval", "pairs", "--pairs", file, "--json").out)
    assert (report["n"], report["true_above"], report["false_above"]) == (1, 1.0, 0.0)
    assert "Minimal pairs" in run("eval", "pairs", "--pairs", file).out
    assert "side by side" in run("eval", "pairs", "--rotated").err
    assert run("eval", "pairs", "--rotated", "--pairs", file).code == 2
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({"entry": "q1", "answer": ANSWER, "score": 1.0}))
    moved = json.loads(run("eval", "wording", "--answers", answers, "--json").out)
    assert (moved["n"], moved["changes"]["case"]["n"]) == (1, 1)
    assert "Other wordings" in run("eval", "wording", "--answers", answers, "--limit", "1").out
