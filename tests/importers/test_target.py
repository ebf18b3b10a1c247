"""What was typed counts before settings, settings before the data folder."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.importers.target import Target, TargetError, resolve
from services.kit.runtime.settings import Settings


def test_defaults_read_the_key_of_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "operator.key").write_text("kept\n")
    assert resolve(Settings(data=tmp_path)) == Target("http://127.0.0.1:8080", "kept")


def test_settings_come_before_the_folder_and_words_before_settings() -> None:
    settings = Settings(host="0.0.0.0", port=9, operator_key=SecretStr("set"))  # noqa: S104
    assert resolve(settings) == Target("http://127.0.0.1:9", "set")
    assert resolve(settings, "http://h:1", "typed") == Target("http://h:1", "typed")
    assert resolve(Settings(host="::1", port=9), key="k").address == "http://[::1]:9"


def test_what_is_missing_or_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="make run"):
        resolve(Settings(data=tmp_path))
    with pytest.raises(TargetError, match="is no address"):
        resolve(Settings(), "here:1", "key")
