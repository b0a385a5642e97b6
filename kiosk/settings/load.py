"""Reads settings in layers, keeps where each value came from, refuses what it does not know."""

from __future__ import annotations

import difflib
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from kiosk.faults import FaultCode, KioskError
from kiosk.paths import CONFIG, TEXTS
from kiosk.settings.schema import DeviceSection, Section, Settings

DEFAULTS = "defaults.toml"
SITE = "site.toml"
SECRETS = "secrets.toml"
ROLES = ("id_reader", "tray_camera", "receipt_printer")

Table = dict[str, Any]


class SettingsFault(KioskError):
    """The terminal does not start; the message names the file, the key, and the nearest name."""

    def __init__(self, problem: str, code: FaultCode = FaultCode.SETTINGS_INVALID) -> None:
        super().__init__(code, "settings", problem)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`origins` maps a dotted key to the file that set it; what is not there is a default."""

    settings: Settings
    origins: Mapping[str, str]


def load(folder: Path, *, overrides: Mapping[str, Any] | None = None) -> Loaded:
    """Layers: the shipped defaults.toml, `folder`'s site.toml and secrets.toml, then `overrides`
    (of the command). Raises `SettingsFault`.
    """
    layers: list[tuple[str, Table]] = [(DEFAULTS, _read(CONFIG / DEFAULTS))]
    for name in (SITE, SECRETS):
        path = folder / name
        if path.exists():
            if name == SECRETS:
                _demand_private(path)
            layers.append((name, _read(path)))
    if len(layers) == 1 and overrides is None:
        raise SettingsFault(f"no {SITE} in {folder}; an example lies in config/sites/example.toml")
    if overrides is not None:
        layers.append(("command", dict(overrides)))
    merged: Table = {}
    origins: dict[str, str] = {}
    for name, table in layers:
        _demand_known(table, Settings, name)
        _merge(merged, table, name, origins)
    try:
        settings = msgspec.convert(merged, Settings)
    except msgspec.ValidationError as problem:
        raise SettingsFault(str(problem)) from None
    _demand_known_names(settings)
    return Loaded(settings, origins)


def demand_complete(settings: Settings) -> None:
    """What a terminal cannot do without and no default can know. Raises `SettingsFault`."""
    if not settings.terminal.region:
        raise SettingsFault(
            "terminal.region is empty; write the six digits (GB/T 2260) of the terminal's place"
        )
    url = urlsplit(settings.platform.url)
    if url.scheme not in ("http", "https") or not url.hostname or url.query:
        raise SettingsFault(
            "platform.url must be the address of the platform, like https://platform.example/"
        )


def _read(path: Path) -> Table:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as problem:
        raise SettingsFault(f"{path.name}: {problem}") from None
    except OSError as problem:
        raise SettingsFault(f"{path.name}: {problem.strerror}") from None


def _demand_private(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SettingsFault(
            f"{path.name} can be read by others (mode {mode:04o}); do: chmod 600 {path.name}",
            FaultCode.SETTINGS_SECRETS_OPEN,
        )


def _demand_known(table: Table, section: type[Section], file: str, prefix: str = "") -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(section)}
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if key not in fields:
            raise SettingsFault(f"{file}: unknown key {dotted}{_hint(key, fields)}")
        inner = fields[key]
        if section is Settings and key == "devices":
            _demand_roles(value, file)
        elif isinstance(inner, type) and issubclass(inner, Section):
            if not isinstance(value, dict):
                raise SettingsFault(f"{file}: {dotted} must be a table, [{dotted}]")
            _demand_known(cast("Table", value), inner, file, f"{dotted}.")


def _demand_known_names(settings: Settings) -> None:
    """Names that types cannot check."""
    timezone = settings.terminal.timezone
    try:
        ZoneInfo(timezone)
    except (LookupError, ValueError, OSError):  # unknown, an absolute path, a folder of zones
        hint = _hint(timezone, available_timezones(), "Asia/Shanghai")
        raise SettingsFault(f"terminal.timezone: no such zone{hint}") from None
    spoken = sorted(path.stem for path in TEXTS.glob("*.toml"))
    for language in settings.screen.languages:
        if language not in spoken:
            raise SettingsFault(f"screen.languages: no {language}{_hint(language, spoken)}")


def _demand_roles(devices: Any, file: str) -> None:
    if not isinstance(devices, dict):
        raise SettingsFault(f"{file}: devices must be tables, one for each role")
    for role, table in cast("Table", devices).items():
        if role not in ROLES:
            raise SettingsFault(f"{file}: unknown device role {role}{_hint(role, ROLES)}")
        if isinstance(table, dict):
            _demand_known(cast("Table", table), DeviceSection, file, f"devices.{role}.")


def _hint(key: str, known: Any, instead: str = "") -> str:
    """The nearest name, else `instead`, else all that there are."""
    nearest = difflib.get_close_matches(key, list(known), n=1)
    if nearest:
        return f"; did you mean {nearest[0]}?"
    return f"; for example {instead}" if instead else f"; known: {', '.join(known)}"


def _merge(
    into: Table, table: Mapping[str, Any], origin: str, origins: dict[str, str], prefix: str = ""
) -> None:
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, dict):
            inner = into.setdefault(key, {})
            _merge(inner, cast("Table", value), origin, origins, f"{dotted}.")
        else:
            into[key] = value
            origins[dotted] = origin


def shown(loaded: Loaded) -> list[tuple[str, object, str]]:
    """Every setting in force: dotted key, value, origin ("default" when no file sets it)."""
    rows: list[tuple[str, object, str]] = []

    def walk(table: Mapping[str, Any], prefix: str) -> None:
        for key, value in table.items():
            dotted = f"{prefix}{key}"
            if isinstance(value, dict) and value:
                walk(cast("Table", value), f"{dotted}.")
            else:
                shown_value = cast("object", value)
                rows.append((dotted, shown_value, loaded.origins.get(dotted, "default")))

    walk(cast("Table", msgspec.to_builtins(loaded.settings)), "")
    return rows
