"""Keeps tests of one `xdist_group` on one worker.

pytest-xdist marks a group by a suffix of the test's id, in an attribute that pytest 9.2 no longer
reads, so that `--dist loadgroup` spread groups over all workers. Here the suffix is put where it
is read; where pytest-xdist has put it there already, nothing is added.
"""

import pytest
from _pytest.nodes import coerce_node_id


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        names = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        suffix = f"@{'_'.join(names)}"
        if names and not item.nodeid.endswith(suffix):
            item._id = coerce_node_id(item.nodeid + suffix)
