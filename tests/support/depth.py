"""How deep tests of whatever comes up go: `HEARTH_TEST_DEPTH` times the usual number of examples.

Once in the suite, which runs often; many times by `make deep`, which is left alone with it.
"""

import os


def examples(usual: int) -> int:
    """A number of examples, at the depth of this run."""
    return usual * int(os.environ.get("HEARTH_TEST_DEPTH", "1"))
