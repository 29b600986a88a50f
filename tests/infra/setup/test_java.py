"""The Java run time that is found or brought, and the two jars and no others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from infra.setup import java


def fake_java(folder: Path, version: str) -> Path:
    """A program that answers as a Java of a version, and prints its arguments."""
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(
        f'#!/bin/sh\n[ "$1" = -version ] && echo \'openjdk version "{version}"\' >&2\n'
        'for one in "$@"; do echo "$one"; done\n'
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "is_taken"),
    [("17.0.9", True), ("21", True), ("25.0.2", True), ("11.0.1", False), ("1.8.0_392", False)],
)
def test_the_machine_s_java_is_taken_if_spark_runs_on_it(
    version: str,
    is_taken: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake_java(tmp_path / "jdk", version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert java._machine_java() == (tmp_path / "jdk" if is_taken else None)


def test_a_java_on_the_path_is_found_behind_its_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fake_java(tmp_path / "usr/lib/jvm/17", "17.0.9")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/java").symlink_to(real)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/bin:/usr/bin")
    assert java._machine_java() == tmp_path / "usr/lib/jvm/17"
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    assert java._machine_java() == tmp_path / "usr/lib/jvm/17"


def test_the_launcher_drops_the_one_module_that_the_wheel_lacks(tmp_path: Path) -> None:
    launcher = tmp_path / "launcher"
    launcher.write_text(java.LAUNCHER.format(java=fake_java(tmp_path / "wheel", "25")))
    launcher.chmod(0o755)
    given = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "-cp", "a b;c", "Main"]
    done = subprocess.run([launcher, *given], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["-Xmx1g", "-cp", "a b;c", "Main"]


def test_a_jar_is_right_by_its_digest_alone(tmp_path: Path) -> None:
    jar = tmp_path / "one.jar"
    digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of "foo"
    assert not java._is_right(jar, digest)
    jar.write_text("foo")
    assert java._is_right(jar, digest)
    jar.write_text("foo ")
    assert not java._is_right(jar, digest)


def test_java_trusts_what_the_machine_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert "trustStore" not in java._trust(tmp_path)
    bundle = tmp_path / "authorities.pem"
    bundle.write_bytes(authority())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    options = java._trust(tmp_path)
    assert f"-Djavax.net.ssl.trustStore={tmp_path}/trust.p12" in options
    assert (tmp_path / "trust.p12").stat().st_size > 300


def authority() -> bytes:
    """A certificate that signs itself, as PEM."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime(2026, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)
