"""Writes docs/openapi.json from the routes: `python docs/generate_openapi.py`."""

from __future__ import annotations

import json
from pathlib import Path

from ragprep import Prep
from ragprep.config import Config
from ragprep.web.api.app import create_api
from ragprep.web.jobs import Jobs
from ragprep.web.llm_queue import LLMQueue

PATH = Path(__file__).parent / "openapi.json"


def text() -> str:
    """Return docs/openapi.json as it should be."""
    api = create_api(Prep(Config(home=Path("nowhere"))), Jobs(), LLMQueue())
    return json.dumps(api.openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
