"""Is what runs here only ours? pip lets another distribution overwrite a top-level `drivers` in
silence, so the terminal looks before it starts."""

from __future__ import annotations

from importlib.metadata import packages_distributions

from kiosk.faults import FaultCode, KioskError

OURS = "tongban-kiosk"
TOP_LEVEL = ("kiosk", "drivers", "screens")


def demand_unmixed() -> None:
    """Raises `KioskError` (INSTALLATION_MIXED) naming the other owner."""
    owners = packages_distributions()
    for package in TOP_LEVEL:
        others = {owner for owner in owners.get(package, []) if owner.lower() != OURS}
        if others:
            raise KioskError(
                FaultCode.INSTALLATION_MIXED,
                "installation",
                f"{package} also belongs to {', '.join(sorted(others))}; "
                "install the terminal in a virtual environment of its own",
            )
