"""Renders one variant of the gallery in its own process: prints the faults as JSON."""

import json
import sys
from pathlib import Path

from screens.gallery import render

if __name__ == "__main__":
    out, language, size, contrast, orientation = sys.argv[1:6]
    found = render(
        Path(out),
        language=language,
        large=size == "large",
        contrast=contrast == "contrast",
        orientation=orientation,
    )
    sys.stdout.write(json.dumps(found) + "\n")
