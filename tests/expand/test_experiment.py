"""`expand.Experiment`: the search that a guide gets with some aliases."""

from __future__ import annotations

import json
from pathlib import Path

from ragprep.expand.experiment import Experiment
from ragprep.ingest.corpus import read_guide
from ragprep.search.fuse import FILE
from ragprep.testing.fakes import FakeEmbedder

VOCABULARY = "cat", "purrs", "dog", "barks", "fish", "swims"


def test_the_weights_fitted_for_the_encoder_decide(guide: Path, tmp_path: Path) -> None:
    """Here they let nothing count as covered; weights of another encoder are passed over."""
    embedder, entries = FakeEmbedder(VOCABULARY), read_guide(guide).entries
    record = json.loads(FILE.read_bytes())
    record["weights"]["covered_at"] = 1.1
    first_hits = []
    for encoder in ("of another", embedder.info.fingerprint):
        record["recipe"]["encoder"] = encoder
        path = tmp_path / f"{encoder}.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        first_hits.append(
            Experiment(entries, embedder.info, embedder, path).first_of({})("cat purrs")
        )
    assert first_hits == [entries[0].id, ""]
