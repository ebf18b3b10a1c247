"""What callers are told of errors that domains raise."""

import asyncpg

from services.api.reading.live import NotReadyError
from services.incentives.rewards.commands import NeverRanError
from services.kit.access import problems as access
from services.kit.http.problem import Mapper, ProblemError
from services.kit.log.port import LogUnavailableError, RecordTooLargeError
from services.kit.registry.registry import UnknownCommunityError
from services.kit.runtime import database


def away(_error: Exception) -> ProblemError:
    """503: the database or the log does not answer."""
    detail = "The database or the log does not answer. Repeat the call in a moment."
    return ProblemError(503, "Unavailable", detail, headers={"Retry-After": "1"})


def too_large(_error: Exception) -> ProblemError:
    """413: one record is beyond the log's limit."""
    return ProblemError(413, "Too large", "This is larger than the log takes; shorten it.")


MAPPERS: dict[type[Exception], Mapper] = {
    **access.MAPPERS,
    NeverRanError: lambda _error: NotReadyError("incentives"),
    UnknownCommunityError: access.no_community,
    LogUnavailableError: away,
    RecordTooLargeError: too_large,
    # A generation that was live when the request began was given up meanwhile.
    asyncpg.UndefinedTableError: away,
    asyncpg.InvalidSchemaNameError: away,
    **dict.fromkeys((*database.AWAY, *database.AWAY_STATES), away),
}
