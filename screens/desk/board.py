"""What stands on the desk, as a function of what the simulators and the sandbox say of themselves.

No widget here: a `Panel` for each device, with its state in words and the levers that it offers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

CUT_AFTER = 2000  # bytes of the next receipt: in the middle of its picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One button. `words` are shown as they are, else text id `desk.lever.<id>`; `lit`: in force.

    `request` goes to the simulators; `knob` to the sandbox, None there clears all knobs.
    """

    id: str
    words: str = ""
    lit: bool = False
    request: Json | None = None
    knob: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """`kind` names icon and heading, `desk.device.<kind>`; `states` are `desk.state.<id>`."""

    kind: str
    device: str
    states: tuple[tuple[str, str], ...]  # (text id suffix, tone)
    levers: tuple[Lever, ...]
    columns: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """A synthetic citizen: the file's name and the name on the card."""

    key: str
    name: str = field(repr=False)


def citizens(folder: Path) -> tuple[Citizen, ...]:
    """The synthetic citizens, by file name."""
    found: list[Citizen] = []
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as file:
            card = tomllib.load(file).get("card", {})
        found.append(Citizen(key=path.stem, name=str(card.get("name", path.stem))))
    return tuple(found)


def panels(devices: Mapping[str, Json], people: Sequence[Citizen]) -> tuple[Panel, ...]:
    """One panel for each device that has levers of a known kind."""
    made: list[Panel] = []
    for name, device in devices.items():
        levers = device.get("levers", {})
        if "lay" in levers:
            made.append(_reader(name, device, people))
        elif "page" in levers:
            made.append(_camera(name, device))
        elif "paper" in levers:
            made.append(_printer(name, device))
    return tuple(made)


def _armed(device: Json, fault: str) -> bool:
    armed = device.get("armed", {})
    return fault in armed.get("next", {}) or fault in armed.get("always", [])


def _plug(name: str, plugged: bool) -> Lever:
    do = "unplug" if plugged else "plug"
    return Lever(id=do, lit=not plugged, request={"device": name, "do": do})


def _reader(name: str, device: Json, people: Sequence[Citizen]) -> Panel:
    state = device.get("state", {})
    plugged, laid = bool(state.get("plugged", True)), bool(state.get("card_laid"))
    levers = [
        Lever(
            id=f"lay:{person.key}",
            words=person.name,
            request={"device": name, "do": "lay", "person": person.key},
        )
        for person in people
    ]
    pull = {"device": name, "do": "fail_next", "fault": "pull_during_read"}
    levers += [
        Lever(id="remove", request={"device": name, "do": "remove"}),
        Lever(id="pull", lit=_armed(device, "pull_during_read"), request=pull),
        _plug(name, plugged),
    ]
    states = _plugged(plugged)
    if plugged:
        states = (("card_laid", "good"),) if laid else (("no_card", "second"),)
    return Panel(kind="id_reader", device=name, states=states, levers=tuple(levers))


def _camera(name: str, device: Json) -> Panel:
    state = device.get("state", {})
    plugged = bool(state.get("plugged", True))
    levers = [
        Lever(
            id=f"page:{page}",
            lit=page == state.get("page"),
            request={"device": name, "do": "page", "name": page},
        )
        for page in state.get("pages", ())
    ]
    toggles = {"freeze": "frozen", "stall": "stalled", "dark": "dark", "glare": "glare"}
    for do, key in toggles.items():
        on = bool(state.get(key))
        levers.append(Lever(id=do, lit=on, request={"device": name, "do": do, "on": not on}))
    levers.append(_plug(name, plugged))
    troubles = tuple((key, "warn") for key in toggles.values() if state.get(key))
    states = troubles or (("picture", "good"),)
    return Panel(
        kind="camera",
        device=name,
        states=states if plugged else _plugged(False),
        levers=tuple(levers),
    )


def _printer(name: str, device: Json) -> Panel:
    state = device.get("state", {})
    paper = str(state.get("paper", "full"))
    cover, muted = bool(state.get("cover_open")), bool(state.get("muted"))
    jammed = bool(state.get("jammed"))

    def lever(id: str, lit: bool, **request: Any) -> Lever:  # noqa: A002
        return Lever(id=id, lit=lit, request={"device": name, **request})

    levers = (
        *(
            lever(f"paper:{level}", level == paper, do="paper", level=level)
            for level in ("full", "low", "out")
        ),
        lever("cover", cover, do="cover", open=not cover),
        lever("jam", jammed, do="jam", jammed=not jammed),
        lever("mute", muted, do="mute", muted=not muted),
        lever("cut", False, do="cut_at_byte", n=CUT_AFTER),
        lever("power_cycle", False, do="power_cycle"),
        lever("take_slips", False, do="take_slips"),
    )
    troubles = (("cover_open", cover), ("jammed", jammed), ("mute", muted))
    states = ((f"paper_{paper}", "good" if paper == "full" else "warn"),)
    states += tuple((word, "warn") for word, on in troubles if on)
    return Panel(kind="printer", device=name, states=states, levers=levers)


def _plugged(plugged: bool) -> tuple[tuple[str, str], ...]:
    return () if plugged else (("unplugged", "bad"),)


APPLICATIONS = r"^PUT /v1/applications"
KNOBS: Mapping[str, Json] = {
    "network_down": {"fault": "reset_before", "count": 0, "path": ""},
    "answer_lost": {"fault": "reset_after_storing", "count": 1, "path": APPLICATIONS},
    "network_slow": {"fault": "slow", "count": 0, "path": "", "seconds": 4},
    "maintenance": {"fault": "maintenance", "count": 0, "path": ""},
    "refuse": {"fault": "refuse", "count": 1, "path": APPLICATIONS},
}


def platform(knobs: Sequence[Json] | None) -> Panel:
    """The sandbox's panel; `knobs` None: it does not answer."""
    set_now = {str(knob.get("fault")) for knob in knobs or ()}
    levers = [Lever(id="network_up", lit=knobs is not None and not set_now)]
    levers += [
        Lever(id=name, knob=knob, lit=knob["fault"] in set_now) for name, knob in KNOBS.items()
    ]
    lit = tuple((lever.id, "warn") for lever in levers[1:] if lever.lit)
    states = lit or (("online", "good"),)
    return Panel(
        kind="platform",
        device="",
        states=states if knobs is not None else (("no_answer", "bad"),),
        levers=tuple(levers),
    )
