"""`kiosk bench`: one JSON document, figures that can be."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from kiosk.cli.app import app
from kiosk.cli.measures import MEASURES
from kiosk.cli.measures.figures import percentile


def bench(*words: str) -> dict[str, dict[str, float]]:
    result = CliRunner().invoke(app, ["bench", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_keeping_an_application_is_measured_against_plain_files() -> None:
    (found,) = bench("keep").values()
    assert found["applications"] >= 5
    assert found["megabytes_each"] == 1.5
    assert 0 < found["keep_p50_ms"] <= found["keep_p95_ms"] < 5000
    assert 0 < found["claim_and_settle_p50_ms"] <= found["claim_and_settle_p95_ms"] < 5000
    assert found["plain_files_p50_ms"] > 0
    assert found["keep_to_plain"] < 50


def test_a_card_costs_hardly_more_than_its_bytes_on_the_line() -> None:
    (found,) = bench("card").values()
    for baud in (115200, 9600):
        seconds, wire = found[f"at_{baud}_s"], found[f"at_{baud}_wire_s"]
        assert wire * 0.98 < seconds < wire + 0.5
        assert found[f"at_{baud}_overhead_percent"] > -2
    # text, photo and frames of a reading: about 1300 bytes of ten bits
    assert 1300 * 10 / 9600 < found["at_9600_wire_s"] < 1400 * 10 / 9600


def test_the_table_names_every_figure() -> None:
    result = CliRunner().invoke(app, ["bench", "keep"])
    assert result.exit_code == 0
    assert "keep_to_plain" in result.stdout


def test_an_unknown_measure_is_wrong_use() -> None:
    result = CliRunner().invoke(app, ["bench", "speed"])
    assert result.exit_code == 2


def test_there_are_the_five_measures() -> None:
    assert list(MEASURES) == ["start", "screens", "card", "keep", "sandbox"]


def test_percentiles_are_nearest_ranks() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.95) == 95
    assert percentile([7.0], 0.99) == 7
