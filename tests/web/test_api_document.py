"""docs/openapi.json is current, its examples work, and requests made up from it find no mistake.

`RAGPREP_API_CASES=200 pytest tests/web/test_api_document.py` makes up as many for each operation.
"""

from __future__ import annotations

import importlib.util
import json
import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from program import CATS, VOCABULARY, program
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.schemas import BaseSchema
from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.config import Config
from ragprep.testing.fakes import FakeEmbedder, FakeReader
from ragprep.web.app import create_app

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENT = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
TOKEN = {"authorization": "Bearer secret"}
CASES = int(os.environ.get("RAGPREP_API_CASES", "2"))

load_all_checks()
EXCLUDED = CHECKS.get_by_names(["positive_data_acceptance"])
"""No schema says which sections, models and folders there are."""


def examples() -> list[tuple[str, str, dict[str, str], Any]]:
    """Return method, path, query and body of each example in the document."""
    requests = []
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            parameters = operation.get("parameters", ())
            values = {p["name"]: p["schema"].get("examples", ()) for p in parameters}
            bodies = body_examples(operation)
            for body, turn in product(bodies, range(max(map(len, values.values()), default=1))):
                query = {name: each[turn % len(each)] for name, each in values.items() if each}
                if body or query:
                    filled = path.format_map({**dict.fromkeys(values, ""), **query})
                    inside = {k: v for k, v in query.items() if f"{{{k}}}" not in path}
                    requests.append((method, filled, inside, body))
    return [example for example in requests if not example[1].endswith("/")]


def body_examples(operation: dict[str, Any]) -> list[Any]:
    """Return the examples of what an operation is sent; None where it is sent nothing."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return [None]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return DOCUMENT["components"]["schemas"][name].get("examples", [None])


def test_the_document_is_current() -> None:
    """`python docs/generate_openapi.py` writes it."""
    spec = importlib.util.spec_from_file_location("openapi", DOCS / "generate_openapi.py")
    assert spec is not None and spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert json.loads(generator.text()) == DOCUMENT


@pytest.mark.parametrize(("method", "path", "query", "body"), examples())
def test_an_example_works(
    shipped: TestClient, method: str, path: str, query: dict[str, str], body: Any
) -> None:
    """On the shipped guide; none is refused or not covered."""
    response = shipped.request(method, f"/api/v1{path}", params=query, json=body)
    assert response.is_success and response.json().get("covered", True)
    assert not response.json().get("refused")


@pytest.fixture(scope="module")
def shipped(ready_home: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    practice = tmp_path_factory.mktemp("history")
    return program(Prep.open(Config(home=ready_home, llm="none", practice=practice)))


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> BaseSchema:
    """The document that a server over two entries hands out, and the server."""
    folder = tmp_path_factory.mktemp("cats")
    (folder / "cats.md").write_text(CATS, encoding="utf-8")
    fake = FakeEmbedder(VOCABULARY)
    config = Config(
        home=folder / "home", llm="none", practice=folder / "history", guides=folder / "guides"
    )
    prep = Prep(config, encoder=(fake.info, fake), reader=FakeReader())
    prep.build([folder / "cats.md"])
    app = create_app(prep, token="secret", hosts=["testserver", "localhost"])
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=TOKEN)
    del schema.raw_schema["security"]  # each request has the token: test_web_guard.py leaves it out
    return schema


OPERATIONS = [(path, method) for path, each in DOCUMENT["paths"].items() for method in each]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_a_request_made_up_finds_no_mistake(document: BaseSchema, path: str, method: str) -> None:
    """Right ones and wrong ones: each response is one that the document names, and none a 500."""
    operation = document[path][method.upper()]
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=right | wrong)
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=not os.environ.get("RAGPREP_API_CASES"),
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def check(case: Case) -> None:
        case.call_and_validate(headers=TOKEN, excluded_checks=EXCLUDED)

    check()
