"""An erasure asks every projection that reads texts: none reads them without saying so."""

from services.cli.projections import projections
from tests.architecture.code import modules


def test_who_opens_texts_says_so() -> None:
    opening = {source.room for source in modules() if "texts.open(" in source.text}
    opening -= {"kit"}
    assert opening == {name for name, each in projections().items() if each.reads_texts}
    assert opening
