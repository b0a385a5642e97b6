"""Settings in layers: the later file wins, every value knows its file, nothing unknown passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import paths
from kiosk.faults import FaultCode
from kiosk.settings.load import ROLES, SettingsFault, load, shown


def write(folder: Path, name: str, toml: str, mode: int = 0o600) -> Path:
    path = folder / name
    path.write_text(toml, encoding="utf-8")
    path.chmod(mode)
    return path


def problem(folder: Path) -> str:
    with pytest.raises(SettingsFault) as caught:
        load(folder)
    assert caught.value.fault.code is FaultCode.SETTINGS_INVALID
    return caught.value.fault.detail


# --- layers --------------------------------------------------------------------------------------


def test_the_later_layer_wins_value_by_value(tmp_path: Path):
    write(tmp_path, "site.toml", '[timing]\nreading = 150.0\n[terminal]\nname = "3 号机"\n')
    write(tmp_path, "secrets.toml", '[platform]\nurl = "https://platform.example/"\n')
    settings = load(tmp_path, overrides={"timing": {"warning": 45.0}}).settings
    assert settings.timing.question == 90.0, "shipped"
    assert settings.timing.reading == 150.0
    assert settings.timing.warning == 45.0
    assert settings.terminal.name == "3 号机"
    assert settings.platform.url == "https://platform.example/"


def test_the_command_has_the_last_word(tmp_path: Path):
    write(tmp_path, "site.toml", "[timing]\nreading = 150.0\n")
    write(tmp_path, "secrets.toml", "[timing]\nreading = 160.0\n")
    assert load(tmp_path).settings.timing.reading == 160.0
    assert load(tmp_path, overrides={"timing": {"reading": 170.0}}).settings.timing.reading == 170.0


def test_every_value_knows_where_it_came_from(tmp_path: Path):
    write(tmp_path, "site.toml", '[timing]\nreading = 150.0\n[terminal]\nid = "X-1"\n')
    loaded = load(tmp_path, overrides={"timing": {"warning": 45.0}})
    origins = {key: origin for key, _, origin in shown(loaded)}
    assert origins["timing.question"] == "defaults.toml"
    assert origins["timing.reading"] == "site.toml"
    assert origins["timing.warning"] == "command"
    assert origins["terminal.id"] == "site.toml"
    assert origins["screen.width"] == "default"


def test_what_is_shown_is_what_is_in_force(tmp_path: Path):
    write(tmp_path, "site.toml", '[devices.id_reader]\ndriver = "gat1012"\n')
    rows = {key: (value, origin) for key, value, origin in shown(load(tmp_path))}
    assert rows["devices.id_reader.driver"] == ("gat1012", "site.toml")
    assert rows["screen.width"] == (1080, "default")


def test_a_folder_without_settings_is_refused_and_shown_an_example(tmp_path: Path):
    said = problem(tmp_path)
    assert "site.toml" in said
    assert "example.toml" in said


def test_a_command_alone_is_enough(tmp_path: Path):
    assert load(tmp_path, overrides={"terminal": {"id": "X-1"}}).settings.terminal.id == "X-1"


def test_the_shipped_settings_alone_are_enough_for_a_command():
    settings = load(paths.CONFIG, overrides={}).settings
    assert settings.timing.question == 90.0
    assert settings.devices == {}


def test_the_example_of_a_site_loads(tmp_path: Path):
    example = paths.CONFIG / "sites" / "example.toml"
    write(tmp_path, "site.toml", example.read_text(encoding="utf-8"))
    settings = load(tmp_path).settings
    assert set(settings.devices) == set(ROLES)


# --- refusals ------------------------------------------------------------------------------------


def test_an_unknown_key_is_refused_with_the_nearest_name(tmp_path: Path):
    write(tmp_path, "site.toml", "[timing]\nquestoin = 90.0\n")
    said = problem(tmp_path)
    assert "site.toml" in said
    assert "timing.questoin" in said
    assert "did you mean question?" in said


def test_an_unknown_table_is_refused_with_the_nearest_name(tmp_path: Path):
    write(tmp_path, "site.toml", '[terminals]\nid = "X"\n')
    assert "did you mean terminal?" in problem(tmp_path)


def test_a_key_like_no_other_is_answered_with_all_that_there_are(tmp_path: Path):
    write(tmp_path, "site.toml", "[timing]\nzzz = 1\n")
    assert "known: question, reading, result, warning" in problem(tmp_path)


@pytest.mark.parametrize(
    ("toml", "path", "wanted"),
    [
        ('[timing]\nquestion = "long"\n', "timing.question", "float"),
        ("[terminal]\nid = 3\n", "terminal.id", "str"),
        ("timing = 3\n", "timing", "table"),
        ("[screen]\nlanguages = [1]\n", "screen.languages", "str"),
        ('[devices.id_reader]\ndriver = ["a"]\n', "devices", "str"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_by_path(
    tmp_path: Path, toml: str, path: str, wanted: str
):
    write(tmp_path, "site.toml", toml)
    said = problem(tmp_path)
    assert path in said
    assert wanted in said


def test_the_refusal_does_not_repeat_the_value(tmp_path: Path):
    write(tmp_path, "site.toml", '[timing]\nquestion = "11010519491231002X"\n')
    assert "11010519491231002X" not in problem(tmp_path)


def test_broken_toml_names_its_file(tmp_path: Path):
    write(tmp_path, "site.toml", "[timing\n")
    assert problem(tmp_path).startswith("site.toml:")


# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777])
def test_secrets_that_others_can_read_are_refused(tmp_path: Path, mode: int):
    write(tmp_path, "site.toml", "")
    write(tmp_path, "secrets.toml", '[platform]\nurl = "https://platform.example/"\n', mode)
    with pytest.raises(SettingsFault) as caught:
        load(tmp_path)
    assert caught.value.fault.code is FaultCode.SETTINGS_SECRETS_OPEN
    assert f"{mode:04o}" in caught.value.fault.detail
    assert "chmod 600 secrets.toml" in caught.value.fault.detail


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_secrets_of_the_owner_alone_are_read(tmp_path: Path, mode: int):
    write(tmp_path, "secrets.toml", '[platform]\nurl = "https://platform.example/"\n', mode)
    loaded = load(tmp_path)
    assert loaded.origins["platform.url"] == "secrets.toml"


# --- devices -------------------------------------------------------------------------------------


def test_a_device_is_set_by_its_role_and_its_settings_are_the_drivers_own(tmp_path: Path):
    write(
        tmp_path,
        "site.toml",
        '[devices.receipt_printer]\ndriver = "escpos"\n'
        '[devices.receipt_printer.settings]\nport = "tcp://127.0.0.1:9100"\nanything = 1\n',
    )
    section = load(tmp_path).settings.devices["receipt_printer"]
    assert section.driver == "escpos"
    assert section.settings == {"port": "tcp://127.0.0.1:9100", "anything": 1}


def test_an_unknown_role_is_refused_with_the_nearest_name(tmp_path: Path):
    write(tmp_path, "site.toml", '[devices.recipt_printer]\ndriver = "escpos"\n')
    assert "did you mean receipt_printer?" in problem(tmp_path)


def test_an_unknown_key_of_a_device_is_refused(tmp_path: Path):
    write(tmp_path, "site.toml", '[devices.id_reader]\ndrivr = "gat1012"\n')
    said = problem(tmp_path)
    assert "devices.id_reader.drivr" in said
    assert "did you mean driver?" in said


def test_devices_that_are_no_tables_are_refused(tmp_path: Path):
    write(tmp_path, "site.toml", "devices = 3\n")
    assert "devices" in problem(tmp_path)


def test_a_terminal_without_devices_has_none_by_intent(tmp_path: Path):
    write(tmp_path, "site.toml", "")
    assert load(tmp_path).settings.devices == {}
