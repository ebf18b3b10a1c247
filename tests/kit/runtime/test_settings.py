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
        ("HEARTH_LOG_CA_FILE", "/no/where.pem", "HEARTH_LOG_CA_FILE: "),
        ("HEARTH_LOG_SECURITY", "TLS", "'SASL_SSL'"),
    ],
)
def test_it_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettingError) as caught:
        load()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


KAFKA = {"LOG_URL": "kafka://h:1"}
WORD = {"LOG_USERNAME": "u", "LOG_PASSWORD": "p"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"LOG_SECURITY": "SSL"}, "LOG_SECURITY"),
        ({"LOG_URL": "kafka://u:swordfish@h:1"}, "LOG_URL"),
        ({**KAFKA, "LOG_SECURITY": "SASL_SSL", "LOG_PASSWORD": "p"}, "LOG_USERNAME"),
        ({**KAFKA, "LOG_SECURITY": "SASL_SSL", "LOG_USERNAME": "u"}, "LOG_PASSWORD"),
        ({**KAFKA, **WORD}, "LOG_USERNAME"),
        ({**KAFKA, **WORD, "LOG_SECURITY": "SASL_PLAINTEXT", "LOG_CA_FILE": "F"}, "LOG_CA_FILE"),
        ({**KAFKA, "LOG_SECURITY": "SSL", "LOG_KEY_FILE": "F"}, "LOG_KEY_FILE"),
    ],
)
def test_half_of_what_belongs_together_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"HEARTH_{name}", __file__ if value == "F" else value)
    with pytest.raises(WrongSettingError) as caught:
        load()
    assert str(caught.value).startswith(f"HEARTH_{named}: ")
    assert "swordfish" not in str(caught.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTH_DATABASE_URL", "postgresql://u:swordfish@h/d")
    assert "swordfish" not in repr(load())
