"""What the cloud keeps beside the state: values that are only written, labels of secrets, and protection.

A state holds no value that is only written, so that it cannot tell whether the password of a server and the URL with
that password agree. Where the environment variable `TFSTUB_CLOUD` names a folder, this module keeps such values there,
answers what data sources read of them, and fails where a test says so. Elsewhere, data sources read the state.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

__all__ = ["CLOUD", "failure", "keep", "read", "refreshed", "refusal", "removed"]

CLOUD: Final = "TFSTUB_CLOUD"
"""The variable that names the folder. Its file `kept.json` has what is kept. Each line of its file `failing` has a
type of resources that fail, and a text that one of their values contains. Its file `changed.json` holds what somebody
else changed: the new values by type and by name, or by family for task definitions."""

_CURRENT: Final = "AWSCURRENT"


def failure(name: str, planned: Mapping[str, Any]) -> str | None:
    """Say why the creation or the change of a resource fails, or None."""
    folder = os.environ.get(CLOUD)
    failing = Path(folder, "failing") if folder else None
    if failing is None or not failing.is_file():
        return None
    values = json.dumps(list(planned.values()), default=str)
    for line in failing.read_text().splitlines():
        kind, _, text = line.partition(" ")
        if kind == name and text in values:
            return f"{name}: the test interrupts the apply here"
    return None


def keep(
    name: str, prior: Mapping[str, Any] | None, config: Mapping[str, Any] | None, made: Mapping[str, Any] | None
) -> None:
    """Keep what a resource was given and does not show.

    Args:
        name: The type of the resource.
        prior: Its values before; None where it is new.
        config: Its configuration, with the values that are only written; None where it is destroyed.
        made: Its values now; None where it is destroyed.
    """
    if CLOUD not in os.environ:
        return
    with _kept() as kept:
        if name.startswith("aws_secretsmanager_secret"):
            _keep_secret(kept.setdefault("secrets", {}), name, prior, config or {}, made)
        elif made is not None and config is not None:
            _keep_password(kept, name, prior, config, made)


def _keep_secret(
    secrets: dict[str, Any],
    name: str,
    prior: Mapping[str, Any] | None,
    config: Mapping[str, Any],
    made: Mapping[str, Any] | None,
) -> None:
    """Keep a version of a secret with its labels.

    Secrets Manager: PutSecretValue moves a label to the new version; UpdateSecretVersionStage cannot take AWSCURRENT
    off the only version that has it, so that the value stays when Terraform destroys a version.
    """
    if name != "aws_secretsmanager_secret_version":
        return
    values = made or prior or {}
    versions = secrets.setdefault(values["secret_id"], {})
    if made is None:
        if values["version_id"] in versions:
            kept = versions[values["version_id"]]
            kept["stages"] = [one for one in kept["stages"] if one == _CURRENT]
        return
    stages = list(made["version_stages"] or [_CURRENT])
    for other in versions.values():
        other["stages"] = [one for one in other["stages"] if one not in stages]
    version = versions.setdefault(made["version_id"], {"value": config.get("secret_string_wo")})
    version["stages"] = stages


def _keep_password(
    kept: dict[str, Any], name: str, prior: Mapping[str, Any] | None, config: Mapping[str, Any], made: Mapping[str, Any]
) -> None:
    def is_written(version: str) -> bool:
        return prior is None or prior.get(version) != made.get(version)

    if name == "aws_db_instance" and is_written("password_wo_version"):
        kept.setdefault("passwords", {})[made["identifier"]] = config.get("password_wo")
    if name == "aws_elasticache_replication_group" and is_written("auth_token_wo_version"):
        # ElastiCache user guide, "Authenticating with the Valkey and Redis OSS AUTH command": ROTATE adds a token and
        # keeps the one before.
        tokens = kept.setdefault("tokens", {})
        before = tokens.get(made["replication_group_id"], []) if prior else []
        tokens[made["replication_group_id"]] = [config.get("auth_token_wo"), *before][:2]


def read(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a data source reads of what is kept."""
    if name != "aws_secretsmanager_secret_versions":
        return {}
    if CLOUD in os.environ:
        with _kept() as kept:
            versions = kept.get("secrets", {}).get(config["secret_id"], {})
    else:
        versions = _stated(config["secret_id"])
    empty = {"created_time": "", "last_accessed_date": ""}
    return {
        "versions": [
            {**empty, "version_id": identifier, "version_stages": version["stages"]}
            for identifier, version in versions.items()
            if version["stages"]
        ]
    }


def _stated(secret: str) -> dict[str, Any]:
    """Return the versions of a secret in the state beside the root; none where there is no such state."""
    resources = _state(Path("terraform.tfstate")).get("resources", [])
    found = [
        one["attributes"]
        for resource in resources
        if resource["type"] == "aws_secretsmanager_secret_version"
        for one in resource["instances"]
    ]
    return {one["version_id"]: {"stages": one["version_stages"]} for one in found if one["secret_id"] == secret}


def removed(name: str, identifier: str) -> dict[str, Any]:
    """Return the values of a resource that was removed from the state and still exists; {} where there was none.

    `terraform state rm` leaves a backup of the state beside it.
    """
    for path in sorted(Path().glob("terraform.tfstate.*.backup"), reverse=True):
        for resource in _state(path).get("resources", []):
            for one in resource["instances"] if resource["type"] == name else []:
                values: dict[str, Any] = one["attributes"]
                if identifier in (values.get("id"), values.get("identifier")):
                    return values
    return {}


def _state(path: Path) -> dict[str, Any]:
    """Read a state, which Terraform does not write in one piece while it applies."""
    for _ in range(100):
        with suppress(ValueError):
            found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
            return found
        time.sleep(0.02)
    return {}


def refreshed(name: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a resource as the cloud has them now.

    The provider reads the newest revision of a task definition's family if `track_latest` is set, else that of its
    state.
    """
    folder = os.environ.get(CLOUD)
    path = Path(folder, "changed.json") if folder else None
    if path is None or not path.is_file():
        return dict(state)
    is_fixed = name == "aws_ecs_task_definition" and not state.get("track_latest")
    changed = json.loads(path.read_text()).get(name, {})
    own = {} if is_fixed else changed.get(state.get("family") or state.get("name"), {})
    return {**state, **own}


def refusal(name: str, prior: Mapping[str, Any]) -> str | None:
    """Say why the cloud does not delete a resource with such values in the state, or None.

    RDS: DeleteDBInstance. Elastic Load Balancing: DeleteLoadBalancer. S3: DeleteBucket; a bucket counts as filled where
    the folder has a file `filled`.
    """
    folder = os.environ.get(CLOUD)
    if not folder:
        return None
    if name == "aws_db_instance" and prior.get("deletion_protection"):
        return "Cannot delete protected DB Instance, please disable deletion protection and try again."
    if name == "aws_lb" and prior.get("enable_deletion_protection"):
        return "OperationNotPermitted: the load balancer cannot be deleted because deletion protection is enabled"
    if name == "aws_s3_bucket" and not prior.get("force_destroy") and Path(folder, "filled").exists():
        return "BucketNotEmpty: The bucket you tried to delete is not empty."
    return None


@contextmanager
def _kept() -> Iterator[dict[str, Any]]:
    """Read what is kept, and write it back; one resource at a time."""
    path = Path(os.environ[CLOUD], "kept.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = json.loads(path.read_text()) if path.is_file() else {}
        yield kept
        path.write_text(json.dumps(kept))
