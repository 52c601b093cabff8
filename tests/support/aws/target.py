"""The scripts of the Terraform template, in front of the API of AWS."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.aws.cloud import ClientError, Cloud, Service
from tests.support.aws.server import Loss, served
from tests.support.deploy_target import Disturbance, Images, rewriting

__all__ = ["AwsTarget", "aws_target", "facts_of", "interpreter"]

HERE = Path(__file__).parent


@contextmanager
def interpreter(folder: Path) -> Iterator[Path]:
    """Start the command line interface once for many calls; return a folder with a program `aws`, to be put on PATH."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    socket = folder / "socket"
    program = programs / "aws"
    program.write_text(
        f"#!{sys.executable} -IS\n" + (HERE / "client.py").read_text().replace('"SOCKET"', repr(str(socket)))
    )
    program.chmod(0o755)
    process = subprocess.Popen([sys.executable, str(HERE / "interpreter.py"), str(socket)])
    try:
        while not socket.exists():
            assert process.poll() is None, "the command line interface did not start"
            time.sleep(0.05)
        yield programs
    finally:
        process.kill()
        process.wait()


class AwsTarget:
    """One environment on AWS."""

    environment = "dev"

    def __init__(self, ops: Path, cloud: Cloud, variables: dict[str, str]) -> None:
        self.ops = ops
        self.cloud = cloud
        self.images = Images()
        self.variables = variables
        self._disturbed: tuple[int, Disturbance] | None = None

    def running(self) -> set[str]:
        return {self.cloud.image(one.definition) for one in self.cloud.services.values()}

    def recorded(self) -> str:
        return self.cloud.parameters[f"/environments/{self.cloud.name}/image"][-1]

    def is_locked(self) -> bool:
        return f"/environments/{self.cloud.name}/deployment" in self.cloud.parameters

    def is_tidy(self) -> bool:
        newest = {one["family"]: name for name, one in self.cloud.definitions.items() if one["status"] == "ACTIVE"}
        return {self.cloud.image(name) for name in newest.values()} == {self.recorded()}

    def disturb(self, after: int, how: Disturbance) -> None:
        self._disturbed = self.number_of_calls() + after, how

    def number_of_calls(self) -> int:
        return len(self.cloud.calls)

    def add_family(self, name: str) -> str:
        """Register a task definition with the first image, and return its ARN."""
        return self.cloud.register(_definition(f"{self.cloud.name}-{name}", self.images.first))

    def add_service(self, name: str, *, balanced: bool = False) -> None:
        """Create a service with a task definition of its own."""
        self.cloud.services[name] = Service(name, self.add_family(name), balanced=balanced)

    def number_of_running_tasks(self) -> int:
        return sum(not one.ended and not one.stopped for one in self.cloud.tasks.values())

    def without_login(self) -> None:
        self.cloud.refusal = ClientError("ExpiredToken", "The security token included in the request is expired")

    @contextmanager
    def another_deployment(self) -> Iterator[None]:
        name = f"/environments/{self.cloud.name}/deployment"
        self.cloud.parameters[name] = []
        with rewriting(lambda _: self.cloud.parameters[name].append("deploy by somebody")):
            yield

    def loss(self, number: int) -> Loss:
        """Disturb the call of this number as the test asked for; called by the server."""
        if self._disturbed is None or number != self._disturbed[0]:
            return ""
        how, self._disturbed = self._disturbed[1], None
        if how == "lost call" or how == "lost answer":
            return how
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL if how == "killed" else signal.Signals[how])
        return "lost call" if how == "killed" else ""

    process: subprocess.Popen[str] | None = None


@contextmanager
def aws_target(rendered: Path, folder: Path, programs: Path) -> Iterator[AwsTarget]:
    """Return the environment `dev` of a rendered tree, which runs the first image."""
    ops = Path(shutil.copytree(rendered, folder / "tree")) / "ops"
    facts = facts_of(ops / "environments" / "dev.sh")
    cloud = Cloud(region=facts["region"], name=facts["name"])
    images = Images()
    cloud.unhealthy, cloud.endless, cloud.failing = {images.unhealthy}, {images.endless}, {images.failing_migration}
    cloud.exits = {"7": (7, "")}
    cloud.parameters[f"/environments/{cloud.name}/image"] = [images.first]
    cloud.parameters[f"/environments/{cloud.name}/network"] = ["subnet-1,subnet-2 sg-1"]
    variables = {
        "PATH": os.pathsep.join([str(programs), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_MAX_ATTEMPTS": "1",
        "OPS_POLL_SECONDS": "0",
        "OPS_LOCK_SECONDS": "3",
        "OPS_HEALTHY_SECONDS": "4",
        "OPS_MIGRATE_SECONDS": "4",
    }
    target = AwsTarget(ops, cloud, variables)
    for name in facts["services"].split():
        target.add_service(name, balanced=name in facts["entry_points"].split())
    for name in facts["tasks"].split():
        target.add_family(name)
    with served(cloud, target.loss) as address:
        variables["AWS_ENDPOINT_URL"] = address
        yield target
    assert cloud.wrong == []


def facts_of(path: Path) -> dict[str, str]:
    """Return the facts of an environment by their names."""
    lines = [line.partition("=") for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")]
    return {key: value.strip("'") for key, _, value in lines}


def _definition(family: str, image: str) -> dict[str, object]:
    text = 'quotes " and \\ and\ttabs'
    return {
        "family": family,
        "networkMode": "awsvpc",
        "cpu": "512",
        "memory": "1024",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": "arn:aws:iam::123456789012:role/start",
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "volumes": [{"name": "temporary"}],
        "tags": [{"key": "Application", "value": "desk"}],
        "containerDefinitions": [
            {"name": "prepare", "image": image, "essential": False},
            {"name": "proxy", "image": "public.ecr.aws/docker/library/caddy:2"},
            {"name": "app", "image": image, "environment": [{"name": "TITLE", "value": text}]},
        ],
    }
