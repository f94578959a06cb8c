"""`Prep.expand` with a model that says what it is told: the files it writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ragprep import Prep
from ragprep.errors import LLMUnavailable
from ragprep.expand import expand
from ragprep.expand.drafts import drafts_path, read_drafts
from ragprep.expand.expand import write_drafts
from ragprep.expand.prompts import KINDS
from ragprep.ingest.aliases import aliases_path, entry_hash, write_aliases
from ragprep.ingest.corpus import read_guide
from ragprep.testing.fakes import FakeEmbedder, FakeLLM
from ragprep.types.guide import Alias

VOCABULARY = (
    *("cat", "purrs", "hunts", "mice", "dog", "barks", "fetches", "sticks", "fish"),
    *("swims", "gills", "what", "is", "a", "and", "has"),
)

# the pets' own words and one that no entry has: the aliases of one kind find the others by it
PHRASES = {
    "cat": ["purrs hunts furry", "mice hunts furry", "the furry one"],
    "dog": ["barks fetches loyal", "sticks fetches loyal", "the loyal one"],
    "fish": ["swims gills scaly", "gills swims scaly slow", "the scaly one"],
}


def replies(*pets: str) -> list[str]:
    return [json.dumps({"phrases": [phrase]}) for pet in pets for phrase in PHRASES[pet]]


def lines(guide: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in aliases_path(guide).read_text("utf-8").splitlines()]


def test_every_kind_of_every_entry_is_asked_for(pets: Prep, guide: Path) -> None:
    """Each prompt with the schema of the answer, and all of it kept on disk."""
    llm = FakeLLM(replies("cat", "dog", "fish"))
    expansion = pets.expand(guide, llm=llm)
    assert len(llm.prompts) == 3 * len(KINDS) == 9
    assert None not in llm.schemas
    assert (expansion.asked, expansion.written) == (3, 9)
    assert [len(draft.phrases) for draft in read_drafts(guide)] == [len(KINDS)] * 3


def test_aliases_that_help_stand_beside_the_guide(pets: Prep, guide: Path) -> None:
    """With the model's name and the hash of their entry."""
    embedder = FakeEmbedder(VOCABULARY)
    entries = read_guide(guide).entries

    def first_of(aliases: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
        """Find titles always, and what has aliases by those alone."""
        titles = {entry.question: entry.id for entry in entries}
        words_of = {
            word: id_ for id_, texts in aliases.items() for t in texts for word in t.split()
        }
        return lambda query: titles.get(query) or words_of.get(query.split()[-1], "")

    expansion = expand(
        read_guide(guide),
        FakeLLM(replies("cat", "dog", "fish"), name="m"),
        embedder=embedder,
        first_of=first_of,
        progress=lambda stage, done, total: None,
    )
    assert (expansion.used, expansion.kept) == (True, len(lines(guide)))
    hashes = {entry.id: entry_hash(entry) for entry in entries}
    assert {(r["source"], r["content"] == hashes[r["entry"]]) for r in lines(guide)} == {
        ("m", True)
    }
    assert {r["entry"] for r in lines(guide)} == set(hashes)


def test_aliases_that_do_not_help_are_not_used(pets: Prep, guide: Path) -> None:
    """A model that restates the titles leaves no file of aliases."""
    titles = [json.dumps({"phrases": [f"what is a {pet}?"]}) for pet in PHRASES for _ in KINDS]
    expansion = pets.expand(guide, llm=FakeLLM(titles))
    assert (expansion.kept, expansion.used, expansion.verdict) == (0, False, None)
    assert expansion.dropped == {"restates the title": 9}
    assert not aliases_path(guide).exists()


def test_an_interrupted_run_goes_on(pets: Prep, guide: Path) -> None:
    """What the model said of whole entries is not asked for again."""
    broken = [*replies("cat"), *replies("dog")[:1], LLMUnavailable("Gone.", remedy="Start it.")]
    with pytest.raises(LLMUnavailable):
        pets.expand(guide, llm=FakeLLM(broken))
    llm = FakeLLM(replies("dog", "fish"))
    expansion = pets.expand(guide, llm=llm)
    assert (expansion.asked, expansion.written, len(llm.prompts)) == (2, 9, 6)


def test_ctrl_c_loses_one_entry_at_most(pets: Prep, guide: Path) -> None:
    """The entry before is on disk when the model is interrupted."""

    class Interrupted(FakeLLM):
        def complete(self, prompt: str, **options: object) -> str:
            if len(self.prompts) == 4:
                raise KeyboardInterrupt
            return super().complete(prompt)

    with pytest.raises(KeyboardInterrupt):
        pets.expand(guide, llm=Interrupted(replies("cat", "dog")))
    assert len(read_drafts(guide)) == 1


def test_a_line_cut_off_is_written_anew(pets: Prep, guide: Path) -> None:
    """As a machine that lost its power leaves it."""
    pets.expand(guide, llm=FakeLLM(replies("cat", "dog", "fish")))
    path = drafts_path(guide)
    path.write_bytes(path.read_bytes()[:-20])
    llm = FakeLLM(replies("fish"))
    assert pets.expand(guide, llm=llm).asked == 1
    assert len(read_drafts(guide)) == 3


def test_a_changed_entry_is_written_anew(pets: Prep, guide: Path) -> None:
    """And only that; its old phrases are gone."""
    pets.expand(guide, llm=FakeLLM(replies("cat", "dog", "fish")))
    guide.write_text(guide.read_text("utf-8").replace("purrs", "purrs loudly"), encoding="utf-8")
    llm = FakeLLM(replies("cat"))
    expansion = pets.expand(guide, llm=llm)
    assert (expansion.asked, expansion.written) == (1, 9)
    messages = [diagnostic.message for diagnostic in pets.lint(guide).diagnostics]
    assert not [message for message in messages if "changed since" in message]


def test_another_model_starts_afresh(pets: Prep, guide: Path) -> None:
    """Its phrases take the place of the first one's."""
    pets.expand(guide, llm=FakeLLM(replies("cat", "dog", "fish"), name="small"))
    llm = FakeLLM(replies("cat", "dog", "fish"), name="large")
    assert pets.expand(guide, llm=llm).asked == 3
    sources = {alias.source for alias in read_guide(guide).aliases}
    assert "small" not in sources


@pytest.mark.parametrize(
    "phrases", [PHRASES["cat"], ["what is a cat?"] * 3], ids=["good", "useless"]
)
def test_lines_by_hand_stay(pets: Prep, guide: Path, phrases: list[str]) -> None:
    """Whatever the model wrote, and a stale one too."""
    cat = read_guide(guide).entries[0]
    by_hand = [
        Alias(cat.id, "the mouser", "everyday", "hand", entry_hash(cat)),
        Alias(cat.id, "an old line", "everyday", "hand-1", "of another text"),
    ]
    write_aliases(guide, by_hand)
    answers = [json.dumps({"phrases": [phrase]}) for phrase in phrases * 3]
    pets.expand(guide, llm=FakeLLM(answers))
    kept = [alias for alias in read_guide(guide).aliases if alias.source.startswith("hand")]
    assert kept == by_hand


def test_model_lines_that_no_longer_help_go(pets: Prep, guide: Path) -> None:
    """The file holds what is proven to help, and what a person wrote."""
    pets.expand(guide, llm=FakeLLM(["nothing"] * 9, name="m"))
    cat = read_guide(guide).entries[0]
    write_aliases(guide, [Alias(cat.id, "it barks", "everyday", "m", entry_hash(cat))])
    assert not pets.expand(guide, llm=FakeLLM([], name="m")).used
    assert read_guide(guide).aliases == ()


def test_the_time_left_is_told(guide: Path) -> None:
    """A minute an entry: after the first of three two are left."""
    stages: list[str] = []
    ticks = iter([0.0, 0.0, 60.0, 120.0])
    write_drafts(
        guide,
        read_guide(guide).entries,
        FakeLLM(replies("cat", "dog", "fish")),
        progress=lambda stage, done, total: stages.append(f"{stage} {done}/{total}"),
        clock=lambda: next(ticks),
    )
    assert stages == [
        "writing aliases 0/3",
        "writing aliases, about 2 minutes left 1/3",
        "writing aliases, about a minute left 2/3",
        "writing aliases 3/3",
    ]


def test_command(
    guide: Path, ready_home: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """`ragprep expand` over Ollama's protocol; a useless model changes nothing."""
    from ragprep.cli import main
    from ragprep.testing.servers import FakeOllama

    with FakeOllama(['{"phrases": ["what is a cat?"]}'], models=["m"]) as server:
        monkeypatch.setenv("RAGPREP_OLLAMA_HOST", server.url)
        home = str(ready_home)
        assert main(["expand", str(guide), "--model", "m", "--json", "--home", home]) == 0
        out = json.loads(capsys.readouterr().out)
        assert main(["expand", str(guide), "--model", "m", "--home", home]) == 0
        shown = capsys.readouterr().out
        assert len(server.requests) == 9
    assert (out["model"], out["entries"], out["asked"], out["written"]) == ("m", 3, 3, 9)
    assert (out["kept"], out["used"], out["verdict"]) == (0, False, None)
    assert "not used" in shown
    assert not aliases_path(guide).exists()


def test_no_model(guide: Path, pets: Prep) -> None:
    """Without Ollama the error says so, before anything is written."""
    config = replace(pets.config, ollama_host="http://127.0.0.1:9")
    with pytest.raises(LLMUnavailable):
        Prep(config).expand(guide)
    assert not drafts_path(guide).exists()
