"""The encoder's output for the tokens of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TokenStates:
    """A text as the encoder sees it, token by token.

    Attributes:
        ids: int64 (n,), numbers of its tokens.
        states: float32 (n, layers * dim), of each token in several layers, side by side.
        vector: float32 (dim,), unit, of the whole text.
    """

    ids: NDArray[np.int64]
    states: NDArray[np.float32]
    vector: NDArray[np.float32]
