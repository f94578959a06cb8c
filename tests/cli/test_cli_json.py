"""`--json` is a contract: these keys, and nothing else on stdout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder

HIT = ["label", "id", "question", "section", "relevance", "strength", "score", "matched"]
ENTRY = ["label", "id", "question", "section", "guide", "lines"]
RELATED = ["label", "id", "question", "section", "score", "reason", "detail", "near_duplicate"]
GUIDE = "# Pets\n\n## Q1. What is a cat?\n\nAn animal that purrs.\n"

Ask = Callable[..., Any]


@pytest.fixture
def ask_json(run: Callable[..., Any]) -> Ask:
    """Run a command with --json and return the object it printed."""

    def ask_json(*arguments: str | Path, code: int = 0) -> Any:
        ran = run(*arguments, "--json")
        assert ran.code == code
        return json.loads(ran.out)

    return ask_json


def test_search(ask_json: Ask, ready_home: Path) -> None:
    """The query, whether it is covered, and hits that are best first."""
    result = ask_json("search", "what is dropout?", "-k", "3", "--home", ready_home)
    assert list(result) == ["query", "covered", "hits"]
    assert (result["query"], result["covered"]) == ("what is dropout?", True)
    assert [list(hit) for hit in result["hits"]] == [HIT] * 3
    best = result["hits"][0]
    assert (best["label"], best["section"]) == ("q15", "Deep Learning")
    assert 0.0 <= best["relevance"] <= 1.0
    scores = [hit["score"] for hit in result["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_search_explained(ask_json: Ask, ready_home: Path) -> None:
    """With --explain every hit says which retrievers put it there."""
    result = ask_json("search", "dropout", "--explain", "--home", ready_home)
    for hit in result["hits"]:
        assert list(hit) == [*HIT, "trace"]
        for trace in hit["trace"]:
            assert list(trace) == ["retriever", "view", "text", "score", "rank"]
    assert {t["retriever"] for t in result["hits"][0]["trace"]} == {"dense", "lexical"}


def test_words_are_joined(ask_json: Ask, ready_home: Path) -> None:
    """Quotes around a question are optional."""
    result = ask_json("search", "what is dropout", "--home", ready_home)
    many = ask_json("search", "what", "is", "dropout", "--home", ready_home)
    assert result == many


def test_not_covered(ask_json: Ask, ready_home: Path) -> None:
    """A query that the guides do not answer is no error, and keeps its closest hits."""
    result = ask_json("search", "how do I bake sourdough bread", "--home", ready_home)
    assert result["covered"] is False
    assert result["hits"]


def test_ask(ask_json: Ask, ready_home: Path) -> None:
    """Every sentence cites sources that are listed with their lines."""
    result = ask_json("ask", "what is dropout?", "--llm", "none", "--home", ready_home)
    keys = ["question", "text", "refused", "sentences", "omitted", "sources", "model", "verdict"]
    assert list(result) == [*keys, "note", "seconds"]
    assert result["verdict"] == "extractive"
    assert list(result["seconds"]) == ["first", "whole"]
    assert (result["question"], result["refused"], result["model"]) == (
        "what is dropout?",
        False,
        None,
    )
    assert list(result["sentences"][0]) == ["text", "citations", "statements", "support", "origin"]
    assert list(result["sources"][0]) == ["label", "question", "lines", "guide", "path"]
    assert result["sources"][0]["label"] == "q15"
    assert result["sources"][0]["lines"] == [152, 160]
    labels = {source["label"] for source in result["sources"]}
    assert {label for s in result["sentences"] for label in s["citations"]} == labels
    assert "[q15]" in result["text"]


def test_ask_refused(ask_json: Ask, ready_home: Path) -> None:
    """A refusal is an answer too: exit code 0, and text that says so."""
    result = ask_json("ask", "how do I bake sourdough bread", "--home", ready_home)
    assert result["refused"] is True
    assert "do not cover" in result["text"]


def test_show(ask_json: Ask, ready_home: Path) -> None:
    """Entries in the order asked for; a label is good in any case."""
    shown = ask_json("show", "q15", "q3", "--home", ready_home)
    assert list(shown) == ["entries"]
    assert [list(entry) for entry in shown["entries"]] == [[*ENTRY, "answer"]] * 2
    assert [entry["label"] for entry in shown["entries"]] == ["q15", "q3"]


def test_show_points(ask_json: Ask, ready_home: Path) -> None:
    """With --points each key point has its line, within the entry's."""
    (entry,) = ask_json("show", "q3", "--points", "--home", ready_home)["entries"]
    assert list(entry) == [*ENTRY, "answer", "points", "rubric"]
    assert list(entry["points"][0]) == ["text", "line", "heading"]
    first, last = entry["lines"]
    assert all(first <= point["line"] <= last for point in entry["points"])


