"""What a caller is told when a key does not suffice. For `services.kit.http.problem.install`."""

from services.kit.access.key import NotAllowedError, NotAuthenticatedError, OutOfReachError
from services.kit.http.problem import Mapper, ProblemError


def no_key(error: Exception) -> ProblemError:
    """401, with the challenge that RFC 9110 asks for."""
    return ProblemError(401, "No valid key", str(error), headers={"WWW-Authenticate": "Bearer"})


def not_allowed(error: Exception) -> ProblemError:
    """403, naming the scope that is missing."""
    return ProblemError(403, "Not allowed", f"This takes a key with the scope `{error}`.")


def no_community(error: Exception) -> ProblemError:
    """404, the same for what does not exist and for what belongs to somebody else."""
    slug = str(error)
    detail = (
        f"This key reaches no community {slug!r}. Create it with PUT /v1/communities/{slug},"
        " or use a key that may touch it."
    )
    return ProblemError(404, "No such community", detail)


MAPPERS: dict[type[Exception], Mapper] = {
    NotAuthenticatedError: no_key,
    NotAllowedError: not_allowed,
    OutOfReachError: no_community,
}
