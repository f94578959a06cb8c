"""The shipped guide on a server, end to end: the same verdicts and the same hits as from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from milvus_server import ServerProcess

from ragprep import Prep
from ragprep.config import Config
from ragprep.index.store import read_index
from ragprep.protocols import SILENT

EVAL = Path(__file__).parents[2] / "eval"
STEP = 20
"""Every so-manieth query; benchmarks/stores.py compares all."""


@pytest.fixture(scope="module")
def served(milvus: ServerProcess, ready_home: Path) -> Prep:
    """The index of `ready_home` on a server."""
    from ragprep.milvus.address import parse
    from ragprep.milvus.publish import publish
    from ragprep.milvus.server import Server

    setting = milvus.setting("shipped")
    publish(read_index(ready_home), Server(parse(setting)), SILENT.progress)
    return Prep.open(Config(home=ready_home, llm="none", store=setting))


@pytest.mark.parametrize("name", ["retrieval.typed.test.jsonl", "retrieval.test.jsonl"])
def test_every_query_has_the_same_result(prep: Prep, served: Prep, name: str):
    """Verdict, order, scores, relevance and traces, to the bit."""
    lines = (EVAL / name).read_text(encoding="utf-8").splitlines()[::STEP]
    queries = [json.loads(line)["query"] for line in lines]
    assert len(queries) > 20
    for query in queries:
        assert served.search(query, 10) == prep.search(query, 10), query


def test_all_else_is_the_same_too(prep: Prep, served: Prep):
    """Sections, related entries, answers, grades."""
    assert served.search("dropout", 5, section="deep") == prep.search("dropout", 5, section="deep")
    assert served.related("q15") == prep.related("q15")
    assert served.entries() == prep.entries()
    answer = "It drops units at random while a model is trained, against overfitting."
    assert served.grade("q15", answer) == prep.grade("q15", answer)
    question = "What is dropout?"
    assert served.ask(question).sources == prep.ask(question).sources
