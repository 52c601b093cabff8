"""Packages that the tests make themselves: a repository with the layout of Docker's, signed with a key of its own."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from tests.support.machine_image import index

__all__ = ["distribution_compose", "docker_repository"]

FOLDER = Path("srv/docker")


def _make_package(pool: Path, name: str, version: str, *, depends: str = "", plugin: Path | None = None) -> None:
    """Make a package that contains nothing, or Compose.

    Args:
        pool: Where it is written.
        name: Of the package.
        version: Of the package.
        depends: What it requires.
        plugin: The Compose that it installs for the client of Docker.
    """
    tree = pool / f"{name}.tree"
    (tree / "DEBIAN").mkdir(parents=True)
    fields = {"Package": name, "Version": version, "Architecture": "all", "Maintainer": "tests <tests@example.com>"}
    fields |= {"Depends": depends} if depends else {}
    text = "".join(f"{field}: {value}\n" for field, value in fields.items())
    (tree / "DEBIAN/control").write_text(f"{text}Description: made by the tests\n")
    if plugin is not None:
        installed = tree / "usr/libexec/docker/cli-plugins/docker-compose"
        installed.parent.mkdir(parents=True)
        installed.write_bytes(plugin.read_bytes())
        installed.chmod(0o755)
    _build(tree, pool / f"{name}.deb")


def _renamed(pool: Path, package: Path, name: str) -> None:
    """Make a package of the same contents with another name."""
    tree = pool / f"{name}.tree"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    lines = (tree / "DEBIAN/control").read_text().splitlines()
    kept = [line for line in lines if not line.startswith(("Breaks:", "Conflicts:", "Package:", "Replaces:"))]
    (tree / "DEBIAN/control").write_text("\n".join([f"Package: {name}", *kept, ""]))
    _build(tree, pool / f"{name}.deb")


def _build(tree: Path, package: Path) -> None:
    command = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(package)]
    subprocess.run(command, capture_output=True, check=True)
    subprocess.run(["rm", "-rf", tree], check=True)


def docker_repository(root: Path, suite: str, home: Path, compose: Path) -> dict[str, object]:
    """Make the repository on a machine; return the variables of the role `docker` that name it.

    Its engine is that of Debian under another name, and its Compose the one of the tests.

    Args:
        root: The file system of the machine.
        suite: The suite of Debian.
        home: Where the key is kept; a short path, because of the socket of the agent.
        compose: The Compose.
    """
    pool = root / FOLDER
    packages = pool / f"dists/{suite}/stable/binary-amd64"
    packages.mkdir(parents=True)
    [engine] = (root / "srv/packages").glob("docker.io_*.deb")
    _renamed(pool, engine, "docker-ce")
    _make_package(pool, "docker-ce-cli", "28.0.0")
    _make_package(pool, "containerd.io", "2.0.0")
    _make_package(pool, "docker-compose-plugin", "2.40.0", plugin=compose)
    listed = index(pool)
    content = listed.read_bytes()
    listed.rename(packages / "Packages")
    path = (packages / "Packages").relative_to(pool / f"dists/{suite}")
    release = pool / f"dists/{suite}/Release"
    release.write_text(
        f"Origin: Docker\nSuite: {suite}\nCodename: {suite}\nComponents: stable\nArchitectures: amd64\n"
        f"Date: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n {hashlib.sha256(content).hexdigest()} {len(content)} {path}\n"
    )
    fingerprint = _key(home)
    _gpg(home, "--clearsign", "--output", str(release.with_name("InRelease")), str(release))
    _gpg(home, "--armor", "--output", str(pool / "gpg"), "--export", fingerprint)
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"], check=True)
    return {"docker_repository": f"file:///{FOLDER}", "docker_repository_fingerprint": fingerprint}


def distribution_compose(root: Path, suite: str, compose: Path) -> None:
    """Let the distribution have a Compose: too old a one in Debian 12, and a new one in later releases.

    Args:
        root: The file system of the machine.
        suite: The suite of Debian.
        compose: The Compose.
    """
    pool = root / "srv/packages"
    if suite == "bookworm":
        _make_package(pool, "docker-compose", "1.29.2-3")
    else:
        _make_package(pool, "docker-compose", "2.40.3-1", plugin=compose)
    index(pool)


def _key(home: Path) -> str:
    home.mkdir(mode=0o700)
    _gpg(home, "--passphrase", "", "--quick-generate-key", "Docker of the tests", "rsa2048", "sign", "never")
    lines = _gpg(home, "--list-keys", "--with-colons").splitlines()
    return next(line.split(":")[9] for line in lines if line.startswith("fpr:"))


def _gpg(home: Path, *arguments: str) -> str:
    command = ["gpg", "--homedir", str(home), "--batch", "--yes", "--quiet", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