def test_related(ask_json: Ask, ready_home: Path) -> None:
    """As many entries as asked for, without the entry itself; a near-duplicate is marked."""
    result = ask_json("related", "q3", "-k", "2", "--home", ready_home)
    assert list(result) == ["entry", "covered", "related"]
    assert list(result["entry"]) == ENTRY
    assert [list(item) for item in result["related"]] == [RELATED] * 2
    assert "q3" not in {item["label"] for item in result["related"]}
    first = result["related"][0]
    assert (first["label"], first["reason"], first["near_duplicate"]) == (
        "q76",
        "near-duplicate",
        True,
    )


def test_related_to_words(ask_json: Ask, ready_home: Path) -> None:
    """The entry that the words ask for is found first, and named."""
    result = ask_json("related", "vanishing", "gradients", "-k", "1", "--home", ready_home)
    assert (result["entry"]["label"], result["covered"]) == ("q18", True)


def test_related_to_words_that_the_guides_do_not_cover(ask_json: Ask, ready_home: Path) -> None:
    """Is no error, as with `search` and `ask`: there is no entry, so none is related."""
    result = ask_json("related", "how", "do", "I", "cook", "rice", "--home", ready_home)
    assert result == {"entry": None, "covered": False, "related": []}


def test_eval_related(ask_json: Ask, ready_home: Path) -> None:
    """Both halves, and the cosine of whole entries beside the ranking in use."""
    report = ask_json("eval", "related", "--home", ready_home)
    assert list(report) == ["default", "splits", "bootstrap"]
    systems = report["splits"]["test"]["arms"]
    assert list(systems) == ["related", "whole"]
    assert systems["related"]["ndcg_at_10"] > systems["whole"]["ndcg_at_10"]


def test_eval_foreign_corpus(ask_json: Ask, ready_home: Path, tmp_path: Path) -> None:
    """Labels are the corpus's own ids, and nothing of it stays in the index."""
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "C/1", "title": "Cats", "text": "Cats purr. They sleep."}\n'
        '{"_id": "D 2", "title": "", "text": "Dogs bark. They run."}\n'
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "a", "text": "which animal barks?"}\n')
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\tD 2\t1\n")
    options = ["--corpus", tmp_path, "--run-out", "run.txt", "--home", ready_home]
    report = ask_json("eval", "retrieval", *options)
    assert list(report["arms"]) == ["fused", "bm25", "dense-entry", "dense-views"]
    assert report["overall"]["s_at_1"] == 1.0
    assert (tmp_path / "run.txt").read_text().split()[2] == "D%202"
    assert ask_json("status", "--home", ready_home)["entries"] == 100


def test_list(ask_json: Ask, ready_home: Path) -> None:
    """All entries, or those of a section whatever the case of its name."""
    every = ask_json("list", "--home", ready_home)["entries"]
    assert [list(entry) for entry in every] == [ENTRY] * 100
    some = ask_json("list", "--section", "deep", "--home", ready_home)["entries"]
    assert some == [entry for entry in every if entry["section"] == "Deep Learning"]


def test_status(ask_json: Ask, ready_home: Path) -> None:
    """The manifest and the folder."""
    status = ask_json("status", "--home", ready_home)
    assert {"home", "entries", "views", "model", "fingerprint", "dim", "index_type", "format"} <= {
        *status
    }
    assert (status["home"], status["entries"]) == (str(ready_home), 100)
    assert {"name", "path", "entries"} <= {*status["guides"][0]}


