"""Prep: every feature is one method. On a small guide with a fake encoder, and on the real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.config import Config
from ragprep.errors import ConfigError, EvaluationError, GuideError, IndexMissing, UnknownEntry
from ragprep.testing.fakes import FakeEmbedder, FakeLLM

GUIDE = """# Pets

## Cats

### Q1. What does a cat eat?

**A:** A cat eats fish.
- At night: mice

### Q2. How long does a cat sleep?

**A:** Fifteen hours.

## Dogs

### Q3. What does a dog eat?

**A:** A dog eats meat.

### Q4. Why does a dog bark?

![](bark.png)
"""


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "pets.md"
    path.write_text(GUIDE)
    return path


@pytest.fixture
def pets(tmp_path: Path, guide: Path) -> Prep:
    """The guide, indexed with a fake encoder."""
    fake = FakeEmbedder(("cat", "dog", "eat", "eats", "sleep", "bark", "fish", "mice"))
    prep = Prep(Config(home=tmp_path / "home", llm="none"), encoder=(fake.info, fake))
    prep.build([guide])
    return prep


def labels(hits) -> list[str]:
    return [hit.entry.label for hit in hits]


class TestSources:
    """Guides beside those that are indexed."""

    def test_a_guide_is_added_and_removed(self, pets: Prep, guide: Path, tmp_path: Path):
        """No file is touched; adding it twice changes nothing."""
        birds = tmp_path / "birds.md"
        birds.write_text("## What does an owl eat?\n\nMice.\n")
        for _ in range(2):
            assert pets.add_guide(birds).manifest.sources == (str(guide), str(birds))
        assert "What does an owl eat?" in [entry.question for entry in pets.entries()]
        assert pets.remove_guide(str(guide)).manifest.sources == (str(birds),)
        assert guide.read_text() == GUIDE

    def test_what_is_not_a_source_is_not_removed(self, pets: Prep, guide: Path):
        """Nor the only one: an index without guides answers nothing."""
        with pytest.raises(ConfigError, match="not indexed by itself"):
            pets.remove_guide("elsewhere.md")
        with pytest.raises(ConfigError, match="all that is indexed"):
            pets.remove_guide(str(guide))


class TestOpen:
    def test_it_is_cheap(self, tmp_path: Path):
        """Nothing is read, nothing is made."""
        Prep.open(Config(home=tmp_path / "home"))
        assert not (tmp_path / "home").exists()

    def test_without_a_config_the_settings_hold(self, monkeypatch, tmp_path: Path):
        """Those of the environment here."""
        monkeypatch.setenv("RAGPREP_HOME", str(tmp_path))
        assert Prep.open().config.home == tmp_path


class TestBuild:
    def test_the_report_says_what_was_done(self, pets: Prep, guide: Path):
        """And the manifest where it came from."""
        report = pets.build([guide])
        assert (report.embedded, report.reused) == (0, report.manifest.views)
        assert [file.name for file in report.manifest.guides] == ["pets"]
        assert report.manifest == pets.status()
        assert report.seconds > 0

    def test_without_paths_it_updates_what_is_indexed(self, pets: Prep, guide: Path):
        """Not the shipped guide."""
        guide.write_text(GUIDE.replace("Fifteen", "Sixteen"))
        pets.build()
        assert pets.entry("q2").answer == "Sixteen hours."

    def test_other_paths_replace_what_is_indexed(self, pets: Prep, tmp_path: Path):
        """The same object answers from the new guides."""
        birds = tmp_path / "birds.md"
        birds.write_text("## Q9. Why does a bird sing?\n\nFor love.\n")
        pets.build([str(birds)])
        assert [entry.label for entry in pets.entries()] == ["q9"]
        assert labels(pets.search("bird").hits) == ["q9"]

    def test_shipped_and_own_guides_go_together(self, pets: Prep, guide: Path):
        """Labels that clash get the later guide's name before them."""
        pets.build(["shipped", guide])
        assert len(pets.entries()) == 104
        assert pets.entry("pets/q1").guide == "pets"
        assert pets.entry("q1").guide == "ai-ml-interview-guide"

    def test_progress_names_the_stages(self, guide: Path, tmp_path: Path):
        """Each from its beginning to its end."""
        told: list[tuple[str, int, int]] = []
        fake = FakeEmbedder()
        prep = Prep(
            Config(home=tmp_path / "home"),
            progress=lambda *step: told.append(step),
            encoder=(fake.info, fake),
        )
        views = prep.build([guide]).manifest.views
        assert told == [
            ("embedding", 0, views),
            ("embedding", views, views),
            ("writing the index", 0, 1),
            ("writing the index", 1, 1),
        ]

    def test_progress_and_notices_are_told_to_the_call_that_asks_for_them(
        self, guide: Path, tmp_path: Path
    ):
        """Those of `open` are told by the calls that name nobody."""
        stages: dict[str, list[str]] = {"open": [], "call": []}
        notices: dict[str, list[str]] = {"open": [], "call": []}
        fake = FakeEmbedder()
        prep = Prep(
            Config(home=tmp_path / "home"),
            progress=lambda stage, done, total: stages["open"].append(stage),
            notice=notices["open"].append,
            encoder=(fake.info, fake),
        )
        prep.build([guide], progress=lambda stage, done, total: stages["call"].append(stage))
        assert stages["open"] == []
        assert "embedding" in stages["call"]
        guide.write_text(GUIDE.replace("Fifteen", "Sixteen"))
        prep.entries(notice=notices["call"].append)
        assert notices == {"open": [], "call": ["pets changed; index updated."]}
        assert "embedding" in stages["open"]

    def test_a_path_that_is_no_guide_is_an_error(self, pets: Prep, tmp_path: Path):
        """The old index stays."""
        with pytest.raises(GuideError):
            pets.build([tmp_path / "none.md"])
        assert len(pets.entries()) == 4


