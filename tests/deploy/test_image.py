"""The image definition: clean, not root, nothing unpinned in it."""

from pathlib import Path

from tests.deploy.checked import DEPLOY, checked

IMAGE = DEPLOY / "Dockerfile"


def test_hadolint_finds_nothing() -> None:
    answer = checked("hadolint", IMAGE)
    assert answer.returncode == 0, answer.stdout


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    planted = tmp_path / "Dockerfile"
    planted.write_text(IMAGE.read_text().replace("python:3.11-slim-bookworm", "python:latest"))
    assert "DL3007" in checked("hadolint", planted).stdout


def test_it_does_not_run_as_root() -> None:
    users = [line for line in IMAGE.read_text().splitlines() if line.startswith("USER ")]
    assert users == ["USER 10001:10001"]


def test_what_it_installs_is_pinned_by_hash() -> None:
    assert IMAGE.read_text().count("pip install") == 2
    assert "--require-hashes" in IMAGE.read_text()
    assert "--no-deps --no-build-isolation ." in IMAGE.read_text()
