"""`python -m derivlab` is the command `derivlab`."""

from __future__ import annotations

import sys

from derivlab.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
