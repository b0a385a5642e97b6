"""Numbers, signatures and masks of the sandbox, held against published values."""

from __future__ import annotations

import secrets

import gmalg
import pytest
from gmssl_fast import SM2
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sandbox.numbers import id_number_is_valid, mask_name, mask_number, platform_number
from kiosk.sandbox.sm2 import G, N, PublicKey

USER_ID = b"1234567812345678"


def test_the_published_example_number_is_valid_and_its_neighbours_are_not() -> None:
    assert id_number_is_valid("11010519491231002X")
    for wrong in ("110105194912310021", "11010519491231002x", "11010519491231003X", "X" * 18, ""):
        assert not id_number_is_valid(wrong)


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, change: int) -> None:
    (number,) = [digits + last for last in "0123456789X" if id_number_is_valid(digits + last)]
    digit = (int(digits[place]) + change) % 10
    assert not id_number_is_valid(number[:place] + str(digit) + number[place + 1 :])


def test_case_numbers_are_unlike_their_neighbours() -> None:
    numbers = [platform_number("2026-11-22", serial) for serial in range(1, 3000)]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("PT20261122") and len(number) == 17 for number in numbers)
    assert numbers[0] == "PT202611220000018"
    bodies = {number[:-1]: number[-1] for number in numbers}
    swapped = "PT20261122000021"  # …000012 with two digits changed over
    assert bodies["PT20261122000012"] != bodies[swapped]


def test_masks_keep_what_a_desk_may_show() -> None:
    assert mask_name("张示范") == "张**"
    assert mask_name("张") == "*"
    assert mask_number("11010519491231002X") == "1101**********002X"
    assert mask_number("12345678") == "********"


def test_the_signature_of_the_standard() -> None:
    """GB/T 32918.5-2017, annex A: key, message, r and s."""
    public = (
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    signature = bytes.fromhex(
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    key = PublicKey(public)
    assert key.verify(b"message digest", signature)
    assert not key.verify(b"message digesT", signature)


def test_two_other_libraries_sign_and_this_one_checks() -> None:
    fast = SM2.generate()
    secret, public = gmalg.SM2().generate_keypair()
    pure = gmalg.SM2(sk=secret, uid=USER_ID, pk=public)
    for key, sign in (
        (PublicKey(str(fast.public_key_hex)), fast.sign),
        (
            PublicKey(public.hex()),
            lambda text: b"".join(part.rjust(32, b"\0") for part in pure.sign(text)),
        ),
    ):
        for _ in range(20):
            message = secrets.token_bytes(secrets.randbelow(200))
            signature = sign(message)
            assert key.verify(message, signature)
            flipped = bytearray(signature)
            flipped[secrets.randbelow(64)] ^= 1 << secrets.randbelow(8)
            assert not key.verify(message, bytes(flipped))
            assert not key.verify(message + b"\0", signature)


@pytest.mark.parametrize(
    "signature",
    [b"", bytes(64), b"\xff" * 64, N.to_bytes(32) * 2, bytes(31) + b"\1" + (N - 1).to_bytes(32)],
)
def test_values_out_of_range_are_no_signatures(signature: bytes) -> None:
    base = PublicKey(f"04{G[0]:064x}{G[1]:064x}")
    assert not base.verify(b"", signature)


@pytest.mark.parametrize("text", ["", "zz", "04" + "00" * 64, "04" + "11" * 64, "02" + "11" * 32])
def test_points_off_the_curve_are_no_keys(text: str) -> None:
    with pytest.raises(ValueError, match=r"point|hexadecimal"):
        PublicKey(text)
