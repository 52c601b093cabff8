"""The table of the calls that the scripts of the Terraform template make is complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.aws.calls import CALLS, written
from tests.support.aws.target import AwsTarget
from tests.support.deploy_target import arguments, run_script
from tests.support.deploy_targets import aws, aws_programs

__all__ = ["aws", "aws_programs"]

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def runs(aws: AwsTarget) -> Iterator[tuple[str, list[str]]]:
    """Yield runs of each script that together make every call: also those that fail."""
    good, unhealthy = f"{REGISTRY}/team/app:2", f"{REGISTRY}/team/app:3"
    aws.cloud.images = {"team/app:2": ["arm64", "amd64"], "team/app:3": ["arm64", "amd64"]}
    aws.cloud.unhealthy.add(unhealthy)
    for image in (good, unhealthy, aws.images.endless):
        yield "deploy", ["dev", image]
    yield "migrate", ["dev", aws.images.endless]
    yield "migrate", ["dev", good]
    yield "rollback", ["dev"]
    yield "rollback", ["dev", unhealthy]
    yield "status", ["dev"]
    yield "logs", ["dev"]
    yield "run", arguments(aws, "run")
    yield "secrets", ["dev"]
    yield "shell", ["dev"]
    yield "database", ["dev"]


@pytest.mark.slow
def test_the_scripts_make_the_calls_of_the_table(aws: AwsTarget, tmp_path: Path) -> None:
    """`UPDATE_CALLS=1` writes the table."""
    plugin = tmp_path / "plugins" / "session-manager-plugin"
    plugin.parent.mkdir()
    plugin.write_text("#!/bin/sh\n")
    plugin.chmod(0o755)
    aws.variables["PATH"] = os.pathsep.join([str(plugin.parent), aws.variables["PATH"]])
    aws.add_family("shell")
    found: dict[str, set[str]] = {}
    for script, words in runs(aws):
        before = len(aws.cloud.calls)
        done = run_script(aws, script, *words)
        assert done.code in (0, 1), (script, words, done)
        found.setdefault(script, set()).update(written(aws.cloud.calls[before:], aws.cloud.name))
    table = {script: sorted(lines) for script, lines in found.items()}
    if os.environ.get("UPDATE_CALLS"):
        CALLS.write_text(yaml.safe_dump(table, sort_keys=True))
    assert yaml.safe_load(CALLS.read_text()) == table
