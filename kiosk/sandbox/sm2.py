"""Checking SM2 signatures (GB/T 32918.2-2016, curve of GB/T 32918.5-2017): public data only.

A checker of our own, so that the terminal's crypto library is held by a second implementation.
Nothing here is secret, so nothing has to take constant time: tables of multiples of the base
point (made once) and of the terminal's public key (once a terminal) turn a check into 96
additions, a quarter of the time that a library without them takes.
"""

from __future__ import annotations

import functools
import hashlib

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
USER_ID = b"1234567812345678"

Point = tuple[int, int]
Jacobian = tuple[int, int, int]  # x = X/Z², y = Y/Z³; Z = 0 is the point at infinity
Table = list[list[Point]]  # [window][value of the window - 1]

_INFINITY: Jacobian = (1, 1, 0)


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if not z or not y:
        return _INFINITY
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P  # a = -3
    x3 = (alpha * alpha - 8 * beta) % P
    return (
        x3,
        (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P,
        2 * y * z % P,
    )


def _add(point: Jacobian, other: Point) -> Jacobian:
    x1, y1, z1 = point
    x2, y2 = other
    if not z1:
        return (x2, y2, 1)
    z1z1 = z1 * z1 % P
    h = (x2 * z1z1 - x1) % P
    r = (y2 * z1 * z1z1 - y1) % P
    if not h:
        return _double(point) if not r else _INFINITY
    hh = h * h % P
    hhh = h * hh % P
    v = x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return (x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P)


def _affine(points: list[Jacobian]) -> list[Point]:
    """All at once with one inversion (Montgomery's trick); none may be at infinity."""
    running: list[int] = []
    product = 1
    for _, _, z in points:
        running.append(product)
        product = product * z % P
    inverse = pow(product, -1, P)
    result: list[Point] = []
    for (x, y, z), before in zip(reversed(points), reversed(running), strict=True):
        one = inverse * before % P
        inverse = inverse * z % P
        square = one * one % P
        result.append((x * square % P, y * square * one % P))
    result.reverse()
    return result


def _table(base: Point, bits: int) -> Table:
    """Multiples 1…2^bits - 1 of base·2^(bits·i): a scalar becomes one addition a window."""
    table: Table = []
    for _ in range(256 // bits):
        row: list[Jacobian] = [(base[0], base[1], 1)]
        for _ in range((1 << bits) - 1):
            row.append(_add(row[-1], base))
        *row_points, base = _affine(row)
        table.append(row_points)
    return table


def _multiply(table: Table, bits: int, scalar: int, start: Jacobian) -> Jacobian:
    """start + scalar·base."""
    mask = (1 << bits) - 1
    for row in table:
        window = scalar & mask
        if window:
            start = _add(start, row[window - 1])
        scalar >>= bits
    return start


@functools.cache
def _base_table() -> Table:
    return _table(G, 8)


def _sm3(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


class PublicKey:
    """A point of the curve, given as `04` + X + Y in 130 hex digits. Raises `ValueError`."""

    def __init__(self, text: str) -> None:
        raw = bytes.fromhex(text)
        if len(raw) != 65 or raw[0] != 4:
            raise ValueError("not an uncompressed point")
        x, y = int.from_bytes(raw[1:33]), int.from_bytes(raw[33:])
        if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
            raise ValueError("not a point of the curve")
        self._table = _table((x, y), 4)
        head = (len(USER_ID) * 8).to_bytes(2) + USER_ID
        curve = b"".join(each.to_bytes(32) for each in (A, B, *G))
        self._z = _sm3(head + curve + raw[1:])  # section 5.5: who signs, on which curve

    def verify(self, message: bytes, signature: bytes) -> bool:
        """`signature` is r‖s, 64 bytes (section 7.1)."""
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        t = (r + s) % N
        if not (0 < r < N and 0 < s < N and t):
            return False
        point = _multiply(_base_table(), 8, s, _INFINITY)
        point = _multiply(self._table, 4, t, point)
        if not point[2]:
            return False
        e = int.from_bytes(_sm3(self._z + message))
        return (e + _affine([point])[0][0]) % N == r
