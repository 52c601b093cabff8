"""A worker's command that has no effect is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project

NEEDED = '\n[infra.overrides]\nqueue = { needed = true, reason = "jobs" }\n'


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ('worker_command = "python work.py"\n', "[infra] worker_command has no effect"),
        ('\n[infra.commands]\nworker = "python work.py"\n', "[infra.commands] worker has no effect"),
    ],
)
@pytest.mark.parametrize("needed", [False, True])
def test_a_workers_command_without_work_is_a_warning(tmp_path: Path, stated: str, named: str, needed: bool) -> None:
    project = small_project(tmp_path, MANIFEST + stated + (NEEDED if needed else ""))
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    assert (named in ran.err) is not needed
    assert (project / "infra/docker/services/compose.worker.yaml").exists() is needed