class TestSearch:
    def test_hits_are_entries_best_first(self, pets: Prep):
        """With the part that matched."""
        result = pets.search("mice")
        assert result.hits[0].entry.label == "q1"
        assert result.hits[0].matched == "At night: mice"
        assert len(set(labels(result.hits))) == len(result.hits) == 4

    def test_k_limits_the_hits(self, pets: Prep):
        """The best ones stay."""
        every = labels(pets.search("dog eat").hits)
        assert labels(pets.search("dog eat", 2).hits) == every[:2]

    def test_a_section_limits_where_it_looks(self, pets: Prep):
        """By a part of its name, whatever the case."""
        assert set(labels(pets.search("eat", section="dog").hits)) == {"q3", "q4"}

    def test_an_unknown_section_is_an_error_that_names_them(self, pets: Prep):
        """With exit code 2."""
        with pytest.raises(ConfigError, match='"Birds"') as caught:
            pets.search("eat", section="Birds")
        assert "Cats; Dogs" in caught.value.remedy


class TestEntries:
    @pytest.mark.parametrize("ref", ["q2", "Q2", " q2 "])
    def test_an_entry_has_a_label_and_an_id(self, pets: Prep, ref: str):
        """Either finds it, whatever the case."""
        entry = pets.entry(ref)
        assert entry.question == "How long does a cat sleep?"
        assert pets.entry(entry.id.upper()) == entry

    @pytest.mark.parametrize("ref", ["q5", "", "q", "../q1"])
    @pytest.mark.parametrize("method", [Prep.entry, Prep.points])
    def test_an_unknown_one_is_an_error_that_says_what_there_is(self, pets: Prep, method, ref: str):
        """The first label and the last."""
        with pytest.raises(UnknownEntry) as caught:
            method(pets, ref)
        assert "q1 to q4" in caught.value.remedy

    def test_points_have_the_lines_of_the_guide(self, pets: Prep):
        """Counted from 1."""
        lines = GUIDE.splitlines()
        points = pets.points("q1")
        assert [point.text for point in points] == ["A cat eats fish.", "At night: mice"]
        assert all(point.text in lines[point.line - 1] for point in points)

    def test_entries_are_listed_in_the_guides_order(self, pets: Prep):
        """All, or those of a section."""
        assert [entry.label for entry in pets.entries()] == ["q1", "q2", "q3", "q4"]
        assert [entry.label for entry in pets.entries(section="CATS")] == ["q1", "q2"]

    def test_related_entries_leave_out_the_entry_itself(self, pets: Prep):
        """However many are asked for."""
        assert len(pets.related("q3", 1)) == 1
        assert set(labels(pets.related("q3", 10))) == {"q1", "q2", "q4"}

    def test_an_entry_without_text_in_its_answer_has_related_ones_too(self, pets: Prep):
        """A picture is no text: the view of the whole entry would be its question again."""
        assert pets.entry("q4").answer == "![](bark.png)"
        assert labels(pets.related("q4", 1)) == ["q3"]
        assert pets.points("q4") == ()