def test_index(ask_json: Ask, tmp_path: Path) -> None:
    """What was built; a second build takes every vector over."""
    home = tmp_path / "home"
    (tmp_path / "pets.md").write_text(GUIDE)
    built = ask_json("index", "pets.md", "--home", home)
    assert list(built) == ["entries", "views", "embedded", "reused", "seconds", "files"]
    (file,) = built["files"]
    assert list(file) == ["path", "entries", "unanswered", "missed", "skipped"]
    assert (file["entries"], file["unanswered"], file["skipped"]) == (built["entries"], 0, "")
    assert (built["entries"], built["reused"]) == (1, 0)
    again = ask_json("index", "--home", home)
    assert (again["embedded"], again["reused"]) == (0, built["views"])


def test_lint(ask_json: Ask, tmp_path: Path) -> None:
    """How many entries, and diagnostics with their lines."""
    (tmp_path / "pets.md").write_text(GUIDE + "\n## Q2. What is a dog?\n")
    result = ask_json("lint", "pets.md")
    assert list(result) == [
        *("guide", "path", "entries", "remarks", "found", "left_out", "account", "missed"),
        "skipped",
    ]
    assert (result["guide"], result["entries"]) == ("pets", 2)
    assert result["found"][1] == {
        "label": "q2",
        "question": "What is a dog?",
        "answer": "",
        "lines": [7, 7],
        "section": [],
    }
    assert [span["lines"][0] for span in result["account"]] == sorted(
        span["lines"][0] for span in result["account"]
    )
    (remark,) = (remark for remark in result["remarks"] if remark["level"] == "warning")
    assert list(remark) == ["line", "level", "message"]
    assert remark["line"] == 7


