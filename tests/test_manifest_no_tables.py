"""A value where Dazzle has a table is refused: what the table should say would be ignored silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project


@pytest.mark.parametrize("name", ["project", "modules", "storage", "auth", "tenant", "llm"])
@pytest.mark.parametrize("value", ['"x"', "[]", "7"])
def test_a_value_in_the_place_of_a_table_is_refused_with_its_line(tmp_path: Path, name: str, value: str) -> None:
    project = small_project(tmp_path, f"# a comment\n{name} = {value}\n\n[infra]\nappspec = 'appspec.json'\n")
    ran = run_here("docker", cwd=project)
    assert (ran.status, ran.out) == (2, "")
    assert f"[{name}] must be a table" in ran.err
    assert "dazzle.toml:2" in ran.err
    assert not (project / "infra").exists()
