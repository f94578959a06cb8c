import json
import re

import pytest

from ragprep.errors import EvaluationError
from ragprep.evaluation.judgments import JudgedQuery, read_queries

LABELS = ["q3", "Q76"]


def write(tmp_path, text):
    path = tmp_path / "queries.jsonl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_queries_are_read_in_order_with_labels_in_lower_case(tmp_path):
    path = write(
        tmp_path,
        '{"id": "a", "query": "why overfit", "style": "keywords", "gold": {"Q3": 2, "q76": 1}}\n'
        '{"id": "b", "query": "kettle", "gold": {}}\n',
    )
    assert read_queries(path, labels=LABELS) == [
        JudgedQuery("a", "why overfit", "keywords", {"q3": 2, "q76": 1}),
        JudgedQuery("b", "kettle", "", {}),
    ]


def test_a_missing_id_is_the_line_number_and_a_number_is_a_text(tmp_path):
    path = write(tmp_path, '\n{"query": "x", "gold": {}}\n{"id": 7, "query": "y", "gold": {}}')
    assert [query.id for query in read_queries(path, labels=LABELS)] == ["2", "7"]


def test_bom_crlf_blank_lines_and_other_keys_do_no_harm(tmp_path):
    path = write(tmp_path, '\ufeff\r\n{"query": "x", "gold": {"q3": 1}, "note": 1}\r\n  \r\n')
    assert read_queries(path, labels=LABELS) == [JudgedQuery("2", "x", "", {"q3": 1})]


def test_a_line_separator_inside_a_query_does_not_end_its_line(tmp_path):
    path = write(tmp_path, '{"query": "a\u2028b", "gold": {}}')
    assert read_queries(path, labels=LABELS)[0].query == "a\u2028b"


def test_grade_0_is_not_gold(tmp_path):
    path = write(tmp_path, '{"query": "x", "gold": {"q3": 0}}')
    [query] = read_queries(path, labels=LABELS)
    assert query.gold == {}
    assert not query.answerable


def test_a_blank_query_is_kept_for_the_search_to_refuse(tmp_path):
    path = write(tmp_path, '{"query": " ", "gold": {}}')
    assert read_queries(path, labels=LABELS)[0].query == " "


FIRST = '{"id": "a", "query": "x", "gold": {}}\n'


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"query": "x"', "not sound JSON"),
        ("[" * 100_000, "not sound JSON"),
        ('["x"]', "not a JSON object"),
        ('{"gold": {}}', "`query` is missing"),
        ('{"query": null, "gold": {}}', "`query` is missing"),
        ('{"query": 5, "gold": {}}', "`query` is not a text"),
        ('{"query": "\\ud800", "gold": {}}', "lone surrogate"),
        ('{"query": "x", "style": 1, "gold": {}}', "`style` is not a text"),
        ('{"id": "a", "query": "x", "gold": {}}', "the id 'a' occurs twice"),
        ('{"id": " ", "query": "x", "gold": {}}', "`id` is blank"),
        ('{"id": true, "query": "x", "gold": {}}', "`id` is not a text"),
        ('{"query": "x"}', "`gold` is missing"),
        ('{"query": "x", "gold": ["q3"]}', "`gold` is missing or not an object"),
        ('{"query": "x", "gold": {"q4": 1}}', "no entry in the index has the label 'q4'"),
        ('{"query": "x", "gold": {"q3": 1, "Q3": 2}}', "the label 'Q3' occurs twice"),
        ('{"query": "x", "gold": {"q3": 1, "q3": 2}}', "the key 'q3' occurs twice"),
        ('{"query": "x", "gold": {"q3": -1}}', "the grade of 'q3' is -1"),
        ('{"query": "x", "gold": {"q3": 1.5}}', "the grade of 'q3' is 1.5"),
        ('{"query": "x", "gold": {"q3": true}}', "the grade of 'q3' is True"),
        ('{"query": "x", "gold": {"q3": 11}}', "the grade of 'q3' is 11"),
        ('{"query": "x", "gold": {"q3": NaN}}', "the grade of 'q3' is nan"),
    ],
)
def test_a_fault_is_named_with_file_line_and_remedy(tmp_path, line, fault):
    path = write(tmp_path, FIRST + line + "\n")
    with pytest.raises(EvaluationError, match=re.escape(fault)) as caught:
        read_queries(path, labels=LABELS)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert caught.value.remedy.endswith(".") or caught.value.remedy.endswith("}")


def test_bytes_that_are_not_utf8_are_named_with_their_line(tmp_path):
    path = write(tmp_path, FIRST.encode() + b'{"query": "caf\xe9", "gold": {}}\n')
    with pytest.raises(EvaluationError, match=re.escape(f"{path}:2: the file is not UTF-8")):
        read_queries(path, labels=LABELS)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_queries_is_an_error_with_an_example(tmp_path, text):
    path = write(tmp_path, text)
    with pytest.raises(EvaluationError, match="the file has no queries") as caught:
        read_queries(path, labels=LABELS)
    assert json.loads(caught.value.remedy.partition(": ")[2])["gold"] == {"q76": 2}


def test_a_missing_file_or_a_folder_is_an_error(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(EvaluationError, match=re.escape(f"{path}: cannot be read")):
            read_queries(path, labels=LABELS)
