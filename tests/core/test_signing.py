"""SM2 and SM3 against the published examples and an independent implementation."""

from __future__ import annotations

import base64
from pathlib import Path

import gmalg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.faults import FaultCode, KioskError
from kiosk.platform import signing

USER_ID = b"1234567812345678"

# GB/T 32918.5-2017, annex A.2: key, message, signature
PRIVATE = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
PUBLIC = (
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def oracle(public: str, private: str | None = None) -> gmalg.SM2:
    secret = bytes.fromhex(private) if private else None
    return gmalg.SM2(secret, uid=USER_ID, pk=bytes.fromhex(public))


def test_sm3_of_the_published_examples() -> None:
    """GB/T 32905-2016, annex A."""
    assert signing.sm3(b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert signing.sm3(b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@given(st.binary(max_size=300))
def test_sm3_agrees_with_the_oracle(data: bytes) -> None:
    independent = gmalg.SM3()
    independent.update(data)
    assert signing.sm3(data) == independent.value()


def test_the_published_signature_is_good_and_an_altered_one_is_not() -> None:
    assert signing.verify(PUBLIC, b"message digest", SIGNATURE)
    assert not signing.verify(PUBLIC, b"message digesT", SIGNATURE)
    for position in (0, 31, 32, 63):
        altered = bytearray(SIGNATURE)
        altered[position] ^= 1
        assert not signing.verify(PUBLIC, b"message digest", bytes(altered))


@pytest.mark.parametrize("signature", [b"", b"x" * 63, bytes(64), b"\xff" * 64])
def test_what_is_no_signature_is_not_good(signature: bytes) -> None:
    assert not signing.verify(PUBLIC, b"message digest", signature)
    assert not signing.verify("04" + "11" * 64, b"message digest", SIGNATURE)


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=200))
def test_the_oracle_takes_our_signatures_and_we_take_its(data: bytes) -> None:
    key = signing.SigningKey(PRIVATE, PUBLIC)
    signature = key.sign(data)
    assert oracle(PUBLIC).verify(data, signature[:32], signature[32:])
    r, s = oracle(PUBLIC, PRIVATE).sign(data)
    assert signing.verify(PUBLIC, data, r.rjust(32, b"\0") + s.rjust(32, b"\0"))


def test_two_signatures_of_the_same_bytes_differ() -> None:
    """The nonce of SM2 is fresh each time: a repeated one gives the key away."""
    key = signing.SigningKey(PRIVATE, PUBLIC)
    assert len({key.sign(b"same")[:32] for _ in range(50)}) == 50


def test_a_key_is_saved_for_its_owner_only_and_loaded(tmp_path: Path) -> None:
    key, path = signing.SigningKey.generate(), tmp_path / "keys" / "terminal.key"
    key.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    loaded = signing.SigningKey.load(path)
    assert loaded.public == key.public and len(key.public) == 130
    assert signing.verify(key.public, b"x", loaded.sign(b"x"))
    with pytest.raises(FileExistsError):
        key.save(path)


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"private": "zz", "public": "04"}', '{"private": 1}']
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KioskError) as failure:
        signing.SigningKey.load(path)
    assert failure.value.fault.code is FaultCode.STORE_KEY


def test_a_key_file_open_to_others_or_gone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(KioskError):
        signing.SigningKey.load(path)
    signing.SigningKey.generate().save(path)
    path.chmod(0o644)
    with pytest.raises(KioskError) as failure:
        signing.SigningKey.load(path)
    assert failure.value.fault.code is FaultCode.STORE_KEY


def test_two_halves_of_different_pairs_are_refused() -> None:
    with pytest.raises(KioskError):
        signing.SigningKey(PRIVATE, signing.SigningKey.generate().public)


def test_a_request_is_signed_as_the_contract_says() -> None:
    signer = signing.RequestSigner(terminal_id="HM-01", key=signing.SigningKey(PRIVATE, PUBLIC))
    headers = signer.sign_request(
        "PUT", "/v1/applications/1?x=y", b"abc", 1_772_415_000_123, "0f" * 16
    )
    digest = "sm3=66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert headers["X-Terminal-Id"] == "HM-01"
    assert headers["X-Timestamp"] == "1772415000123"
    assert headers["X-Nonce"] == "0f" * 16
    assert headers["X-Content-Digest"] == digest
    text = f"PUT\n/v1/applications/1?x=y\n1772415000123\n{'0f' * 16}\n{digest}".encode()
    signature = base64.b64decode(headers["X-Signature"])
    assert oracle(PUBLIC).verify(text, signature[:32], signature[32:])


def test_nothing_shows_the_private_key() -> None:
    key = signing.SigningKey(PRIVATE, PUBLIC)
    signer = signing.RequestSigner(terminal_id="HM-01", key=key)
    assert PRIVATE not in f"{key!r} {signer!r} {key!s}"


def test_the_terminal_can_examine_itself() -> None:
    assert signing.vectors_hold()
