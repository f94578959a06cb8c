"""The file of aliases beside a guide, and the one that ships."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from ragprep.errors import GuideError
from ragprep.ingest.aliases import aliases_path, entry_hash, read_aliases, write_aliases
from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.views import views
from ragprep.types.guide import Alias
from ragprep.types.index import ViewKind

EVAL = Path(__file__).parents[2] / "eval"
GUIDE = "# Guide\n\n## Basics\n\n### Q1. What is bias?\n\n**A:** A wrong assumption.\n"
KINDS = {
    "everyday",
    "description",
    "symptom",
    "detail",
    "analogy",
    "interviewer",
    "keywords",
    "name",
    "formal",
    "contrast",
}


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "basics.md"
    path.write_text(GUIDE, encoding="utf-8")
    return path


def test_aliases_are_read_as_they_were_written(guide: Path):
    """Every field, and the order."""
    entry = read_guide(guide).entries[0]
    aliases = (
        Alias(entry.id, "always off in one direction", "everyday", "hand", entry_hash(entry)),
        Alias(entry.id, "schiefe Annahme – ∑", "name", "qwen", entry_hash(entry)),
    )
    write_aliases(guide, aliases)
    assert read_aliases(guide, [entry]) == aliases


def test_an_entry_may_be_named_by_its_label(guide: Path):
    """People who write the file by hand know the label."""
    entry = read_guide(guide).entries[0]
    line = {"entry": "Q1", "phrase": "off target", "kind": "name", "source": "me", "content": ""}
    aliases_path(guide).write_text(json.dumps(line), encoding="utf-8")
    assert [alias.entry_id for alias in read_aliases(guide, [entry])] == [entry.id]


def test_a_stale_alias_is_remarked_on(guide: Path):
    """Written for an answer that has changed since; it still serves."""
    entry = read_guide(guide).entries[0]
    write_aliases(guide, [Alias(entry.id, "off target", "name", "hand", entry_hash(entry))])
    guide.write_text(GUIDE.replace("wrong", "false"), encoding="utf-8")
    read = read_guide(guide)
    assert len(read.aliases) == 1
    assert "q1 changed since 1 of its aliases was written." in [r.message for r in read.diagnostics]


HALF = '{"entry": "q1", "phrase": "\\ud83d", "kind": "", "source": "", "content": ""}'


@pytest.mark.parametrize("line", ["not JSON", "[]", '{"entry": "q1"}', '{"entry": 1}', HALF])
def test_a_line_that_is_no_alias_is_named(guide: Path, line: str):
    """With its file and line."""
    aliases_path(guide).write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(GuideError, match=r"basics\.aliases\.jsonl:2"):
        read_guide(guide)


def test_an_alias_is_a_view_that_shows_the_guides_own_text(guide: Path):
    """What a person sees is never the alias."""
    entry = read_guide(guide).entries[0]
    alias_views = [view for view in views(entry, ["off target"]) if view.kind is ViewKind.ALIAS]
    assert [(view.text, view.shown) for view in alias_views] == [("off target", "What is bias?")]


def test_every_shipped_entry_has_aliases_of_many_kinds_written_for_its_text():
    """At least fifteen, of at least eight kinds."""
    (path,) = shipped_guides()
    guide = read_guide(path)
    hashes = {entry.id: entry_hash(entry) for entry in guide.entries}
    assert all(alias.content == hashes[alias.entry_id] for alias in guide.aliases)
    assert {alias.kind for alias in guide.aliases} == KINDS
    count = Counter(alias.entry_id for alias in guide.aliases)
    kinds = {e: {a.kind for a in guide.aliases if a.entry_id == e} for e in hashes}
    assert min(count[entry_id] for entry_id in hashes) >= 15
    assert min(len(of_entry) for of_entry in kinds.values()) >= 8


def test_no_phrase_beside_the_guide_resembles_an_evaluation_query():
    """Neither five words in a row in common, nor more than 0.6 of their words together."""
    (path,) = shipped_guides()
    queries = [
        words(json.loads(line)["query"])
        for file in sorted(EVAL.glob("retrieval.*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert len(queries) >= 380
    taken = {run for query in queries for run in runs(query)}
    sets = [frozenset(query) for query in queries]
    alike = []
    guide = read_guide(path)
    for phrase in (alias.phrase for alias in guide.aliases):
        phrase_words = words(phrase)
        in_a_row = not taken.isdisjoint(runs(phrase_words))
        if in_a_row or any(share(frozenset(phrase_words), query) > 0.6 for query in sets):
            alike.append(phrase)
    assert alike == []


def test_the_check_sees_what_it_forbids():
    """Five words in a row, and the same words in another order."""
    assert runs(words("one two three four five")) == {("one", "two", "three", "four", "five")}
    assert runs(words("one two three four")) == set()
    assert share(frozenset(words("loss goes up")), frozenset(words("Up goes loss!"))) == 1.0
    assert share(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs(tokens: list[str], length: int = 5) -> set[tuple[str, ...]]:
    return {tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)}


def share(a: frozenset[str], b: frozenset[str]) -> float:
    both = len(a & b)
    return both / ((len(a) + len(b) - both) or 1)
