"""What a sender is told when something was not taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.ingest.receive.intake import AwayError, BusyError, Intake, IntakeError
from services.kit.access.problems import no_community
from services.kit.http.problem import ProblemError
from services.kit.log.port import RecordTooLargeError
from services.kit.registry.registry import UnknownCommunityError
from services.kit.runtime import database


def busy(intake: Intake) -> ProblemError:
    """429; 503 where the reason is that the log is away."""
    if intake.away:
        return unavailable(AwayError("the log is away"))
    headers = {"Retry-After": str(BusyError.retry_after)}
    return ProblemError(429, "Too much at once", "Send the same again in a moment.", (), headers)


def unavailable(error: IntakeError) -> ProblemError:
    """503. What was sent may have landed; the ids make a repeat safe."""
    headers = {"Retry-After": str(error.retry_after)}
    detail = "Not acknowledged. Send the same again, with the same ids: it counts once."
    return ProblemError(503, "Unavailable", detail, (), headers)


@asynccontextmanager
async def told(intake: Intake) -> AsyncIterator[None]:
    """Turn what goes wrong on the way to the log into the problem the sender is told."""
    try:
        yield
    except BusyError:
        raise busy(intake) from None
    except IntakeError as error:
        raise unavailable(error) from None
    except UnknownCommunityError as error:
        raise no_community(error) from None
    except RecordTooLargeError:
        detail = "An action of these is larger than the log takes; shorten its text or data."
        raise ProblemError(413, "Too large", detail) from None
    except ProblemError:
        raise
    except Exception as error:
        if not database.is_away(error):
            raise
        raise unavailable(AwayError("the database is away")) from None


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """408 where the sender takes longer than `seconds` over its body."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        detail = f"The body did not come in within {seconds:g} s; send less at once."
        raise ProblemError(408, "Too slow", detail, headers={"Connection": "close"}) from None