def test_lint_of_a_folder(ask_json: Ask, tmp_path: Path) -> None:
    """Each guide, and the totals; an empty file is among them and says so."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "pets.md").write_text(GUIDE + "\n## Q2. What is a dog?\n")
    (tmp_path / "notes" / "Untitled.md").write_text("")
    result = ask_json("lint", "notes")
    assert [guide["guide"] for guide in result["guides"]] == ["Untitled", "pets"]
    assert {key: result[key] for key in ("entries", "unanswered", "missed", "skipped")} == {
        "entries": 2,
        "unanswered": 1,
        "missed": 0,
        "skipped": 1,
    }
    assert result["guides"][0]["skipped"] == "is empty."


def test_formats(ask_json: Ask) -> None:
    """Every format by its name, with the suffixes of its files."""
    formats = ask_json("index", "--formats")["formats"]
    assert list(formats[0]) == ["name", "description", "suffixes", "extra"]
    assert ".md" in formats[0]["suffixes"]


def test_doctor(ask_json: Ask, ready_home: Path) -> None:
    """Ollama is optional: without it nothing fails."""
    checks = ask_json("doctor", "--home", ready_home)["checks"]
    assert [list(check) for check in checks] == [
        ["name", "ok", "message", "remedy", "optional"]
    ] * 6
    assert [(c["name"], c["ok"]) for c in checks if not c["optional"]] == [
        ("Python", True),
        ("model", True),
        ("index", True),
        ("judge", True),
        ("history", True),
    ]
    (ollama,) = (check for check in checks if check["optional"])
    assert (ollama["name"], ollama["ok"]) == ("Ollama", False)
    assert ollama["remedy"]


def test_eval_retrieval(ask_json: Ask, ready_home: Path, tmp_path: Path) -> None:
    """The overall metrics under the keys that others read, and a TREC run of ten a query."""
    queries = [
        {"id": "a", "query": "what is dropout?", "style": "direct", "gold": {"Q15": 2}},
        {"id": "b", "query": "how to bake bread?", "style": "far", "gold": {}},
    ]
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(query) + "\n" for query in queries))
    report = ask_json(
        "eval", "retrieval", "--queries", "q.jsonl", "--run-out", "run.txt", "--home", ready_home
    )
    overall = report["overall"]
    assert overall["n"] == 1
    assert [overall[key] for key in ("s_at_1", "r_at_5", "mrr_at_10", "ndcg_at_10")] == [1.0] * 4
    assert overall["auroc_unanswerable"] == 1.0
    assert "rejected_at_95_kept" in overall
    first, *rest = (tmp_path / "run.txt").read_text().splitlines()
    assert first.split()[:4] == ["a", "Q0", "q15", "1"]
    assert len(rest) == 19


def test_eval_leave_out(ask_json: Ask, ready_home: Path, tmp_path: Path) -> None:
    """A covered query counts twice, the second time as one that the guide does not answer."""
    query = {"id": "a", "query": "what is dropout?", "style": "direct", "gold": {"Q15": 2}}
    (tmp_path / "q.jsonl").write_text(json.dumps(query) + "\n")
    report = ask_json(
        "eval", "retrieval", "--leave-out", "--queries", "q.jsonl", "--home", ready_home
    )
    assert (report["overall"]["n"], report["overall"]["n_unanswerable"]) == (1, 1)
    assert report["overall"]["s_at_1"] == report["overall"]["auroc_unanswerable"] == 1.0
    assert report["by_style"]["direct"] == report["overall"]


def test_eval_leave_out_without_labels(ask_json: Ask, tmp_path: Path) -> None:
    """The guide's own questions, each by its answer alone: those that share words with it."""
    guide = tmp_path / "pets.md"
    guide.write_text("# What does a cat do?\n\nA cat purrs.\n\n# Why do dogs bark?\n\nDogs bark.\n")
    home = tmp_path / "home"
    ask_json("index", guide, "--home", home)
    report = ask_json("eval", "retrieval", "--leave-out", "--home", home)
    assert (report["overall"]["n"], report["overall"]["n_unanswerable"]) == (2, 2)
    assert report["overall"]["s_at_1"] == 1.0
    assert list(report["by_style"]) == ["pets"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["eval", "retrieval", "--leave-out", "--corpus", "beir"], 2),
        (["search", ""], 2),
        (["search", "dropout", "-k", "0"], 2),
        (["search", "dropout", "--section", "cooking"], 2),
        (["search"], 2),
        (["search", "dropout", "--no-such-option"], 2),
        (["show", "q999"], 1),
        (["ask", "what is dropout?", "--llm", "ollama"], 1),
        (["eval", "retrieval", "--queries", "none.jsonl"], 1),
        (["lint", "none.md"], 1),
    ],
)
def test_an_error_is_one_object(
    run: Callable[..., Any], ready_home: Path, arguments: list[str], code: int
) -> None:
    """On stderr, with what to do next; stdout stays empty."""
    ran = run(*arguments, "--json", "--home", ready_home)
    error = json.loads(ran.err)
    assert (ran.code, ran.out) == (code, "")
    assert list(error) == ["error", "remedy"]
    assert all(error.values())
    assert ran.err.count("\n") == 1


@pytest.fixture
def first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands embed with a fake, so that an index is built in a moment."""
    fake = FakeEmbedder(("model",))

    def opened(config: Config, **told: Any) -> Prep:
        return Prep(config, encoder=(fake.info, fake), **told)

    monkeypatch.setattr(Prep, "open", opened)


@pytest.mark.usefixtures("first_run")
def test_a_first_run_tells_on_stderr_what_it_does(run: Callable[..., Any], tmp_path: Path) -> None:
    """With --json as without; stdout has the object alone."""
    ran = run("list", "--json", "--home", tmp_path / "home")
    assert len(json.loads(ran.out)["entries"]) == 100
    assert ran.err.startswith("Building the index (once).\n")
    assert "{" not in ran.err


@pytest.mark.usefixtures("first_run")
def test_an_error_is_the_last_line(run: Callable[..., Any], tmp_path: Path) -> None:
    """Whatever was told before it."""
    ran = run("show", "q999", "--json", "--home", tmp_path / "home")
    first, *_, last = ran.err.splitlines()
    assert first == "Building the index (once)."
    assert json.loads(last)["error"] == 'No entry is called "q999".'


def test_json_after_two_dashes_is_a_word(run: Callable[..., Any], ready_home: Path) -> None:
    """`--` ends the options, for the errors too."""
    ran = run("search", "-k", "0", "--home", ready_home, "--", "dropout", "--json")
    assert ran.err.startswith("error: ")
