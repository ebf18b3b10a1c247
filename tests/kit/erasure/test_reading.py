"""An erasure asks every projection that reads texts: none reads them without saying so."""

from services.cli.projections import projections
from tests.architecture.code import modules

KEEPS_NOTHING = {"services.incentives.keywords.loading"}
"""Tells of what it reads and lets it go: a replay of it opens no text."""


def test_who_opens_texts_says_so() -> None:
    found = {source for source in modules() if "texts.open(" in source.text}
    opening = {source.room for source in found if source.name not in KEEPS_NOTHING} - {"kit"}
    assert opening == {name for name, each in projections().items() if each.reads_texts}
    assert opening
