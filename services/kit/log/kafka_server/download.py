"""Fetches the broker's jars, once."""

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

_POM = Path(__file__).with_name("pom.xml")
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_JAVA = 17


class KafkaMissingError(Exception):
    """Java or Maven is missing or too old, or Maven Central does not answer."""


def kafka_home() -> Path:
    """Where jars and logs are kept: HEARTH_KAFKA_HOME, or `.kafka` in the working folder."""
    return Path(os.environ.get("HEARTH_KAFKA_HOME", ".kafka")).absolute()


def missing_tools() -> str | None:
    """What this host lacks to run Kafka, in words for its user, or None."""
    java = shutil.which("java")
    if java is None:
        return "Java is missing: install a JRE of version 17 or later"
    said = subprocess.run(  # noqa: S603 - fixed words
        [java, "-version"], capture_output=True, text=True, check=False
    ).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < _JAVA:
        return f"Kafka needs Java {_JAVA} or later, and `java -version` says: {said.strip()}"
    if not _jars(kafka_home()) and shutil.which("mvn") is None:
        return "Maven is missing: install `mvn`, which downloads Kafka once"
    return None


def classpath() -> str:
    """Java's class path for the broker, downloading it first if need be.

    Raises KafkaMissingError.
    """
    if reason := missing_tools():
        raise KafkaMissingError(reason)
    home = kafka_home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "download.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _jars(home):
            _download(home)
    return f"{home}/lib/*"


def _jars(home: Path) -> bool:
    return (home / "lib" / "complete").exists()


def _download(home: Path) -> None:
    command = ["mvn", "-q", "-B", "-f", str(_POM), _COPY, "-DincludeScope=runtime"]
    done = subprocess.run(  # noqa: S603 - fixed words, and a folder that the user chose
        [*command, f"-DoutputDirectory={home / 'lib'}"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise KafkaMissingError(f"Maven could not download Kafka:\n{done.stdout}{done.stderr}")
    (home / "lib" / "complete").touch()
