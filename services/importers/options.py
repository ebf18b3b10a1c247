"""The options that every `hearth import ...` has."""

from typing import Annotated

from cyclopts import Parameter

Community = Annotated[str, Parameter(help="The community it goes to; made where it is missing.")]
Address = Annotated[
    str | None,
    Parameter(help="The server, else HEARTH_HOST and HEARTH_PORT: http://127.0.0.1:8080."),
]
Key = Annotated[
    str | None,
    Parameter(
        help="A key that may operate there, else HEARTH_OPERATOR_KEY, else the data folder's."
    ),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print the summary as JSON.")]