class TestAsk:
    def test_without_an_llm_the_answer_is_the_guides_own(self, prep: Prep):
        """Cited."""
        answer = prep.ask("what is dropout")
        assert (answer.model, answer.refused) == (None, False)
        assert "[q15]" in answer.text
        assert answer.sources[0].label == "q15"

    def test_an_llm_writes_from_the_entries(self, prep: Prep):
        """It sees them in its prompt."""
        llm = FakeLLM(["Dropout sets a fraction of the input units to 0 at random [q15.1]."])
        answer = prep.ask("what is dropout", llm=llm)
        assert answer.model == "fake"
        assert "randomly" in llm.prompts[0]

    def test_what_the_guide_does_not_cover_asks_no_llm(self, prep: Prep):
        """The nearest questions are offered."""
        llm = FakeLLM([])
        answer = prep.ask("how do I bake sourdough bread in a dutch oven", llm=llm)
        assert answer.refused
        assert answer.sources
        assert llm.prompts == []


class TestStatusAndDoctor:
    def test_status_without_an_index_is_an_error(self, tmp_path: Path):
        """It builds none."""
        with pytest.raises(IndexMissing):
            Prep.open(Config(home=tmp_path)).status()

    def test_doctor_finds_all_well(self, prep: Prep):
        """But for Ollama, perhaps."""
        checks = {check.name: check for check in prep.doctor()}
        assert [*checks] == ["Python", "model", "index", "judge", "history", "Ollama"]
        assert all(check.ok for name, check in checks.items() if name != "Ollama")

    def test_doctor_changes_nothing_and_names_remedies(self, tmp_path: Path):
        """On a fresh machine."""
        checks = {check.name: check for check in Prep.open(Config(home=tmp_path)).doctor()}
        assert checks["model"].ok
        assert checks["index"].ok
        assert "the first query builds it" in checks["index"].message
        assert not list(tmp_path.iterdir())

    def test_doctor_sees_a_guide_that_changed(self, pets: Prep, guide: Path):
        """Without an update."""
        guide.write_text(GUIDE + "\n")
        index = next(check for check in pets.doctor() if check.name == "index")
        assert "changed since: pets" in index.message

    def test_doctor_sees_a_guide_that_is_gone(self, pets: Prep, guide: Path):
        """Searches still find what was indexed of it, so it is nothing that ragprep needs."""
        guide.unlink()
        checks = {check.name: check for check in pets.doctor()}
        assert checks["index"].message.endswith("; gone since: pets")
        lost = checks["guides"]
        assert (lost.ok, lost.optional) == (False, True)
        assert lost.message.startswith(f"No longer there: {guide}.")
        assert "Put it back" in lost.remedy


class TestEvaluate:
    def test_a_foreign_file_is_measured(self, pets: Prep, tmp_path: Path):
        """Labels in any case; every system on the same queries."""
        queries = tmp_path / "queries.jsonl"
        records = [
            {"id": "a", "query": "cat eat mice", "style": "x", "gold": {"Q1": 2}},
            {"id": "b", "query": "dog bark", "style": "x", "gold": {"q4": 2}},
            {"id": "c", "query": "bread", "style": "y", "gold": {}},
        ]
        queries.write_text("\n".join(map(json.dumps, records)))
        report = pets.evaluate(queries)
        assert (report.overall.n, report.overall.n_unanswerable, report.errors) == (2, 1, ())
        assert set(report.systems) == {"fused", "bm25", "dense-entry", "dense-views"}

    def test_a_missing_file_is_an_error(self, pets: Prep, tmp_path: Path):
        """That names it."""
        with pytest.raises(EvaluationError, match=r"none\.jsonl"):
            pets.evaluate(tmp_path / "none.jsonl")


def test_lint_reads_a_guide_without_an_index(tmp_path: Path, guide: Path):
    """And makes none."""
    linted = Prep.open(Config(home=tmp_path / "home")).lint(guide)
    assert len(linted.entries) == 4
    assert not (tmp_path / "home").exists()


def test_a_large_folder_is_linted_with_progress(tmp_path: Path):
    """As it is indexed: a person sees that something goes on."""
    for number in range(60):
        (tmp_path / f"{number}.md").write_text("## What is RAID?\nMany disks.\n")
    told: list[tuple[str, int, int]] = []
    prep = Prep.open(Config(home=tmp_path / "home"))
    guides = prep.lint_folder(tmp_path, progress=lambda *state: told.append(state))
    assert len(guides) == 60
    assert told[-1] == ("reading guides", 60, 60)
