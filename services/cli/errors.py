"""How a command says that it failed."""


class CommandFailedError(Exception):
    """A command failed; the message says what to do next. Exit status 1."""
