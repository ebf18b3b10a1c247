"""For the gateway: the models of this service's sections, and their check."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from services.incentives.policy import document as sections
from services.incentives.policy.document import Incentives
from services.kit.http.fault import pointer


def model() -> type[BaseModel]:
    """The sections as one model, since they name one another."""
    return Incentives


def check(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with this service's sections: (JSON pointer, what to do); empty when fine."""
    try:
        Incentives.model_validate(sections.sections(dict(document)))
    except ValidationError as error:
        return [(pointer(each["loc"]), each["msg"]) for each in error.errors()]
    return []
