"""Secrets open with the same key in the same place, and are kept for the owner only."""

from pathlib import Path

import pytest

from services.kit.runtime.secrets import UnreadableSecretError, Vault, kept


def test_a_secret_opens_where_it_belongs_and_nowhere_else() -> None:
    vault = Vault(bytes(32))
    sealed = vault.seal(b"swordfish", "source/1/forum")
    assert vault.open(sealed, "source/1/forum") == b"swordfish"
    for other, owner in ((vault, "source/2/forum"), (Vault(bytes([1] * 32)), "source/1/forum")):
        with pytest.raises(UnreadableSecretError):
            other.open(sealed, owner)


def test_a_kept_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "master.key"
    assert kept(path) == kept(path)
    assert path.stat().st_mode & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]
