"""Entries without key points: the answer is shown as the guide has it, or said to be missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ragprep import Prep, wire
from ragprep.answer import answer
from ragprep.answer.verify import Guidebook
from ragprep.config import Config
from ragprep.ingest.corpus import read_guide
from ragprep.ingest.points import key_points
from ragprep.testing.fakes import FakeEmbedder, FakeLLM
from ragprep.types.answer import Answer
from ragprep.types.guide import Entry
from ragprep.types.search import Cosines, Hit, SearchResult, Strength, Trace

GUIDE = """# Disks

## How do you mount a disk?
```sh
mount /dev/sdb1 /mnt
cd /mnt
```

## What is RAID?
        Many disks used as one.

## What is LVM?
[A page on volumes](https://volumes.example)

## What is swap?
![](swap.png)

## What is tmpfs?
<!-- to do -->

## What is a file system?
It names the blocks of a disk.
"""

CODE = "```sh\nmount /dev/sdb1 /mnt\ncd /mnt\n```"
AS_IT_STANDS = {
    "How do you mount a disk?": CODE + "\n[q1]",
    "What is RAID?": "        Many disks used as one.\n[q2]",
    "What is LVM?": "[A page on volumes](https://volumes.example) [q3]",
    "What is swap?": "![](swap.png) [q4]",
}
LIST = "- What is RAID?\n- What is LVM?\n- What is swap?\n"


def indexed(folder: Path, guide: str) -> Prep:
    """Return a service over `guide` with a fake encoder that knows each subject."""
    path = folder / "disks.md"
    path.write_text(guide, "utf-8")
    fake = FakeEmbedder(("mount", "raid", "lvm", "swap", "tmpfs", "file", "system"))
    prep = Prep(Config(home=folder / "home", llm="none"), encoder=(fake.info, fake))
    prep.build([path])
    return prep


@pytest.fixture
def disks(tmp_path: Path) -> Prep:
    """The guide, indexed."""
    return indexed(tmp_path, GUIDE)


@pytest.mark.parametrize("question", AS_IT_STANDS)
def test_an_answer_without_key_points_is_shown_as_it_stands(disks: Prep, question: str) -> None:
    """Code stays code, and the marker stands where it ends no fence."""
    answered = disks.ask(question)
    assert answered.text == AS_IT_STANDS[question]
    [sentence] = answered.sentences
    assert (sentence.origin, sentence.support) == ("guide", 1.0)
    assert sentence.text in GUIDE
    assert [source.question for source in answered.sources] == [question]


@pytest.mark.parametrize(
    ("guide", "question", "label"),
    [(GUIDE, "What is tmpfs?", "q5"), (LIST, "What is RAID?", "q1"), (LIST, "What is swap?", "q3")],
    ids=["comment", "list", "list's end"],
)
def test_a_question_without_an_answer_is_said_to_be_one(
    tmp_path: Path, guide: str, question: str, label: str
) -> None:
    """It is named, and no language model is asked."""
    llm = FakeLLM([])
    answered = indexed(tmp_path, guide).ask(question, llm=llm)
    assert answered.text == (
        f"The guides have this question, but no answer to it:\n- {question} [{label}]"
    )
    assert (answered.refused, answered.verdict, answered.sentences) == (True, "refused", ())
    assert [source.label for source in answered.sources] == [label]
    assert llm.prompts == []


def test_a_conversation_goes_on_over_them(disks: Prep) -> None:
    """With code, and then without an answer."""
    chat = disks.chat()
    questions = ("How do you mount a disk?", "What is tmpfs?", "What is a file system?")
    answers = [chat.ask(question).answer for question in questions]
    assert [answered.text for answered in answers] == [
        AS_IT_STANDS[questions[0]],
        "The guides have this question, but no answer to it:\n- What is tmpfs? [q5]",
        "It names the blocks of a disk. [q6]",
    ]


def test_the_json_of_code_is_one_sentence_of_several_lines(disks: Prep) -> None:
    """Its number is that of the entry's only statement."""
    [sentence] = wire.answer(disks.ask("How do you mount a disk?"))["sentences"]
    assert sentence == {
        "text": CODE,
        "citations": ("q1",),
        "statements": ("q1.1",),
        "support": 1.0,
        "origin": "guide",
    }


def entry(n: int, question: str, text: str) -> Entry:
    """Return entry q<n>."""
    return Entry(f"id{n}", f"q{n}", question, text, (), "disks", (n, n + text.count("\n")))


MOUNT = entry(1, "How do you mount a disk?", CODE)
UNANSWERED = entry(2, "How is a disk mounted?", "")
POINT = entry(3, "What mounts a disk?", "The mount command mounts a disk.")


def ask(
    *entries: tuple[Entry, float], question: str = "mounting", llm: FakeLLM | None = None
) -> Answer:
    """Answer from entries with their relevance; every sentence is close to every key point."""
    hits = tuple(
        Hit(e, at, Strength.LIKELY, 1.0, "", (Trace("dense", "entry", "", 0.5, 1),))
        for e, at in entries
    )
    points = {e.id: key_points(e) for e, _ in entries}
    by_label = {e.label: points[e.id] for e, _ in entries}
    return answer(
        question,
        SearchResult(question, True, hits),
        points,
        llm=llm,
        cosines={name: Cosines(0.5, (0.5,) * len(known)) for name, known in points.items()},
        similarity_to=lambda text, label: [0.9] * len(by_label[label]),
    )


def test_a_model_is_shown_the_code_and_the_code_follows_its_sentence() -> None:
    """However much of it the sentence repeats; a fence of the model's is no sentence."""
    llm = FakeLLM(["Mount a disk: mount /dev/sdb1 /mnt [q1.1].\n```sh\n"])
    answered = ask((MOUNT, 0.9), llm=llm)
    assert "[q1.1] ```sh\nmount /dev/sdb1 /mnt\ncd /mnt\n```\n</source>" in llm.prompts[0]
    assert answered.text == (
        f"Mount a disk: mount /dev/sdb1 /mnt. [q1]\n\nIn the guide's own words:\n{CODE}\n[q1]"
    )


def test_a_model_that_says_nothing_of_the_code_leaves_the_code() -> None:
    """With the reason."""
    answered = ask((MOUNT, 0.9), llm=FakeLLM(["Penguins fly. [q1.1]"] * 2))
    assert (answered.text, answered.verdict) == (f"{CODE}\n[q1]", "extractive")
    assert "wrote nothing that the guides support" in answered.note


def test_code_after_another_entry_says_what_it_is_about() -> None:
    """Two entries in doubt: the second one's question stands above its code."""
    assert ask((POINT, 0.6), (MOUNT, 0.58)).text == (
        "The mount command mounts a disk. [q3]\nHow do you mount a disk? [q1]\n" + CODE + "\n[q1]"
    )


def test_an_entry_with_the_same_question_answers_for_one_without_an_answer() -> None:
    """A list of questions may stand above their answers; the note names the one without."""
    answered = ask((UNANSWERED, 0.9), (POINT, 0.8))
    assert answered.text == "The mount command mounts a disk. [q3]"
    assert answered.note == 'The guides have no answer to "How is a disk mounted?" (q2).'


def test_an_entry_with_another_question_does_not() -> None:
    """Both ask about mounting, one of them about something else than a disk."""
    cloud = entry(4, "What mounts a cloud?", "The wind mounts a cloud.")
    answered = ask((UNANSWERED, 0.9), (cloud, 0.89))
    assert answered.text == (
        "The guides have this question, but no answer to it:\n- How is a disk mounted? [q2]"
    )


def test_of_two_things_compared_the_one_without_an_answer_is_named() -> None:
    """The other is answered."""
    answered = ask((POINT, 0.6), (UNANSWERED, 0.59))
    assert answered.text == "The mount command mounts a disk. [q3]"
    assert answered.note == 'The guides have no answer to "How is a disk mounted?" (q2).'


def test_the_nearest_entry_need_not_be_the_one_that_is_asked_about() -> None:
    """What the question names has an answer, and that the nearest has none is of no interest."""
    near = entry(4, "How do you compare?", "")
    cat, dog = (
        entry(5, "What is a cat?", "A cat purrs."),
        entry(6, "What is a dog?", "A dog barks."),
    )
    answered = ask((near, 0.9), (cat, 0.8), (dog, 0.8), question="compare a cat and a dog")
    assert answered.text == "A cat purrs. [q5]\nA dog barks. [q6]"
    assert answered.note == ""


def test_answers_of_every_kind_pass_the_check_of_the_evaluation(tmp_path: Path) -> None:
    """What is shown of an entry stands in the entry, whatever it consists of."""
    kinds = [
        "~~~\nx = 1\n~~~",
        "\tx = 1",
        "<https://a.example>",
        "Steps:",
        "# Only a heading",
        "Why?",
        "| a | b |\n|---|---|",
        "$$=$$",
        "---",
        "<details>\n\n</details>",
        "x" * 30_000,
        "- [a](b)\n- [c](d)",
        "> ```\n> x\n> ```",
        "1.",
        "\\",
        "✅",
        "<br>",
    ]
    path = tmp_path / "kinds.md"
    path.write_text("".join(f"## What is kind {n}?\n{k}\n\n" for n, k in enumerate(kinds)), "utf-8")
    guide = read_guide(path)
    points = {entry.label: key_points(entry) for entry in guide.entries}
    assert sum(not listed for listed in points.values()) > 7
    book = Guidebook({entry.label: (entry, points[entry.label]) for entry in guide.entries})
    for kind in guide.entries:
        for llm in (None, FakeLLM([f"{kind.answer} [{kind.label}.1]"] * 2)):
            answered = ask((kind, 0.9), llm=llm)
            assert all(map(book.supports, answered.sentences))
            assert all(map(book.quotes_rightly, answered.sentences))
            assert answered.refused or answered.sentences
