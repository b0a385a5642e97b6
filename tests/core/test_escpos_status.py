"""What a receipt printer says: bytes → values, whole or in pieces, with rubbish around."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt_printer import status
from drivers.receipt_printer.status import (
    Answer,
    Automatic,
    Classifier,
    Cleared,
    Condition,
    FlowControl,
    Garbage,
    Processed,
    ProcessId,
    RealTime,
)

GOLDEN = tomllib.loads((Path(__file__).parents[1] / "golden" / "escpos.toml").read_text())

real_time = st.integers(0, 255).map(lambda b: bytes((b & 0x6C | 0x12,)))
processed = st.integers(0, 255).map(lambda b: bytes((b & 0x6F,)))
automatic = st.tuples(st.integers(0, 255), *[st.integers(0, 255)] * 3).map(
    lambda four: bytes((four[0] & 0x6C | 0x10, *(b & 0x6F for b in four[1:])))
)
tags = st.binary(min_size=4, max_size=4).map(lambda b: bytes(0x20 + x % 0x5F for x in b))
answers = st.one_of(
    real_time.map(lambda b: (b, RealTime(byte=b[0]))),
    processed.map(lambda b: (b, Processed(byte=b[0]))),
    automatic.map(lambda b: (b, Automatic(data=b))),
    tags.map(lambda t: (b"\x37\x22" + t + b"\0", ProcessId(tag=t))),
    st.just((b"\x37\x25\0", Cleared())),
)


def hex_of(case: dict[str, Any]) -> bytes:
    return bytes.fromhex(case["bytes"])


@pytest.mark.parametrize("case", GOLDEN["answer"], ids=lambda case: case["bytes"])
def test_published_answers(case: dict[str, Any]) -> None:
    (answer,) = Classifier().feed(hex_of(case))
    assert type(answer).__name__ == case["means"]
    condition = condition_of(answer, case.get("ask", 0))
    if condition is not None and "condition" in case:
        on = {name for name in Condition.__slots__ if getattr(condition, name)}
        assert on == set(case["condition"])


def condition_of(answer: Answer, ask: int) -> Condition | None:
    match answer:
        case RealTime(byte=byte):
            return status.from_real_time({ask: byte})
        case Automatic():
            return status.from_automatic(answer)
        case Processed():
            return status.from_processed(answer)
    return None


@given(st.lists(answers, max_size=12))
def test_answers_in_any_order_come_apart_again(sent: list[tuple[bytes, Answer]]) -> None:
    wire = b"".join(data for data, _ in sent)
    expected = tuple(answer for _, answer in sent)
    assert Classifier().feed(wire) == expected
    bytewise = Classifier()
    assert tuple(a for byte in wire for a in bytewise.feed(bytes((byte,)))) == expected


@given(st.lists(answers, max_size=6), st.data())
def test_flow_control_may_stand_anywhere(sent: list[tuple[bytes, Answer]], data: Any) -> None:
    wire = b"".join(piece for piece, _ in sent)
    at = data.draw(st.integers(0, len(wire)))
    heard = Classifier().feed(wire[:at] + b"\x13" + wire[at:])
    assert [a for a in heard if isinstance(a, FlowControl)] == [FlowControl(stop=True)]
    assert [a for a in heard if not isinstance(a, FlowControl)] == [a for _, a in sent]


@given(st.binary(max_size=64))
def test_any_bytes_are_taken_and_none_is_kept_for_ever(rubbish: bytes) -> None:
    classifier = Classifier()
    classifier.feed(rubbish)
    classifier.feed(b"\xff" * 8)  # ends whatever had begun
    assert classifier.feed(b"\x12") == (RealTime(byte=0x12),)


@given(st.integers(0x80, 0xFF))
def test_bytes_without_the_fixed_bits_are_no_answer(byte: int) -> None:
    assert Classifier().feed(bytes((byte,))) == (Garbage(byte=byte),)


@given(st.binary(min_size=1, max_size=32))
def test_a_confirmation_is_never_found_in_status_bytes(data: bytes) -> None:
    """Only 37h 22h and its tag confirm; rubbish without that header never does."""
    heard = Classifier().feed(data.replace(b"\x37", b""))
    assert not any(isinstance(answer, ProcessId | Cleared) for answer in heard)


def test_a_process_id_is_four_printable_bytes() -> None:
    with pytest.raises(ValueError):
        status.ask_process_id(b"\x00abc")


def test_faults_are_said_in_order_of_what_to_do_first() -> None:
    everything = Condition(
        offline=True, cover_open=True, paper_low=True, paper_out=True, error=True
    )
    assert everything.fault_code is not None
    assert everything.fault_code.name == "COVER_OPEN"
    assert Condition(paper_low=True).usable
    assert Condition().fault_code is None
