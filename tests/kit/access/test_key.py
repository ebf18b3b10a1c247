"""What a key allows, and how its text is made."""

import pytest

from services.kit.access.key import (
    Key,
    NotAllowedError,
    NotAuthenticatedError,
    OutOfReachError,
    Scope,
    bearer,
    id_of,
    mint,
    scopes,
)


def test_a_token_shows_its_id_and_holds_128_random_bits() -> None:
    id_, token = mint()
    assert id_of(token) == id_
    assert len(token.rsplit("_", 1)[1]) == 26
    assert mint()[1] != token


@pytest.mark.parametrize(
    "token", ["", "hearth_abc_def", "x" * 100_000, "hearth_aaaaaaaa_" + "é" * 26]
)
def test_what_is_no_token_of_ours_has_no_id(token: str) -> None:
    assert id_of(token) is None


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic abc", "bearer\tx"])
def test_a_header_without_a_bearer_key_is_refused(header: str | None) -> None:
    with pytest.raises(NotAuthenticatedError):
        bearer(header)


def test_the_scheme_is_taken_in_any_case() -> None:
    assert bearer("bEaReR  abc ") == "abc"


def test_a_key_is_held_to_its_scopes_and_communities() -> None:
    key = Key("a", "a", frozenset({Scope.READ}), frozenset({"tea"}))
    key.require(Scope.READ, "tea")
    with pytest.raises(NotAllowedError, match="operate"):
        key.require(Scope.OPERATE, "tea")
    with pytest.raises(OutOfReachError, match="coffee"):
        key.require(Scope.READ, "coffee")


def test_admin_includes_every_scope_but_no_further_community() -> None:
    key = Key("a", "a", frozenset({Scope.ADMIN}), frozenset({"tea"}))
    key.require(Scope.WRITE, "tea")
    assert not key.reaches("coffee")


def test_a_key_expires_at_its_instant() -> None:
    key = Key("a", "a", frozenset(), expires_at=10)
    assert [key.expired(now) for now in (9, 10)] == [False, True]


def test_an_unknown_scope_is_told_what_there_is() -> None:
    with pytest.raises(ValueError, match="actions:write"):
        scopes(["write"])
