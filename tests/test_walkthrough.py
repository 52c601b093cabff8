from __future__ import annotations

from pathlib import Path

import pytest

from tests.walkthrough import walked


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("aws ssm get-parameter --region a --nmae x", "Unknown options: --nmae"),
        ("aws ssm get-parameter --region a", 'Missing required parameter in input: "Name"'),
        ("aws ssm get-parameter --name x", "must specify a region"),
        ("aws ecs run-tasks --region a", "Invalid choice"),
        (
            "aws ecs run-task --region a --task-definition b --overrides '{\"command\": []}'",
            'Unknown parameter in overrides: "command"',
        ),
        ("docker push registry.example.com/app:1", "the image was not built"),
        ("docker build --platform linux/amd64 --tag a nowhere", "the build context is no folder"),
        ("terraform init -backend-config=backend.hcl", "does not exist"),
        ("echo $UNSET", "UNSET"),
    ],
)
def test_the_shell_of_a_walk_stops_at_what_the_real_commands_refuse(tmp_path: Path, command: str, why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        walked([f"```sh\n{command}\necho not reached\n```\n"], tmp_path, tmp_path / "work", [])


def test_a_call_of_a_walk_is_recorded_with_what_was_typed(tmp_path: Path) -> None:
    block = """```sh
export AWS_REGION=eu-west-1
read -r VALUE
printf %s "$VALUE" | aws secretsmanager put-secret-value --secret-id a --secret-string file:///dev/stdin
aws sts get-caller-identity --query Account --output text
```
"""
    secret, caller = walked([block], tmp_path, tmp_path / "work", ["typed"])
    assert secret.found["SecretString"] == "typed"
    assert caller.arguments == ("sts", "GetCallerIdentity")
