"""Stand-in for `terraform`: an unmodified one with the stub provider, and a local state in place of the bucket."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from tests.support.terraform import Terraform
from tests.walkthrough.recording import calls, record, refuse

__all__ = ["main"]

_NAMED = {
    "aws_cloudwatch_log_group": "name",
    "aws_ecs_cluster": "name",
    "aws_ecs_task_definition": "family",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_secretsmanager_secret": "name",
    "aws_ssm_parameter": "name",
}
"""What calls of `aws` name: the attribute with the name, by resource type."""


def main(arguments: list[str]) -> int:
    """Run Terraform in the folder that `-chdir` names, and record what there is afterwards."""
    folder = Path.cwd()
    rest = list(arguments)
    if rest[0].startswith("-chdir="):
        folder /= rest.pop(0).removeprefix("-chdir=")
    command, *options = rest
    if command == "init":
        options = [one for one in options if not _is_backend(one, folder, arguments)]
    if command in ("apply", "destroy") and not any(one.endswith(".tfplan") for one in options):
        options.append("-auto-approve")  # the person types `yes`
    if (command, *options[:1]) == ("providers", "lock"):
        record("terraform", arguments)  # the registry of the providers would be asked
        return 0
    variables = {name[7:]: value for name, value in os.environ.items() if name.startswith("TF_VAR_")}
    plain = [] if command in ("output", "state") else ["-no-color"]
    tool = Terraform(tuple(json.loads(os.environ["WALKTHROUGH_TERRAFORM"])))
    done = tool.run(command, *plain, *options, cwd=folder, variables=variables)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    replaced = re.findall(r"# (\S+) must be replaced", done.stdout)
    record("terraform", arguments, status=done.returncode, resources=_resources(folder), replaced=replaced)
    return done.returncode


def _is_backend(option: str, folder: Path, arguments: list[str]) -> bool:
    """Say whether an option is about the backend; the bucket that it names has to exist."""
    if not option.startswith("-backend"):
        return False
    if option != "-backend=false":
        path = folder / option.removeprefix("-backend-config=")
        named = re.search(r'^\s*bucket\s*=\s*"(.+)"$', path.read_text(), re.MULTILINE) if path.is_file() else None
        made = {name for call in calls("terraform") for name in call["found"].get("resources", {}).get("buckets", [])}
        if named is None or named[1] not in made:
            refuse("terraform", arguments, f"the bucket of {path} does not exist: {named and named[1]} of {made}")
    (folder / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    return True


def _resources(folder: Path) -> dict[str, Any]:
    path = folder / "terraform.tfstate"
    state = json.loads(path.read_text())["resources"] if path.exists() else []
    managed = [one for one in state if one["mode"] == "managed"]
    values = [(one["type"], instance["attributes"]) for one in managed for instance in one["instances"]]

    def of(kind: str) -> list[dict[str, Any]]:
        return [one for found, one in values if found == kind]

    return {
        "types": sorted({kind for kind, _ in values}),
        "buckets": [one["bucket"] for one in of("aws_s3_bucket")],
        "names": [one[_NAMED[kind]] for kind, one in values if kind in _NAMED],
        "running": sorted(one["name"] for one in of("aws_ecs_service") if one["desired_count"]),
        "repositories": [one["repository_url"] for one in of("aws_ecr_repository")],
        "cluster": "".join(one["name"] for one in of("aws_ecs_cluster")),
        "services": {one["name"]: bool(one["load_balancer"]) for one in of("aws_ecs_service")},
        "tasks": {one["family"]: one["container_definitions"] for one in of("aws_ecs_task_definition")},
        "parameters": {one["name"]: one["insecure_value"] for one in of("aws_ssm_parameter")},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
