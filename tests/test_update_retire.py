"""`update --retire`: the folder of an environment that was dropped goes when a person says so, once."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli import MANIFEST, run_cli, small_project
from tests.support.trees import build_tree

ENVIRONMENTS = f'{MANIFEST}backends = ["terraform"]\n\n[infra.terraform]\nenvironments = '


def test_an_environment_that_terraform_was_run_in_is_retired_once(tmp_path: Path) -> None:
    project = small_project(tmp_path / "my desk", f'{ENVIRONMENTS}["dev", "qa"]\n')
    assert run_cli("terraform", "-q", cwd=project).status == 0
    folder = build_tree(project / "infra/terraform/envs/qa", {".terraform/providers/aws": "a provider\n"})
    (project / "dazzle.toml").write_text(f'{ENVIRONMENTS}["dev"]\n')

    kept = run_cli("plan", cwd=project)
    assert f"first terraform -chdir='{folder}' destroy, then --retire qa" in kept.out

    retired = run_cli("update", "--retire", "qa", cwd=project)
    assert retired.status == 0, retired.err
    assert [path.name for path in folder.iterdir()] == [".terraform"]

    later = run_cli("plan", cwd=project).out
    assert "up to date" in later
    assert "kept" not in later
    again = run_cli("update", "--retire", "qa", cwd=project)
    assert again.status == 2
    assert "'qa' cannot be retired" in again.err
