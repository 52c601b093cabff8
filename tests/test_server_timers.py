"""The timers of a server, and the scheduled commands that they start."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.server_directory import Machine, machine_of, program
from tests.support.server_template import EVERYTHING, SHAPES, rendered


@pytest.fixture
def machine(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return machine_of("everything", tmp_path, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("shape", SHAPES)
def test_each_timer_has_its_service(shape: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    answers = SHAPES[shape]
    folder = rendered(shape, tmp_path_factory.getbasetemp()) / "machine/systemd"
    expected = {"backup", "check-backup", *(one.name for one in answers.schedules)}
    for suffix in ("service", "timer"):
        found = {path.name for path in folder.glob(f"*.{suffix}")}
        assert found == {f"{answers.app_name}-{name}.{suffix}" for name in expected}
    for path in folder.iterdir():
        text = path.read_text()
        assert "{{" not in text
        assert set(re.findall("@[A-Z]+@", text)) == ({"@DIRECTORY@", "@USER@"} if path.suffix == ".service" else set())
        assert max(map(len, text.splitlines())) <= 120


def test_a_schedule_has_its_calendar_and_runs_its_command(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = rendered("everything", tmp_path_factory.getbasetemp()) / "machine/systemd"
    name = f"{EVERYTHING.app_name}-nightly"
    calendars = re.findall("^OnCalendar=(.*)$", (folder / f"{name}.timer").read_text(), re.MULTILINE)
    assert calendars == EVERYTHING.schedules[0].calendar
    service = (folder / f"{name}.service").read_text()
    assert "\nExecStart=/bin/sh @DIRECTORY@/stack/machine/task nightly\n" in service


@pytest.mark.parametrize("shape", ["typical", "everything"])
def test_systemd_accepts_the_units(shape: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on PATH: it comes with systemd")
    for path in (rendered(shape, tmp_path_factory.getbasetemp()) / "machine/systemd").iterdir():
        text = path.read_text().replace("@DIRECTORY@", str(tmp_path)).replace("@USER@", "root")
        (tmp_path / path.name).write_text(text)
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    own = [line for line in done.stderr.splitlines() if SHAPES[shape].app_name in line and "docker.service" not in line]
    assert (done.returncode, own) == (0, []), done.stderr


def test_a_command_runs_in_a_container_that_is_removed(machine: Machine) -> None:
    log = machine.path.parent / "log"
    program(machine, "docker", f'#!/bin/sh\necho "$*" >>{log}\n[ "$1" = ps ] || exit 7\n')
    done = machine.run("task", "nightly")
    assert done.code == 7
    assert log.read_text().splitlines()[-1].endswith(" run --rm -T nightly")
    assert machine.run("task", "web").code == 2
    assert machine.run("task").code == 2


def test_nothing_runs_before_the_first_deployment(machine: Machine) -> None:
    program(machine, "docker", "#!/bin/sh\nexit 7\n")
    (machine.path / "state/images.env").write_text("APP_IMAGE=\nBLUE_IMAGE=\n")
    done = machine.run("task", "nightly")
    assert (done.code, done.output) == (0, "nothing is deployed yet\n")


def test_two_runs_of_a_command_do_not_overlap(machine: Machine) -> None:
    program(machine, "docker", "#!/bin/sh\n[ $1 = ps ] || { : >started; sleep 1; }\n")
    first = machine.start("task", "nightly")
    while not (machine.path / "stack/started").exists():
        time.sleep(0.01)
    second = machine.run("task", "nightly")
    assert (second.code, "nightly is running; wait until it finishes" in second.errors) == (4, True)
    first.communicate()
    assert first.returncode == 0
    # The timer was killed, and its container still runs.
    program(machine, "docker", "#!/bin/sh\n[ $1 != ps ] || echo 5f3c\n")
    left = machine.run("task", "nightly")
    assert (left.code, "nightly is running in the container 5f3c" in left.errors) == (4, True)
