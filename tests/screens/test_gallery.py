"""Every screen in every preview state, measured: nothing cut, overlapping, too small or boxed."""

import json
from itertools import product
from pathlib import Path

import pytest

from tests.screens.in_window import run

VARIANTS = list(product(("zh_CN", "en"), ("standard", "large"), ("portrait", "landscape")))


@pytest.mark.parametrize(("language", "size", "orientation"), VARIANTS)
def test_no_structural_faults(language: str, size: str, orientation: str, tmp_path: Path) -> None:
    out = tmp_path / "gallery"
    contrast = "contrast" if size == "large" else "light"
    done = run(
        "tests.screens.gallery_run",
        *(str(out), language, size, contrast, orientation),
        home=tmp_path / "kivy",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
    pictures = list(out.glob("*.png"))
    assert len(pictures) >= 30
    assert all(picture.stat().st_size > 5000 for picture in pictures)
    assert (out / "index.html").is_file()
