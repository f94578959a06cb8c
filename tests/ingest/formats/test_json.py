"""Banks of questions in JSON: whatever keys are called and however records are nested."""

from __future__ import annotations

import json

import pytest
from processor import in_proportion

from ragprep.errors import GuideError
from ragprep.ingest.formats import read_text
from ragprep.types.guide import Role

TWO = [("What is RAID?", "Many disks."), ("What is LVM?", "Volumes.")]

BANKS = {
    "records": [{"question": q, "answer": a} for q, a in TWO],
    "front and back": {"cards": [{"Front": q, "Back": a} for q, a in TWO]},
    "names in German": [{"frage": q, "antwort": a} for q, a in TWO],
    "unknown names": [{"kysymysteksti": q, "vastausteksti": a} for q, a in TWO],
    "a mapping": dict(TWO),
    "pairs": [list(pair) for pair in TWO],
    "records under questions": {q: {"answer": a} for q, a in TWO},
    "records under numbers": {"1": {"q": "What is RAID?", "a": "Many disks."}, "2": {
        "q": "What is LVM?", "a": "Volumes."}},
    "texts in records": [{"question": {"text": q}, "answer": {"text": a}} for q, a in TWO],
    "SQuAD": {"data": [{"title": "OS", "paragraphs": [{"context": "c", "qas": [
        {"id": "x", "question": q, "answers": [{"text": a}, {"text": a}]} for q, a in TWO]}]}]},
    "conversations": [{"messages": [{"role": "system", "content": "Be kind."},
        {"role": "user", "content": q}, {"role": "assistant", "content": a}]} for q, a in TWO],
    "intents": {"intents": [
        {"tag": "t", "patterns": [q, "x"], "responses": [a]} for q, a in TWO]},
    "posts": {"items": [{"title": q, "body": "<p>Help!</p>", "answers": [
        {"body": f"<p>{a}</p>", "is_accepted": True}]} for q, a in TWO]},
    "FAQPage": {"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": q,
        "acceptedAnswer": {"@type": "Answer", "text": a}} for q, a in TWO]},
    "HTML": [{"question": f"<p>{q}</p>", "answer": f"<p>{a}</p>"} for q, a in TWO],
}  # fmt: skip


@pytest.mark.parametrize("bank", BANKS.values(), ids=BANKS)
def test_a_bank_is_read(entries, bank):
    """Each says the same two things, on one line and on many."""
    assert entries(json.dumps(bank), "a.json") == TWO
    assert entries(json.dumps(bank, indent=2), "a.json") == TWO


def test_records_have_their_lines_and_sections(guide):
    """The keys above a record, and the category that it names itself."""
    text = (
        '{\n "OS": {\n  "questions": [\n   {"question": "Why?",\n    "answer": "So.",\n'
        '    "category": "Disks"}\n  ]\n }\n}'
    )
    read = guide(text, "a.json")
    (entry,) = read.entries
    assert (entry.lines, entry.section) == ((4, 6), ("OS", "Disks"))
    assert [span.role for span in read.account] == [Role.METADATA, Role.ENTRY, Role.METADATA]


@pytest.mark.parametrize(
    "record",
    [
        {"options": ["One disk", "Many disks"], "answer": 1},
        {"options": ["One disk", "Many disks"], "answer": 2},
        {"choices": ["One disk", "Many disks"], "correct_answer": "Many disks"},
        {"options": {"a": "One disk", "b": "Many disks"}, "correct": "b"},
        {"A": "One disk", "B": "Many disks", "answer": "B"},
        {"answers": [{"text": "One disk"}, {"text": "Many disks", "correct": True}]},
        {"choices": {"text": ["One disk", "Many disks"], "label": ["A", "B"]}, "answerKey": "B"},
        {"correct_answer": "Many disks", "incorrect_answers": ["One disk"]},
    ],
)
def test_the_right_choice_is_the_answer(entries, record):
    """By place (from 0, or 1 where 0 cannot be meant), letter, text or mark; Open Trivia's too."""
    ((question, answer),) = entries(json.dumps({"question": "What is RAID?", **record}), "a.json")
    choices = ["One disk", "Many disks"]
    if "incorrect_answers" in record:  # by name, so that the right one is not always first
        choices.sort()
    right = f"{'AB'[choices.index('Many disks')]}. Many disks"
    assert question == "What is RAID?"
    assert answer == (
        f"- A. {choices[0]}\n- B. {choices[1]}\n\n<details><summary>Answer</summary>\n\n"
        f"{right}\n\n</details>"
    )


def test_an_explanation_and_code_go_with_the_answer(entries):
    """Below it."""
    record = {"question": "Why?", "answer": "So.", "code": "ls", "explanation": "Since."}
    assert entries(json.dumps([record]), "a.json") == [("Why?", "So.\n\n```\nls\n```\n\nSince.")]


def test_entities_are_signs_and_markdown_stays(entries):
    """Open Trivia writes &quot;; a tag that HTML does not know is text."""
    record = {"question": "What is &quot;x&#039;s&quot;?", "answer": "**a** `b` List<String>\n- c"}
    assert entries(json.dumps([record]), "a.json") == [
        ('What is "x\'s"?', "**a** `b` List<String>\n- c")
    ]


def test_a_line_for_each_record(guide):
    """JSON Lines, also in a file called .json; a wrong line is named."""
    text = '{"question": "Why?", "answer": "So."}\n{"question"\n\n{"q": "Who?", "a": "Me."}\n'
    for name in ("a.jsonl", "a.json"):
        read = guide(text.replace('{"question"\n', '{"x"\n') if name == "a.jsonl" else text, name)
        assert [(e.question, e.lines) for e in read.entries] == [("Why?", (1, 1)), ("Who?", (4, 4))]
        assert (read.account[1].first, read.account[1].reason) == (2, "a line that is no JSON")


def test_names_with_long_texts_are_a_glossary_and_settings_are_none(entries):
    """A package's settings hold no sentences."""
    terms = {"deadlock": "Two threads wait for each other.", "livelock": "Both move, to no end."}
    assert entries(json.dumps(terms), "a.json") == list(terms.items())
    package = {"name": "x", "version": "1.0", "scripts": {"build": "tsc", "test": "jest -i"}}
    assert entries(json.dumps(package), "a.json") == []
    assert entries("[]", "a.json") == []


@pytest.mark.parametrize("text", ["{", '{"a": ', "[1, 2", "{'a': 1}", "nothing\n", '"\\x"'])
def test_what_is_no_json_is_refused_with_its_line(entries, text):
    """One sentence says what is wrong and where."""
    with pytest.raises(GuideError, match=r"a\.json is no JSON: .* line 1"):
        entries(text, "a.json")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 200 + "]" * 200])
def test_deep_nesting_is_refused(entries, text):
    """Whether it closes or not."""
    with pytest.raises(GuideError):
        entries(text, "a.json")


def test_signs_that_only_escapes_can_write_go(entries):
    """Controls, and halves of characters, which no file could store."""
    assert entries('[{"q": "\\ud800Why?", "a": "\\u0000So.\\r\\nx"}]', "a.json") == [
        ("Why?", "So.\nx")
    ]
    (_, answer), *_ = entries('[{"q": "Why?", "a": "\\ud800."}]', "a.json")
    assert answer == "\ufffd."


@pytest.mark.parametrize(
    "piece", ['{"question":"a?","answer":"b"},', '"a",', "[1],", '{"a?":"b"},']
)
def test_large_banks_take_time_in_proportion(piece):
    """Fifty thousand records."""
    with in_proportion():
        read_text(f"[{(piece * 50_000)[:-1]}]", "a.json")
