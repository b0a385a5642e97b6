"""Every way in which things go wrong, by code.

Inside a thread a fault is an exception (`KioskError`); between threads it is a value (`Fault`).
Each code has, in `assets/texts`, words for the citizen (what to do now), the attendant and the
technician, in every language. A fault never carries personal data: `detail` is for technicians
and holds codes, byte counts and port names only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class FaultCode(IntEnum):
    """Families: 1xx device, 2xx platform, 3xx store, 4xx settings, 5xx content, 9xx defect."""

    # any device
    DEVICE_ABSENT = 101  # by intent: this terminal has none
    DEVICE_NOT_FOUND = 102  # the port or address does not exist, or is unplugged
    DEVICE_PORT_BUSY = 103  # another program holds the port
    DEVICE_SILENT = 104  # no answer before the deadline
    DEVICE_GARBLED = 105  # bytes that are not the protocol
    DEVICE_REFUSED = 106  # the device works and says no: self-test failed, not authorised
    DEVICE_LOST = 107  # went away while in use
    DEVICE_UNRESPONSIVE = 108  # its worker gave no sign of life
    # cards
    CARD_NOT_PRESENT = 121  # nobody laid a card before the deadline
    CARD_REMOVED = 122  # pulled before the read ended
    CARD_WRONG_KIND = 123  # not a resident ID card
    CARD_UNREADABLE = 124  # reader and card could not agree
    CARD_LAYOUT_UNSUPPORTED = 125  # a valid card of a kind that is not read yet
    CARD_CONTENT = 126  # read well, but the fields make no sense
    # cameras
    CAMERA_NO_PICTURE = 141  # open, but no frame arrives
    CAMERA_FROZEN = 142  # frames arrive, but the picture no longer changes
    # printers
    PAPER_OUT = 161
    PAPER_LOW = 162
    COVER_OPEN = 163
    PRINTER_OFFLINE = 164
    PRINTER_ERROR = 165  # cutter, head, over-temperature
    PRINT_UNCERTAIN = 166  # bytes left, and nothing proves what came out
    CHARACTER_NOT_PRINTABLE = 167  # refused before a byte left
    PRINTER_QUARANTINED = 168  # old data may still be in the printer
    # platform
    PLATFORM_UNREACHABLE = 201
    PLATFORM_OUTCOME_UNKNOWN = 202
    PLATFORM_BUSY = 203
    PLATFORM_REFUSED = 204
    PLATFORM_DENIED = 205  # our key or terminal is not accepted
    PLATFORM_CLOCK = 206
    PLATFORM_KEY_REUSED = 207
    PLATFORM_CONTRACT = 208  # an answer that is not of the contract
    PLATFORM_MATERIALS_MISSING = 209
    # store
    STORE_FULL = 301
    STORE_DAMAGED = 302
    STORE_LOCKED = 303
    STORE_KEY = 304
    STORE_FAILED = 305
    STORE_SILENT = 306  # the disk has not said whether it is kept
    # settings
    SETTINGS_INVALID = 401
    SETTINGS_SECRETS_OPEN = 402
    SETTINGS_DRIVER_MISSING = 403
    INSTALLATION_MIXED = 404  # another distribution owns `drivers` or `screens`
    # content
    CATALOGUE_DAMAGED = 501
    ID_NUMBER_WRONG = 502
    CARD_EXPIRED = 503
    APPLICANT_TOO_YOUNG = 504
    # ourselves
    DEFECT = 901


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault as a value. `about` names the part (a device role, "platform", "outbox")."""

    code: FaultCode
    about: str = ""
    detail: str = ""

    def __str__(self) -> str:
        words = [f"{self.code.value} {self.code.name}"]
        words += [word for word in (self.about, self.detail) if word]
        return " · ".join(words)


class KioskError(Exception):
    """A fault inside one thread. The edge of the thread turns it into its `fault` value."""

    def __init__(self, code: FaultCode, about: str = "", detail: str = "") -> None:
        self.fault = Fault(code=code, about=about, detail=detail)
        super().__init__(str(self.fault))


class DeviceFault(KioskError):
    """Raised by a driver. The worker closes the device, says so, and opens it again with back-off.

    Faults of the card, paper or citizen are raised as `MediaFault`: the device stays open.
    """


class MediaFault(KioskError):
    """Raised by a driver whose device is well: card pulled, wrong card, paper out. Stays open."""


class Cancelled(Exception):
    """The job was withdrawn. Nobody waits for an answer any more; the device stays open."""
