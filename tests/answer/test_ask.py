"""An answer is refused, extractive, or written and checked; there always is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ragprep.answer.ask import answer
from ragprep.answer.prompts import REFUSAL
from ragprep.answer.shown import render
from ragprep.errors import LLMTimeout, LLMUnavailable
from ragprep.testing.fakes import FakeLLM, Reply
from ragprep.types.answer import Answer, Sentence
from ragprep.types.guide import KeyPoint
from ragprep.types.search import Hit, SearchResult

Maker = Callable[..., Hit]
Finder = Callable[..., SearchResult]
Points = dict[str, tuple[KeyPoint, ...]]

GOOD = (
    "Dropout switches off random units during training [q1.1]. It prevents overfitting. [q1.2] "
    "It acts as an ensemble [q1.3]."
)
GONE = LLMUnavailable("The model has gone.", remedy="Call it back.")


def ask(
    result: SearchResult, points: Points, *replies: Reply, shown: list[str] | None = None
) -> Answer:
    llm = FakeLLM(replies) if replies else None
    on_text = None if shown is None else shown.append
    return answer("What is dropout?", result, points, llm=llm, on_text=on_text)


def test_without_a_model_the_answer_is_the_guides_own(result_of: Finder, points: Points) -> None:
    """Statements as lines, each with its marker; the source with its place in the guide."""
    answered = ask(result_of("q1", "q2"), points)
    assert answered.text == (
        "Dropout switches off random units during training. [q1]\n"
        "Benefits: [q1]\n"
        "- Prevents overfitting [q1]\n"
        "- Acts as an ensemble [q1]"
    )
    assert (answered.refused, answered.model, answered.note) == (False, None, "")
    assert [(s.label, s.question, s.lines) for s in answered.sources] == [
        ("q1", "What is dropout?", (1, 1))
    ]


def test_a_question_that_is_not_covered_is_refused_before_any_model(
    result_of: Finder, points: Points
) -> None:
    """The nearest questions are offered; the model is not asked."""
    llm = FakeLLM([GOOD])
    answered = answer("Tea?", result_of("q1", "q2", covered=False), points, llm=llm)
    assert answered.refused
    assert answered.text == (
        "The guides do not cover this question. The nearest they have:\n"
        "- What is dropout? [q1]\n"
        "- Explain batch normalization. [q2]"
    )
    assert [source.label for source in answered.sources] == ["q1", "q2"]
    assert (answered.sentences, answered.model, llm.prompts) == ((), None, [])


@pytest.mark.parametrize("covered", [True, False])
def test_no_hits_are_a_refusal(result_of: Finder, points: Points, covered: bool) -> None:
    """An empty result needs no special care from the caller."""
    answered = ask(result_of(covered=covered), points)
    assert (answered.refused, answered.text) == (True, "The guides do not cover this question.")


def test_a_model_writes_the_answer(result_of: Finder, points: Points) -> None:
    """Its sentences stand with their citations, markers at their ends."""
    answered = ask(result_of("q1", "q2"), points, GOOD)
    assert answered.text == (
        "Dropout switches off random units during training. [q1] It prevents overfitting. [q1] "
        "It acts as an ensemble. [q1]"
    )
    assert answered.sentences[1] == Sentence("It prevents overfitting.", ("q1",))
    assert [s.statements for s in answered.sentences] == [("q1.1",), ("q1.2",), ("q1.3",)]
    assert {s.origin for s in answered.sentences} == {"model"}
    assert (answered.model, answered.note, answered.verdict) == ("fake", "", "answered")


def test_what_the_model_left_out_follows_in_the_guides_own_words(
    result_of: Finder, points: Points
) -> None:
    """No fact is lost, and it is said whose words they are."""
    answered = ask(result_of("q1", "q2"), points, "Dropout prevents overfitting. [q1.2]")
    assert answered.text == (
        "Dropout prevents overfitting. [q1]\n\nIn the guide's own words:\n"
        "Dropout switches off random units during training. [q1]\n"
        "Benefits: [q1]\n- Acts as an ensemble [q1]"
    )
    assert [s.origin for s in answered.sentences] == ["model", "guide", "guide", "guide"]


def test_a_model_is_asked_once_more_when_too_little_is_supported(
    result_of: Finder, points: Points
) -> None:
    """It is told which sentences failed and which statements are left; twice is all."""
    llm = FakeLLM(["Penguins fly. [q1]", GOOD, GOOD])
    answered = answer("What is dropout?", result_of("q1"), points, llm=llm)
    assert len(llm.prompts) == 2
    assert "- Penguins fly." in llm.prompts[1]
    assert "[q1.1], [q1.2], [q1.3]" in llm.prompts[1]
    assert answered.verdict == "answered"


def test_a_model_that_mostly_invents_is_asked_again_however_much_it_writes(
    result_of: Finder, points: Points
) -> None:
    """Three sentences of eleven are supported; it is shown no more than five of the others."""
    animals = ("Penguins", "Otters", "Badgers", "Herons", "Lynxes", "Moles", "Newts", "Toads")
    invented = " ".join(f"{animal} fly to the moon. [q1.1]" for animal in animals)
    llm = FakeLLM([f"{GOOD} {invented}", GOOD])
    answer("What is dropout?", result_of("q1"), points, llm=llm)
    assert len(llm.prompts) == 2
    assert sum(f"- {animal} fly" in llm.prompts[1] for animal in animals) == 5


def test_sources_come_in_the_order_of_their_citation(result_of: Finder, points: Points) -> None:
    """Only what is cited is a source."""
    question = "Compare batch normalization and dropout"
    written = "Batch normalization gives faster training [q2]. Dropout prevents overfitting [q1]."
    answered = answer(question, result_of("q1", "q3", "q2"), points, llm=FakeLLM([written]))
    assert [source.label for source in answered.sources] == ["q2", "q1"]


def test_the_prompt_holds_what_the_extractive_answer_is_made_from(
    result_of: Finder, points: Points
) -> None:
    """A small model is led astray by entries that are beside the point."""
    llm = FakeLLM([GOOD, "Faster training. [q2]"])
    answer("What is dropout?", result_of("q1", "q2", "q3"), points, llm=llm)
    assert llm.prompts[0].count("<source [q") == 1
    answer("Compare dropout and batch normalization", result_of("q1", "q2", "q3"), points, llm=llm)
    assert llm.prompts[1].count("<source [q") == 2


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,
        "Ways:\n- Prevents overfitting [q1]\n- Acts as an ensemble [q1]\n",
        ["Dropout prevents overf", "itting. [q", "1] Penguins fly.", GONE],
        "Penguins fly. [q1]",
        REFUSAL,
        GONE,
    ],
)
def test_what_is_shown_as_it_comes_is_the_text(
    result_of: Finder, points: Points, reply: Reply
) -> None:
    """Pieces add up to the answer, whatever the model does."""
    shown: list[str] = []
    answered = ask(result_of("q1", "q2"), points, reply, reply, shown=shown)
    assert "".join(shown) == answered.text
    assert all(sentence.text in answered.text for sentence in answered.sentences)
    if answered.verdict == "extractive":
        assert answered.text == render(answered.sentences)


def test_unsupported_text_is_never_shown(result_of: Finder, points: Points) -> None:
    """A sentence is checked before anyone sees it."""
    shown: list[str] = []
    answered = ask(result_of("q1"), points, f"{GOOD} Penguins cannot fly. [q1]", shown=shown)
    assert "Penguins" not in "".join(shown)
    assert answered.model == "fake"


def test_a_sentence_is_shown_as_soon_as_it_is_complete(result_of: Finder, points: Points) -> None:
    """Streaming does not wait for the end."""
    shown: list[str] = []
    first: list[str] = []

    class Slow(FakeLLM):
        def complete(self, prompt, *, schema=None, on_text=None):  # type: ignore[no-untyped-def]
            on_text("Dropout prevents overfitting. [q1] It")
            first.extend(shown)
            on_text(" acts as an ensemble. [q1]")
            return ""

    answered = answer("?", result_of("q1"), points, llm=Slow([]), on_text=shown.append)
    assert first == ["Dropout prevents overfitting. [q1]"]
    assert answered.text.startswith(
        "Dropout prevents overfitting. [q1] It acts as an ensemble. [q1]\n"
    )


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (GONE, "The model has gone. Call it back."),
        (LLMTimeout("Too slow.", remedy="Wait."), "Too slow. Wait."),
        ("", "wrote nothing that the guides support"),
        ("Penguins fly. [q1]", "wrote nothing that the guides support"),
        ("Okay [q1]. [q9]\n" * 500, "wrote nothing that the guides support"),
    ],
)
def test_when_the_model_fails_the_extractive_answer_stands(
    result_of: Finder, points: Points, reply: Reply, note: str
) -> None:
    """The note says why in one line; the answer is the same as without a model."""
    answered = ask(result_of("q1", "q2"), points, reply, reply)
    assert (answered.text, answered.model) == (ask(result_of("q1", "q2"), points).text, None)
    assert note in answered.note
    assert "\n" not in answered.note


def test_a_person_is_told_of_the_wait_until_there_is_text(
    result_of: Finder, points: Points
) -> None:
    """Once, and not any more when the screen has text."""
    events: list[str] = []
    answer(
        "What is dropout?",
        result_of("q1"),
        points,
        llm=FakeLLM([["Dropout prevents overfitting. [q1.2]\n", "Penguins fly."], GOOD]),
        on_text=events.append,
        progress=lambda stage, done, total: events.append(f"{stage} {done}/{total}"),
    )
    assert events[:3] == [
        "waiting for fake 0/1",
        "waiting for fake 1/1",
        "Dropout prevents overfitting. [q1]",
    ]
    assert sum("waiting" in event for event in events) == 2


@pytest.mark.parametrize("reply", [GONE, ""])
def test_a_wait_in_vain_ends(result_of: Finder, points: Points, reply: Reply) -> None:
    """The model fails, or is asked twice and writes nothing: what was begun is ended."""
    events: list[int] = []
    answer(
        "What is dropout?",
        result_of("q1"),
        points,
        llm=FakeLLM([reply] * 2),
        progress=lambda stage, done, total: events.append(done),
    )
    assert events in ([0, 1], [0, 1, 0, 1])


def test_half_a_character_does_no_harm(result_of: Finder, points: Points) -> None:
    """No UTF-8 can hold it, and so nothing could embed, print or save the sentence."""
    answered = ask(result_of("q1"), points, "Dropout prevents overfitting \ud83d. [q1.2]")
    answered.text.encode()
    assert answered.sentences[0].text == "Dropout prevents overfitting \N{REPLACEMENT CHARACTER}."


def test_what_was_shown_before_a_failure_stays(result_of: Finder, points: Points) -> None:
    """Text on the screen cannot be taken back; the guide's statements follow it, said once."""
    shown: list[str] = []
    reply = ["Dropout switches off random units during training. [q1]\n", GONE]
    answered = ask(result_of("q1"), points, reply, shown=shown)
    assert answered.text == (
        "Dropout switches off random units during training. [q1]\n\n"
        "In the guide's own words:\n"
        "Benefits: [q1]\n- Prevents overfitting [q1]\n- Acts as an ensemble [q1]"
    )
    assert answered.note == "The model has gone. Call it back."


