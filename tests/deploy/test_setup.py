"""The set-up scripts on hosts that lack something: they say what, and what to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.checked import DEPLOY


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A folder to be the whole PATH: the plainest tools and nothing else."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "env", "mktemp", "rm", "id"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return programs


def give(host: Path, name: str, script: str) -> None:
    """Put a program on that host."""
    (host / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
    (host / name).chmod(0o755)


def run(script: str, host: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / "setup" / script, *words],
        env={"PATH": str(host), **more},
        cwd=host.parent,
        capture_output=True,
        text=True,
    )


def test_without_python_it_says_which_is_needed(host: Path) -> None:
    answer = run("venv.sh", host, "venv")
    assert answer.returncode == 1
    assert "needs Python 3.11 or newer" in answer.stderr


def test_a_python_that_only_pretends_is_passed_over(host: Path) -> None:
    """Version managers put names on the PATH that answer with an error."""
    give(host, "python3.13", "exit 127")
    give(
        host,
        "python3",
        '[ "$1" = -m ] && echo "made $4"; [ "$1" = --version ] && echo Python; exit 0',
    )
    answer = run("venv.sh", host, "venv")
    assert answer.returncode == 0, answer.stderr
    assert "made venv" in answer.stdout


def test_a_python_without_venv_names_the_package(host: Path) -> None:
    give(host, "python3", '[ "$2" != "import ensurepip" ]')
    answer = run("venv.sh", host, "venv")
    assert answer.returncode == 1
    assert "apt-get install python3-venv" in answer.stderr


def test_missing_tools_are_said_aloud(host: Path) -> None:
    answer = run("tools.sh", host)
    assert answer.returncode == 0, answer.stderr
    assert "LEFT OUT: Kafka tests" in answer.stderr
    assert "LEFT OUT: promtool checks" in answer.stderr


def test_ci_leaves_nothing_out(host: Path) -> None:
    for name in ("java", "mvn"):
        give(host, name, "")
    answer = run("tools.sh", host, CI="true")
    assert answer.returncode == 1
    assert "nothing may be left out" in answer.stderr


def test_where_all_is_there_it_is_quiet(host: Path) -> None:
    for name in ("java", "mvn", "promtool"):
        give(host, name, "")
    library = host.parent / ".cache" / "tools" / "lib" / "libfaketimeMT.so.1"
    library.parent.mkdir(parents=True)
    library.touch()
    answer = run("tools.sh", host, CI="true")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
