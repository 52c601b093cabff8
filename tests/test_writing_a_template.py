"""The template that docs/writing-a-template.md writes, made by the commands that stand there."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest

from dazzle_infra.workload.vocabulary import Output, vocabulary
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.custom_templates import rendered
from tests.support.documents import blocks
from tests.support.releases import IDENTITY
from tests.support.workloads import BUSY, RUNTIMES, workload

BLOCKS = blocks("writing-a-template.md")
COMMANDS = """worker_command = ["python", "-m", "work", "%{x}"]
scheduler_command = ["tick", "${x}"]
"""


def run(text: str, folder: Path) -> str:
    """Run commands of the document."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = [setting.split("=") for setting in IDENTITY[1::2]]
    environment |= {f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(settings)}
    environment |= {f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(settings)}
    environment |= {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the template's repository after its first release."""
    folder = tmp_path_factory.mktemp("workshop")
    [first] = [block for block in BLOCKS if block.place == "workshop"]
    run(first.text, folder)
    *files, _ = [block for block in BLOCKS if block.place == "template"]
    for block in files:
        run(block.text, folder / "acme-nomad")
    return folder / "acme-nomad"


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_each_service_of_each_runtime_is_a_job(tmp_path: Path, workshop: Path, runtime: str) -> None:
    told = vocabulary(workload(tmp_path, BUSY, COMMANDS, RUNTIMES[runtime]), Output("infra/nomad"))
    files = rendered(workshop, told)
    jobs = {path.removesuffix(".nomad.hcl"): hcl2.loads(text) for path, text in files.items() if path.endswith(".hcl")}
    assert set(jobs) == {one["name"] for one in told["services"]}
    for service in told["services"]:
        [job] = jobs[service["name"]]["job"]
        check_job(job[f'"desk-{service["name"]}"'], service)
    assert "nomad/jobs/desk-web" in files["web.nomad.hcl"]
    assert all(f"{one['name']}={{{{ .{one['name']} }}}}" in files["web.nomad.hcl"] for one in told["secrets"])


def test_an_application_uses_the_template_and_its_next_release(tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk", MANIFEST, BUSY)
    web = project / "infra/nomad/web.nomad.hcl"
    for block in BLOCKS:
        if block.language == "toml":
            (project / "dazzle.toml").write_text(f"{MANIFEST}\n{block.text}")
        elif block.place == "application":
            if web.exists():
                web.write_text(f"# Edited by a person.\n{web.read_text()}")
            ran = run_here(*shlex.split(block.text)[2:], cwd=project)
            assert ran.status == 0, ran.err
        else:
            run(block.text, tmp_path / ("acme-nomad" if block.place == "template" else ""))
    assert 'datacenters = ["fra1"]' in web.read_text()
    assert 'interval = "5s"' in web.read_text()
    assert web.read_text().startswith("# Edited by a person.\n")
    assert "\n_commit: v1.1.0\n" in (project / "infra/nomad/.copier-answers.yml").read_text()
    assert run_here("check", cwd=project).status == 0
    checked = run_here("template", "check", "../acme-nomad", "--of", "custom", "--no-tools", "--json", cwd=project)
    assert [one for one in checked.json["results"] if one["status"] == "failed"] == []


def check_job(job: dict[str, Any], service: dict[str, Any]) -> None:
    """Check that a job runs a service."""
    assert ("periodic" in job) == (service["kind"] == "scheduled")
    [group] = job["group"]
    [task] = group[f'"{service["name"]}"']["task"]
    [config] = task[f'"{service["name"]}"']["config"]
    words = [word.replace("$${", "${").replace("%%{", "%{") for word in config["entrypoint"]]
    assert words == [json.dumps(word) for word in service["command"]]
    assert ("network" in group[f'"{service["name"]}"']) == bool(service["port"])
