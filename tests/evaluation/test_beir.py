import re

import pytest

from ragprep.errors import EvaluationError
from ragprep.evaluation.beir import Document, as_entries, read_beir
from ragprep.evaluation.judgments import JudgedQuery

CORPUS = '{"_id": "D1", "title": "T", "text": "one"}\n{"_id": "d2", "text": "two"}\n'
QUERIES = '{"_id": "a", "text": "first?"}\n{"_id": "b", "text": "second?"}\n'
QRELS = "query-id\tcorpus-id\tscore\na\tD1\t1\na\td2\t0\n"


def write(tmp_path, corpus=CORPUS, queries=QUERIES, qrels=QRELS):
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(corpus)
    (tmp_path / "queries.jsonl").write_text(queries)
    (tmp_path / "qrels" / "test.tsv").write_text(qrels)
    return tmp_path


def test_documents_and_the_judged_queries_are_read(tmp_path):
    """Query b has no judgment, so it is another split's."""
    documents, queries = read_beir(write(tmp_path))
    assert documents == [Document("D1", "T", "one"), Document("d2", "", "two")]
    assert queries == [JudgedQuery("a", "first?", "", {"d1": 1})]


def test_judgments_without_a_header_lose_none(tmp_path):
    _, queries = read_beir(write(tmp_path, qrels="b\td2\t1\na\tD1\t-1\n"))
    assert [(query.id, query.gold) for query in queries] == [("a", {}), ("b", {"d2": 1})]


@pytest.mark.parametrize(
    ("part", "text", "where"),
    [
        ("corpus", CORPUS + '{"_id": "D2", "text": "x"}', "corpus.jsonl:3: "),
        ("corpus", '{"text": "x"}', "corpus.jsonl:1: `_id`"),
        ("corpus", '{"_id": "x"}', "corpus.jsonl:1: `text`"),
        ("queries", QUERIES + QUERIES, "queries.jsonl:3: the _id 'a' occurs twice"),
        ("qrels", QRELS + "a D1 1\n", "test.tsv:4: not a judgment"),
        ("qrels", QRELS + "a\td2\tyes\n", "test.tsv:4: not a judgment"),
        ("qrels", QRELS + "c\td2\t1\n", "test.tsv:4: an unknown query"),
        ("qrels", QRELS + "a\td3\t1\n", "test.tsv:4: an unknown query"),
        ("qrels", QRELS + "a\td2\t11\n", "test.tsv:4: an unknown query"),
        ("qrels", "query-id\tcorpus-id\tscore\n", "queries.jsonl:1: there is nothing"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path, part, text, where):
    with pytest.raises(EvaluationError, match=re.escape(where)):
        read_beir(write(tmp_path, **{part: text}))


def test_an_empty_corpus_and_a_missing_file_are_errors(tmp_path):
    folder = write(tmp_path, corpus="", qrels="")
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl:1: there is nothing to evaluate"):
        read_beir(folder)
    with pytest.raises(EvaluationError, match=r"dev\.tsv: cannot be read"):
        read_beir(folder, split="dev")


def test_another_file_of_queries(tmp_path):
    """It may leave judged queries out; they are not asked."""
    folder = write(tmp_path, qrels=QRELS + "b\td2\t1\n")
    (tmp_path / "mine.jsonl").write_text('{"_id": "a", "text": "reworded?"}\n')
    _, queries = read_beir(folder, queries=tmp_path / "mine.jsonl")
    assert queries == [JudgedQuery("a", "reworded?", "", {"d1": 1})]


def test_documents_become_entries():
    """The question is the title, else the first sentence, else the id."""
    documents = [
        Document("1", "A title", "Text."),
        Document("2", " ", "One. Two\nthree."),
        Document("3", "", ""),
    ]
    entries = as_entries(documents, corpus="pets")
    assert [entry.question for entry in entries] == ["A title", "One.", "3"]
    assert [(entry.label, entry.id, entry.lines) for entry in entries] == [
        ("1", "1", (1, 1)),
        ("2", "2", (1, 2)),
        ("3", "3", (1, 1)),
    ]
