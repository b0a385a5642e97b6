"""What a sandbox is told before it starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """`data_dir` is made when missing and holds everything that survives a restart.

    `auto_approve` lets every terminal in at once, a new key for a known terminal too: right for
    demonstration and training, never for a real platform. Limits are in bytes.
    """

    data_dir: Path
    catalogue: Path | None = None  # the snapshot served by GET /v1/catalogue
    auto_approve: bool = True
    largest_application: int = 1 << 20
    largest_chunk: int = 8 << 20
    largest_upload: int = 64 << 20
    clock: Callable[[], float] = time.time  # Unix seconds
