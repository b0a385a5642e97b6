"""A measured program in a process of its own: cold, and with a window of its own."""

from __future__ import annotations

import subprocess
import sys


def output_of(program: str, *words: str, within: float) -> str:
    """What the Python `program` wrote. Raises `RuntimeError` with its last complaint."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    if done.returncode:
        complaint = done.stderr.strip().rpartition("\n")[2]
        raise RuntimeError(f"the measured program ended with {done.returncode}: {complaint}")
    return done.stdout
