"""Machines that boot Debian's systemd, for the playbooks."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.ansible import ansible_tool
from tests.support.compose import compose_command
from tests.support.copiers import copier_of
from tests.support.machine import ADDRESSES, OUTSIDE, Machine
from tests.support.machine_image import image, why_no_machine
from tests.support.machine_packages import distribution_compose, docker_repository
from tests.support.playbooks import Controller
from tests.support.server_template import EVERYTHING, TEMPLATE, render

Boot = Callable[..., Controller]
SWAP_MB = 16


@pytest.fixture(scope="module")
def boot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boot]:
    """Return what boots a machine of a suite; at the end nothing of the machines is left."""
    if not os.environ.get("DAZZLE_INFRA_E2E"):
        pytest.skip("requires root and several minutes; `make e2e` runs it")
    ansible_tool("ansible-playbook")
    if reason := why_no_machine():
        pytest.skip(reason)
    machines: list[Machine] = []

    def start(suite: str, *, bastion: bool = False) -> Controller:
        folder = tmp_path_factory.mktemp("m")
        machine = Machine(folder, image(suite))
        machines.append(machine)
        compose = Path(compose_command()[0])
        settings = docker_repository(machine.tree, suite, folder / "gpg", compose)
        distribution_compose(machine.tree, suite, compose)
        machine.start()
        known: dict[str, object] = {"deploy_user_keys": [machine.public_key], "swap_size_mb": SWAP_MB}
        return Controller(machine, _rendered(folder, bastion=bastion), known | settings)

    # Whoever ends the run, by a signal too, finds nothing of the machines afterwards.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield start
    finally:
        for machine in machines:
            machine.stop()
        signal.signal(signal.SIGTERM, before)


def _rendered(folder: Path, *, bastion: bool) -> Path:
    """Render an application that runs on the machine, or that has it as a jump host; return the playbooks."""
    [first, *_] = EVERYTHING.environments
    changed = (
        {"host": OUTSIDE[0], "jump_host": f"jump@{ADDRESSES[0]}"}
        if bastion
        else {"host": ADDRESSES[0], "jump_host": ""}
    )
    environment = first.model_copy(update={**changed, "port": 22})
    answers = EVERYTHING.model_copy(update={"environments": [environment]})
    return render(copier_of(TEMPLATE), folder / "infra", answers) / "ansible"
