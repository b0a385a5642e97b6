"""What the first picture does not need is not loaded before it: a restart is waited for."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LATER = {"requests", "numpy", "cv2", "serial", "PIL", "rich", "fontTools", "drivers"}


def test_the_terminal_is_wired_without_device_libraries_http_or_tables() -> None:
    program = "import kiosk.wiring, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert LATER & set(done.stdout.split()) == set()
