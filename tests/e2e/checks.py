"""What holds for every stack, whatever runs in it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import IO

from tests.support.engine import Engine
from tests.support.measurements import IMAGE, measured
from tests.support.stack import Stack
from tests.support.standins import base_image

__all__ = ["assert_confined", "assert_gone", "assert_no_secret_in", "measure_image"]

CHUNK = 1 << 20


def assert_confined(stack: Stack) -> None:
    """Nothing that runs is root's, and each container has limits and, unless it has ended, is healthy."""
    containers = stack.compose("ps", "--all", "--quiet").split()
    assert containers
    for found in json.loads(stack.engine.docker("inspect", *containers)):
        name, host, state = found["Name"], found["HostConfig"], found["State"]
        assert min(host["Memory"], host["NanoCpus"], host["PidsLimit"] or 0) > 0, f"{name} has no limit"
        assert host["CapDrop"] == ["ALL"], name
        assert any("no-new-privileges" in option for option in host["SecurityOpt"]), name
        if not state["Running"]:
            assert state["ExitCode"] == 0, f"{name} ended with {state['ExitCode']}"
            continue
        assert state["Health"]["Status"] == "healthy", name
        processes = stack.engine.docker("top", found["Id"], "-eo", "pid,uid").splitlines()[1:]
        users = {process.split()[1] for process in processes}
        assert users, name
        assert "0" not in users, f"root runs in {name}"


def assert_no_secret_in(stack: Stack, image: str, contained: str = "opt/app/") -> None:
    """No value of .env is in the image's history, in its configuration, or in a file of any of its layers.

    `contained` is the path of a file that the image does contain: it shows that the search finds what is there.
    """
    # The other values in the file are settings of this machine, such as a port.
    found = re.findall(r"^[A-Z_]+=([0-9a-f]{64})$", (stack.project / "infra/docker/.env").read_text(), re.MULTILINE)
    secrets = [value.encode() for value in found]
    assert secrets
    history = stack.engine.docker("history", "--no-trunc", image).encode()
    assert not [secret for secret in secrets if secret in history]
    with subprocess.Popen(["docker", "save", image], env=stack.engine.environment, stdout=subprocess.PIPE) as saved:
        assert saved.stdout is not None
        assert _found(saved.stdout, secrets, contained.encode()) == {contained.encode()}
    assert saved.returncode == 0


def _found(stream: IO[bytes], secrets: list[bytes], control: bytes) -> set[bytes]:
    """Return which of the texts a stream contains, the control included."""
    wanted, found, tail = [*secrets, control], set[bytes](), b""
    while chunk := stream.read(CHUNK):
        text = tail + chunk
        found |= {one for one in wanted if one in text}
        tail = text[-max(map(len, wanted)) :]
    return found


def measure_image(stack: Stack, image: str, what: str = IMAGE) -> int:
    """Note the size of an image and of the stand-in that it is built on; return its own, base included, in bytes."""
    size, base = (
        int(stack.engine.docker("image", "inspect", "--format", "{{.Size}}", name))
        for name in (image, base_image(stack.model()))
    )
    measured(stack.name, what, f"{size / 1e6:.0f} MB, {base / 1e6:.0f} MB")
    return size


def assert_gone(engine: Engine) -> None:
    """No container, no volume and no network of a stack is left."""
    assert engine.docker("ps", "--all", "--quiet") == ""
    assert engine.docker("volume", "ls", "--quiet") == ""
    assert engine.docker("network", "ls", "--quiet", "--filter", "type=custom") == ""
