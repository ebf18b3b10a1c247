"""A wrong setting is one line that names the variable."""

import pytest

from services.kit.runtime.settings import WrongSettingError, load


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HEARTH_PORT", "eighty", "HEARTH_PORT: "),
        ("HEARTH_PORT", "70000", "HEARTH_PORT: "),
        ("HEARTH_PROT", "80", "did you mean HEARTH_PORT?"),
        ("HEARTH_VERIFY_SHARE", "2", "HEARTH_VERIFY_SHARE: "),
        ("HEARTH_LOG_LEVEL", "loud", "HEARTH_LOG_LEVEL: "),
    ],
)
def test_it_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettingError) as caught:
        load()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTH_DATABASE_URL", "postgresql://u:swordfish@h/d")
    assert "swordfish" not in repr(load())
