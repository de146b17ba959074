"""A session of Spark, begun: on this machine, on a cluster, or at a server of Spark Connect. Knows no SQL and no tables."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import warnings
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisions.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What a session that we begin gets, where the user’s `spark-defaults.conf` does not matter: quiet, and no page of its own.
_BEGUN = {
    "spark.app.name": "provisions",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Java matches alternatives by recursion: long cells need a deep stack.
    "spark.driver.extraJavaOptions": "-Xss64m",
    "spark.executor.extraJavaOptions": "-Xss64m",
}
_MASTER = re.compile(r"local(\[[^\]]+\])?|local-cluster\[[^\]]+\]|yarn|(spark|k8s|sc)://.+")
_PORTS = {"spark": "7077", "sc": "15002"}
_JAVA = 17
_PATIENCE = 10.0  # seconds


def begin_session(master: str) -> SparkSession:
    """A Spark session at that master. Raises `EngineError` where Java is missing or too old, or nothing answers."""
    session = _import_session()
    failures: tuple[type[Exception], ...] = (*failures_of_spark(), ValueError, ImportError)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not _MASTER.fullmatch(master):
        raise EngineError(
            f"{master!r} is no master of Spark: local[2], local-cluster[2,1,1024], spark://host:7077, yarn, k8s://…, sc://host."
        )
    _check_answers(master)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas, which is not used
            if master.startswith("sc://"):
                begun: SparkSession = session.builder.remote(master).getOrCreate()
            else:
                _check_java()
                with as_file(files("provisions.engines") / "log4j2.properties") as quiet:
                    begun = session.builder.master(master).config(map=_begun(quiet)).getOrCreate()
    except failures as error:
        hint = " (pip install 'pyspark[connect]')" if "PACKAGE_NOT_INSTALLED" in str(error) else ""
        raise EngineError(f"Spark does not begin at {master}: {first_lines(error)}{hint}") from error
    return begun


def _begun(quiet: Path) -> dict[str, str]:
    """The settings of a session that we begin; a configuration of the user’s own says itself what is logged."""
    if os.environ.get("SPARK_CONF_DIR") or os.environ.get("SPARK_HOME"):
        return _BEGUN | {"spark.log.level": "ERROR"}
    options = f"{_BEGUN['spark.driver.extraJavaOptions']} -Dlog4j2.configurationFile={quiet.as_uri()}"
    return _BEGUN | {"spark.driver.extraJavaOptions": options}


def _check_java() -> None:
    """Raises `EngineError` where there is no Java, or one that Spark cannot use."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    need = "Spark needs Java 17 or later, and"
    where = f"JAVA_HOME={home}" if home else "the PATH"
    if not java or not shutil.which(java):
        raise EngineError(f"{need} none is in {where}; on Debian: apt-get install openjdk-17-jre-headless.")
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  a list of arguments, no shell
        said = done.stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        said = str(error)
    version = re.search(r'version "(?:1\.)?([0-9]+)', said)
    if not version or int(version[1]) < _JAVA:
        line = next((line for line in said.splitlines() if "version" in line), said[:200].strip())
        raise EngineError(f"{need} {java} is another: {line or 'it says nothing'}")


def _check_answers(master: str) -> None:
    """Raises `EngineError` where nothing answers at an address within seconds; Spark would try for minutes."""
    kind, _, rest = master.partition("://")
    if kind not in _PORTS:
        return
    failures = []
    for address in rest.partition("/")[0].split(","):
        host, _, port = address.rpartition(":") if re.search(r":[0-9]+$", address) else (address, "", _PORTS[kind])
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()
        except OSError as error:
            failures.append(f"{host}:{port}: {error.strerror or error}")
        else:
            return
    raise EngineError(f"Nothing answers at {master} ({'; '.join(failures)}).")


def _import_session() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pandas, which is not used
            from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError("Spark is not installed: pip install 'provisions[spark]'.") from error
    return SparkSession


def failures_of_spark() -> tuple[type[Exception], ...]:
    """What PySpark raises: its own errors, and those of the connection to Java."""
    _import_session()
    from pyspark.errors import PySparkException

    try:
        from py4j.protocol import Py4JError
    except ImportError:  # a client of Spark Connect has none
        return (PySparkException, ConnectionError)
    return (PySparkException, Py4JError, ConnectionError)


def first_lines(error: BaseException) -> str:
    """What an error of Spark says, without the trace of Java."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2])[:500] or type(error).__name__
