"""`python -m tests.docs` writes anew all that is generated and committed; tests compare it with the code."""

from __future__ import annotations

from derivlab.cli.main import main
from tests.docs import pictures, reference
from tests.notebook import executing

if __name__ == "__main__":
    reference.main()
    pictures.main()
    executing.main()
    for target in ([], [str(reference.ROOT / "proofs" / "three_layers.md")]):
        main(["certify", *target, "--out", str(reference.ROOT / "proofs" / "certificates")])
