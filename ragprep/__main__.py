"""`python -m ragprep`: the same as the `ragprep` command."""

from __future__ import annotations

import sys

from ragprep.cli import main

if __name__ == "__main__":
    sys.exit(main())
