"""The committed sample of the report: `python -m derivlab.report.sample` writes it again.

Derivations, proofs and pages are made anew; what was trained comes from the results beside the sample,
so that the same source gives the same pages. `--train` trains again and replaces those results.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from derivlab.errors import UsageError
from derivlab.report import storage
from derivlab.report.cache import Cache
from derivlab.report.chapters import View, book, model_chapter, network_chapter
from derivlab.report.engine import find_engine
from derivlab.report.write import save_file, write_book

FOLDER = Path("reports/sample")
RESULTS = "network.json"
EPOCH = 1_767_225_600  # 1 January 2026
COMMAND = "python -m derivlab.report.sample"


def sample(results: Path, models: Sequence[str] = ()) -> View:
    """The sample's chapters, with the network of `results`.

    Raises:
        UsageError: there are no such results, or they are damaged.
    """
    from derivlab.models import MODELS
    from derivlab.verification import verify_model

    try:
        network = storage.loads(results.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{results}: {error}; write it with `{COMMAND} --train`") from error
    chosen = [model for name, model in MODELS.items() if not models or name in models]
    chapters = [model_chapter(model, verify_model, Cache(), timed=False) for model in chosen]
    return book(chapters, network, command=COMMAND, timed=False)


def trained() -> View:
    """The network's chapter, trained now."""
    from derivlab.models import MODELS
    from derivlab.network import TrainingConfig, train

    return network_chapter(TrainingConfig(), list(MODELS.values()), train, Cache(), timed=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the sample."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the committed sample of the report.")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help=f"where to ({FOLDER})")
    parser.add_argument("--train", action="store_true", help="train again; else the results in DIR are used")
    args = parser.parse_args(argv)
    results = args.out / RESULTS
    if args.train:
        save_file(results, storage.dumps(trained()).encode("utf-8"))
    made = sample(results)
    for path in write_book(made, args.out, engine=find_engine("wheel"), epoch=EPOCH):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
