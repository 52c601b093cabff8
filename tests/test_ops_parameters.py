"""The stand-in for Systems Manager answers as moto does, an independent implementation."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.aws.cloud import Cloud
from tests.support.aws.server import served
from tests.support.deploy_targets import aws_programs

__all__ = ["aws_programs"]

VARIABLES = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "eu-central-1"}
NAME = "/environments/desk-dev/deployment"


@pytest.fixture
def addresses() -> Iterator[list[str]]:
    """Start both, and return their addresses."""
    server = pytest.importorskip("moto.server", reason="no moto: `pip install -e .[dev]` installs it")
    with ExitStack() as stack:
        moto = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        moto.start()
        stack.callback(moto.stop)
        host, port = moto.get_host_and_port()
        yield [stack.enter_context(served(Cloud())), f"http://{host}:{port}"]


@pytest.mark.slow
def test_parameters_behave_as_in_another_implementation(addresses: list[str], aws_programs: Path) -> None:
    written = [["put-parameter", "--name", NAME, "--type", "String", "--value", f"run {number}"] for number in range(3)]
    overwritten = [[*words, "--overwrite"] for words in written]
    current = ["get-parameter", "--name", NAME, "--query", "Parameter.[Version, Value]"]
    history = ["get-parameter-history", "--name", NAME, "--query", "Parameters[].[Value]"]
    deleted = ["delete-parameter", "--name", NAME]
    commands = [
        *(current, deleted, written[0], written[1], current, *overwritten, current, history),
        *(deleted, deleted, written[1], current, history),
        *[overwritten[number % 3] for number in range(60)],
        history,
    ]
    answers = []
    for address in addresses:
        variables = {**VARIABLES, "AWS_ENDPOINT_URL": address, "PATH": os.pathsep.join([str(aws_programs), "/usr/bin"])}
        answers.append([call(words, variables) for words in commands])
    assert answers[0] == answers[1]


def call(words: list[str], variables: dict[str, str]) -> tuple[int, str, str]:
    """Call and return the exit code, the output and the code of the error."""
    command = ["aws", "ssm", *words, "--output", "text"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr.partition("(")[2].partition(")")[0]
