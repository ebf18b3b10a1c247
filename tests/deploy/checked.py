"""Runs the linters of the deployment files; a tool that is missing skips, visibly."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
_PLACES = (Path(sys.executable).parent, ROOT / ".cache" / "tools" / "bin")


def checked(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What `tool` answered, found beside Python, among the fetched tools or on the PATH."""
    beside = (shutil.which(tool, path=str(place)) for place in _PLACES)
    found = next(filter(None, (*beside, shutil.which(tool))), None)
    if found is None:
        pytest.skip(f"{tool} is missing: `make tools` fetches it")
    command = [found, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
