"""What the status byte SW3 of a reply means (GA/T 467), and which fault it is here."""

from __future__ import annotations

from kiosk.faults import DeviceFault, FaultCode, KioskError, MediaFault

NO_CARD = 0x80
LINE_ERRORS = frozenset({0x10, 0x11})  # the reader itself got a bad check byte or length

_REMOVED = FaultCode.CARD_REMOVED
_UNREADABLE = FaultCode.CARD_UNREADABLE
_REFUSED = FaultCode.DEVICE_REFUSED
_GARBLED = FaultCode.DEVICE_GARBLED

_MEANINGS: dict[int, tuple[str, FaultCode]] = {
    0x10: ("reader got a bad check byte", _GARBLED),
    0x11: ("reader got a bad length", _GARBLED),
    0x21: ("command error", _REFUSED),
    0x23: ("command not permitted", _REFUSED),
    0x24: ("unrecognised error", _REFUSED),
    0x31: ("card refused the SAM", _UNREADABLE),
    0x32: ("SAM refused the card", _UNREADABLE),
    0x33: ("information check failed", _UNREADABLE),
    0x37: ("fingerprint check failed", _UNREADABLE),
    0x3F: ("information length wrong", _UNREADABLE),
    0x40: ("card type not recognised", FaultCode.CARD_WRONG_KIND),
    0x41: ("read failed", _REMOVED),
    0x47: ("no random number from the card", _UNREADABLE),
    0x60: ("SAM self-test failed", _REFUSED),
    0x66: ("SAM not authorised", _REFUSED),
    NO_CARD: ("no card", _REMOVED),
    0x81: ("select failed", _REMOVED),
    0x91: ("card has no such item", _UNREADABLE),
}

_OF_THE_CARD = {_REMOVED, _UNREADABLE, FaultCode.CARD_WRONG_KIND}


def fault_of(status: int, card_status: bytes, command: str) -> KioskError:
    """The exception for a bad status: `MediaFault` when only the card is at fault."""
    meaning, code = _MEANINGS.get(status, ("unknown status", _REFUSED))
    detail = f"{command}: status {status:02X} {meaning}"
    if any(card_status):
        detail += f", card {card_status.hex().upper()}"
    return (MediaFault if code in _OF_THE_CARD else DeviceFault)(code, detail=detail)
