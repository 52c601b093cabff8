"""`update --retire`: the folder of an environment that was dropped goes when a person says so, once."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import build_tree

ENVIRONMENTS = f'{MANIFEST}backends = ["terraform"]\n\n[infra.terraform]\nenvironments = '


def test_an_environment_that_terraform_was_run_in_is_retired_once(tmp_path: Path) -> None:
    project = small_project(tmp_path / "my desk", f'{ENVIRONMENTS}["dev", "qa"]\n')
    assert run_here("terraform", "-q", cwd=project).status == 0
    folder = build_tree(project / "infra/terraform/envs/qa", {".terraform/providers/aws": "a provider\n"})
    (project / "dazzle.toml").write_text(f'{ENVIRONMENTS}["dev"]\n')

    kept = run_here("plan", cwd=project)
    assert "first terraform -chdir=infra/terraform/envs/qa destroy, then --retire qa" in kept.out

    retired = run_here("update", "--retire", "qa", cwd=project)
    assert retired.status == 0, retired.err
    assert [path.name for path in folder.iterdir()] == [".terraform"]

    later = run_here("plan", cwd=project).out
    assert "up to date" in later
    assert "kept" not in later
    again = run_here("update", "--retire", "qa", cwd=project)
    assert again.status == 2
    assert "'qa' cannot be retired" in again.err
