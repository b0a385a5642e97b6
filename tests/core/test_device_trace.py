"""A wire tap shows traffic and never what is in it."""

from __future__ import annotations

from kiosk.devices.trace import CountingTrace, RedactingTrace


def test_counting_keeps_numbers_only() -> None:
    trace = CountingTrace()
    trace.sent(b"\xaa\xaa\xaa\x96\x69")
    trace.received(b"abc")
    trace.received(b"de")
    assert (trace.pieces_sent, trace.bytes_sent) == (1, 5)
    assert (trace.pieces_received, trace.bytes_received) == (2, 5)


def test_a_line_says_when_which_way_and_how_much_but_not_what() -> None:
    lines: list[str] = []
    times = iter([10.0, 10.25])
    trace = RedactingTrace(lines.append, lambda: next(times))
    trace.sent("张示范".encode("utf-16-le"))
    trace.received(b"11010519491231002X")
    assert lines == ["   0.0000 → 6 bytes", "   0.2500 ← 18 bytes"]


def test_a_protocol_may_describe_its_own_traffic() -> None:
    lines: list[str] = []
    trace = RedactingTrace(lines.append, lambda: 0.0, lambda data: f"status {data[0]:02x}")
    trace.received(b"\x90secret")
    assert lines == ["   0.0000 ← status 90"]
