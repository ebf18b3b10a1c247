"""What was typed counts before settings, settings before the data folder."""

from pathlib import Path

import pytest

from services.importers.target import Target, TargetError, resolve


def test_defaults_read_the_key_of_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "operator.key").write_text("kept\n")
    found = resolve(environment={"HEARTH_DATA": str(tmp_path)})
    assert found == Target("http://127.0.0.1:8080", "kept")


def test_settings_come_before_the_folder_and_words_before_settings() -> None:
    environment = {"HEARTH_PORT": "9", "HEARTH_HOST": "0.0.0.0", "HEARTH_OPERATOR_KEY": "set"}  # noqa: S104
    assert resolve(environment=environment) == Target("http://127.0.0.1:9", "set")
    assert resolve("http://h:1", "typed", environment) == Target("http://h:1", "typed")


def test_what_is_missing_or_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="make run"):
        resolve(environment={"HEARTH_DATA": str(tmp_path)})
    with pytest.raises(TargetError, match="is no address"):
        resolve("here:1", "key", {})
