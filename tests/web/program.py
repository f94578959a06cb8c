"""What the tests of the API share: a small guide, and a program that holds the token."""

from __future__ import annotations

from starlette.testclient import TestClient

from ragprep import Prep
from ragprep.web.app import create_app

CATS = """# Food

### Q1. What does a cat eat?

**A:** Cats catch mice at night.

**Other food:**
- Fresh fish
- Warm milk

# Sleep

### Q2. How long does a cat sleep?

**A:** Fifteen hours a day.
"""

VOCABULARY = ("cat", "cats", "mice", "fish", "milk", "hours", "sleep")

ADDRESS = "127.0.0.1:8000"


def program(prep: Prep) -> TestClient:
    """Return a client of all that `ragprep web` serves, which sends the token."""
    app = create_app(prep, token="secret", hosts=[ADDRESS])
    token = {"authorization": "Bearer secret"}
    return TestClient(app, base_url=f"http://{ADDRESS}", headers=token)
