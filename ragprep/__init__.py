"""Ask your interview guides a question: the right entries at once, and a cited answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.service import Prep

# onnxruntime from 1.29 on reports its use to its maker, over the network, unless this is set
# before it is loaded; ragprep speaks to nobody unasked.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
__all__ = ["Prep", "__version__"]


def __getattr__(name: str) -> object:
    """Load `Prep` on first use, so that `import ragprep` costs nothing."""
    if name == "Prep":
        from ragprep.service import Prep

        return Prep
    raise AttributeError(f"module 'ragprep' has no attribute {name!r}")
