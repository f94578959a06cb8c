"""Ask your interview guides a question: the right entries at once, and a cited answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.service import Prep

__version__ = "0.1.0"
__all__ = ["Prep", "__version__"]


def __getattr__(name: str) -> object:
    """Load `Prep` on first use, so that `import ragprep` costs nothing."""
    if name == "Prep":
        from ragprep.service import Prep

        return Prep
    raise AttributeError(f"module 'ragprep' has no attribute {name!r}")
