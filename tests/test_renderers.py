"""No more processes render at a time than there are processors, and the results are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.errors import TemplateError
from dazzle_infra.rendering import pool, process
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates import Template, resolve_template
from tests.support.cli import run_here, small_project
from tests.support.hostile import hostile_template

GROUPS = 5


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes were alive whenever one was started."""
    started: list[Any] = []
    alive: list[int] = []
    start = process.start_process

    def counted(*arguments: Any) -> Any:
        made = start(*arguments)
        started.append(made)
        alive.append(sum(one.poll() is None for one in started))
        return made

    monkeypatch.setattr(process, "start_process", counted)
    return alive


@pytest.fixture
def templates(tmp_path: Path) -> list[Template]:
    found = []
    for number in range(GROUPS):
        repository = hostile_template(
            tmp_path / str(number), {"template/a.txt.jinja": f"{{{{ app_name }}}} {number}\n"}
        )
        found.append(resolve_template("docker", str(repository), None, None))
    return found


@pytest.mark.parametrize("cores", [1, 2, 16])
def test_groups_are_rendered_by_as_many_processes_as_there_are_processors(
    templates: list[Template], most: list[int], monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(pool, "usable_cores", lambda: cores)
    rendered = render_all([[RenderJob(template)] if number != 2 else [] for number, template in enumerate(templates)])
    contents = [[tree["a.txt"].content for tree in trees] for trees in rendered]
    assert contents == [[f"app {number}\n".encode()] if number != 2 else [] for number in range(GROUPS)]
    assert max(most) <= cores
    assert len(most) == min(cores, GROUPS - 1)


def test_the_first_group_that_fails_is_told(
    templates: list[Template], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "usable_cores", lambda: 2)
    broken = resolve_template(
        "docker", str(hostile_template(tmp_path / "b", {"template/a.jinja": "{{ x.y }}"})), None, None
    )
    groups = [[RenderJob(template)] for template in (templates[0], broken, templates[1], broken, templates[2])]
    with pytest.raises(TemplateError, match="undefined"):
        render_all(groups)


def test_a_scaffold_on_one_processor_starts_one_process(
    tmp_path: Path, most: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dazzle_infra.values.cores.usable_cores", lambda: 1)
    monkeypatch.setattr(pool, "usable_cores", lambda: 1)
    assert run_here("all", cwd=small_project(tmp_path / "p")).status == 0
    assert max(most) == 1
