"""How often a process looks for garbage in cycles."""

import gc

ALLOCATIONS = 50_000
"""Objects made, and not yet gone, before the young are looked through; Python's own is 700."""
OLDER = 5
"""Looks at the young for one at the middle-aged, and of those for one at all."""


def seldom() -> None:
    """For a consumer, which keeps much, makes thousands of objects a batch and hardly a cycle.

    What was made so far, modules above all, is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, OLDER, OLDER)
