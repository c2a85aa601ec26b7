"""Naming a network or a configuration does not load torch; training does."""

from __future__ import annotations

import subprocess
import sys


def test_the_package_loads_without_torch() -> None:
    code = (
        "import sys; from derivlab.network import TrainingConfig, feed_forward; feed_forward([8]); "
        "TrainingConfig.quick(); "
        "sys.exit(', '.join({'torch', 'matplotlib', 'rich', 'safetensors'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
