"""The envelope: nothing opens with another key, in another place, or after one bit has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.faults import FaultCode
from kiosk.outbox import sealing
from kiosk.outbox.contract import StoreFault

KEY = bytes(range(32))


def code(failure: pytest.ExceptionInfo[StoreFault]) -> FaultCode:
    return failure.value.fault.code


@given(st.binary(max_size=500))
def test_what_was_sealed_comes_back(clear: bytes) -> None:
    assert sealing.unseal(KEY, "a", "body", sealing.seal(KEY, "a", "body", clear)) == clear


@given(st.binary(min_size=1, max_size=40), st.data())
def test_one_changed_bit_is_noticed(clear: bytes, data: st.DataObject) -> None:
    sealed = bytearray(sealing.seal(KEY, "a", "body", clear))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(StoreFault):
        sealing.unseal(KEY, "a", "body", bytes(sealed))


@pytest.mark.parametrize("length", [0, 11, 12, 27, 28])
def test_a_stump_is_noticed(length: int) -> None:
    sealed = sealing.seal(KEY, "a", "body", b"")
    with pytest.raises(StoreFault) as failure:
        sealing.unseal(KEY, "b", "body", sealed[:length])
    assert code(failure) is FaultCode.STORE_DAMAGED


@pytest.mark.parametrize(("entry", "role"), [("b", "body"), ("a", "page 00"), ("a\n", "body")])
def test_sealed_bytes_cannot_be_moved_to_another_place(entry: str, role: str) -> None:
    sealed = sealing.seal(KEY, "a", "body", b"clear")
    with pytest.raises(StoreFault):
        sealing.unseal(KEY, entry, role, sealed)


def test_the_same_words_never_look_the_same() -> None:
    assert sealing.seal(KEY, "a", "body", b"clear") != sealing.seal(KEY, "a", "body", b"clear")


def test_a_wrapped_key_opens_with_its_terminal_only() -> None:
    key = sealing.new_key()
    wrapped = sealing.wrap(KEY, "a", key)
    assert sealing.unwrap(KEY, "a", wrapped) == key
    for terminal_key, entry in ((bytes(32), "a"), (KEY, "b")):
        with pytest.raises(StoreFault) as failure:
            sealing.unwrap(terminal_key, entry, wrapped)
        assert code(failure) is FaultCode.STORE_KEY


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = sealing.KeyFile(tmp_path / "keys" / "outbox.key")
    file.create()
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert len(file.key()) == 32
    with pytest.raises(FileExistsError):
        file.create()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = sealing.KeyFile(tmp_path / "key")
    file.create()
    file.path.chmod(mode)
    with pytest.raises(StoreFault) as failure:
        file.key()
    assert code(failure) is FaultCode.STORE_KEY


def test_a_missing_or_short_key_is_refused(tmp_path: Path) -> None:
    for content in (None, b"", bytes(31), bytes(33)):
        path = tmp_path / "key"
        if content is not None:
            path.write_bytes(content)
            path.chmod(0o600)
        with pytest.raises(StoreFault) as failure:
            sealing.KeyFile(path).key()
        assert code(failure) is FaultCode.STORE_KEY


def test_the_key_may_come_from_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(StoreFault):
        sealing.SystemdCredential().key()
    (tmp_path / "outbox-key").write_bytes(KEY)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert sealing.SystemdCredential().key() == KEY
