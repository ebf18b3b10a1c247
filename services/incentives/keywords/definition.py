"""Keywords: words in what regular members write that a bot is told of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.incentives.points.accounts import Title

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class Keyword(BaseModel):
    """A name for some words. Case and width do not matter; a Latin word is matched as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    words: tuple[Word, ...] = Field(min_length=1, max_length=500)
