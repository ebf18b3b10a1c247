"""What is signed can be checked by anybody with the public key and a JSON library."""

import json

from hypothesis import given
from hypothesis import strategies as st

from services.kit.runtime.secrets import Vault
from services.kit.runtime.signing import Signer, canonical, genuine

VAULT = Vault(bytes(range(32)))
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
DOCUMENTS = st.dictionaries(WORDS, WORDS | st.integers(-(2**53), 2**53) | st.booleans())


@given(DOCUMENTS)
def test_canonical_is_what_every_json_library_can_write(document: dict[str, object]) -> None:
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(document).decode() == plain


def test_a_signature_holds_for_the_document_and_the_key_alone() -> None:
    signer = Signer(VAULT, "a")
    signature = signer.sign({"a": 1, "b": 2})
    assert genuine(signer.public.value, {"b": 2, "a": 1}, signature)
    assert not genuine(signer.public.value, {"a": 1, "b": 3}, signature)
    assert not genuine(Signer(VAULT, "b").public.value, {"a": 1, "b": 2}, signature)
    assert not genuine(signer.public.value, {"a": 1, "b": 2}, "no signature")
    assert not genuine("no key", {"a": 1, "b": 2}, signature)


def test_the_same_master_key_gives_the_same_keys() -> None:
    assert Signer(VAULT, "a").public == Signer(VAULT, "a").public
    assert Signer(Vault(bytes(32)), "a").public != Signer(VAULT, "a").public
