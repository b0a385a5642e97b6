"""A measured program in a process of its own: cold, and with a window of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def output_of(program: str, *words: str, within: float) -> str:
    """What the Python `program` wrote. Raises `RuntimeError` with its last complaint.

    It keeps its bytecode, whatever this shell forbids: an installed terminal does.
    """
    forbids = ("PYTHONDONTWRITEBYTECODE",)
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in forbids},
    )
    if done.returncode:
        complaint = done.stderr.strip().rpartition("\n")[2]
        raise RuntimeError(f"the measured program ended with {done.returncode}: {complaint}")
    return done.stdout