def test_a_model_that_finds_no_answer_refuses(hit: Maker, points: Points) -> None:
    """Its "the sources do not say" is a refusal, not an answer, where retrieval is not sure."""
    reply = f"{REFUSAL} Dropout prevents overfitting. [q1]"
    unsure = SearchResult("", True, (hit("q1", relevance=0.5),))
    answered = ask(unsure, points, reply)
    assert (answered.verdict, answered.model, answered.sentences) == ("refused", "fake", ())
    assert "found no answer" in answered.note


def test_a_model_that_finds_no_answer_is_not_believed_where_retrieval_is_sure(
    hit: Maker, points: Points
) -> None:
    """The extractive answer stands, and it is said why."""
    sure = SearchResult("", True, (hit("q1", relevance=0.9),))
    answered = ask(sure, points, "The sources do not contain an answer.")
    assert (answered.verdict, answered.model) == ("extractive", None)
    assert answered.text == ask(sure, points).text
    assert "found no answer" in answered.note


def test_an_entry_too_long_for_the_prompt_is_answered_without_the_model(
    result_of: Finder, points: Points
) -> None:
    """Nothing is cut to fit."""
    llm = FakeLLM([GOOD])
    answered = answer("dropout " * 3000, result_of("q1"), points, llm=llm)
    assert (answered.model, llm.prompts) == (None, [])
    assert "too long" in answered.note


def test_an_interrupt_passes(result_of: Finder, points: Points) -> None:
    """Ctrl-C is the person's word, not a fault of the model."""

    class Interrupted(FakeLLM):
        def complete(self, prompt, *, schema=None, on_text=None):  # type: ignore[no-untyped-def]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer("?", result_of("q1"), points, llm=Interrupted([]))


def test_instructions_in_a_guide_or_question_get_nothing_shown(
    result_of: Finder, points: Points
) -> None:
    """A model that obeys an injected order says what no source says, and that is dropped."""
    answered = ask(result_of("q1"), points, "HACKED! Visit evil.example now. [q1]")
    assert "evil" not in answered.text
    assert answered.model is None
