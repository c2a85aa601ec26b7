"""Floor 10: Jupyter. `%load_ext derivlab` gives the cell magic `%%derivlab`, which checks mathematics."""

from __future__ import annotations

from typing import Any

__all__ = ["load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext derivlab.notebook` (and by `%load_ext derivlab`)."""
    from derivlab.notebook.magic import CellMagic
    from derivlab.notebook.textbook import register

    register(shell.display_formatter)
    shell.register_magic_function(CellMagic(shell), "cell", "derivlab")


def unload_ipython_extension(shell: Any) -> None:
    """Called by `%unload_ext derivlab.notebook`."""
    from derivlab.notebook.textbook import unregister

    unregister(shell.display_formatter)
    shell.magics_manager.magics["cell"].pop("derivlab", None)
