"""What the image installs is the whole of `services`: its SQL, policies and examples too."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.deploy.checked import ROOT


def files_of(source: Path) -> set[str]:
    """The code, and the files beside it."""
    paths = (source / "services").rglob("*")
    return {str(path.relative_to(source)) for path in paths if path.is_file()}


def test_the_package_holds_every_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(
        ROOT / "services", source / "services", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "requirements", source / "requirements")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    expected = files_of(source)
    wheel = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    answer = subprocess.run(
        [*wheel, "--quiet", "--no-index", "--wheel-dir", tmp_path, source],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    (built,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(built).namelist() if name.startswith("services/")}
    assert expected - packed == set()
