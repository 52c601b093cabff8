"""What is made for whole applications passes the tools that people run on it.

`DAZZLE_INFRA_TEST_APPSPECS=FOLDER` adds every exported AppSpec of a folder to the examples.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.cli import run_cli
from tests.support.compose import compose_config
from tests.support.lint import lint_dockerfile
from tests.support.terraform import initialised, terraform
from tests.support.trees import build_tree

EXAMPLES = Path(__file__).parent.parent / "examples"
EXPORTS = [
    *sorted(EXAMPLES.glob("*/appspec.json*")),
    *sorted(Path(os.environ.get("DAZZLE_INFRA_TEST_APPSPECS", os.devnull)).glob("*.json*")),
]


def project_of(export: Path, folder: Path) -> Path:
    """Copy an example, or make a project around an export that stands alone."""
    if (export.parent / "dazzle.toml").exists():
        return Path(shutil.copytree(export.parent, folder))
    return build_tree(folder, {"dazzle.toml": f'[project]\nname = "{export.name.split("-")[0]}"\n'})


@pytest.mark.slow
@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: f"{export.parent.name}/{export.name}")
def test_the_files_of_an_application_pass_the_tools_that_read_them(tmp_path: Path, export: Path) -> None:
    project = project_of(export, tmp_path / "project")
    ran = run_cli("all", "--appspec", str(export), cwd=project)
    assert ran.status == 0, ran.err
    services = compose_config(project / "infra/docker")["services"]
    assert {"web", "database"} <= set(services)
    assert lint_dockerfile(project / "infra/docker/Dockerfile") == ""
    root = project / "infra/terraform"
    terraform().succeed("fmt", "-check", "-recursive", "-diff", cwd=root)
    environments = sorted(path for path in (root / "envs").iterdir())
    assert [path.name for path in environments] == ["dev", "prod", "staging"]
    for directory in environments:
        initialised(directory).succeed("validate", "-no-color", cwd=directory)
