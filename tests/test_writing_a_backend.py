"""The code of docs/writing-a-backend.md, run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tomli

from dazzle_infra.backends import Backend, register_backend
from dazzle_infra.backends.names import GROUP
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import git
from tests.support.trees import build_tree

TEXT = (Path(__file__).parents[1] / "docs/writing-a-backend.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
URL = "https://git.example.com/acme-nomad.git"
CONFIG = "_subdirectory: template\napp_name: {type: str, default: a}\ndatacenter: {type: str, default: dc9}\n"


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Any]:
    """Return what the document defines, with a template on this machine."""
    template = build_tree(
        tmp_path / "acme-nomad",
        {
            "copier.yml": CONFIG,
            "template/jobs.hcl.jinja": "{{ app_name }} in {{ datacenter }}\n",
            "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}",
        },
    )
    git(template, "init", "--quiet")
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--message", "first release")
    git(template, "tag", "v1.0.0")
    names: dict[str, Any] = {"__name__": "acme_nomad"}
    for block in CODE:
        exec(compile(block.replace(URL, str(template)), "document", "exec", dont_inherit=True), names)  # noqa: S102 - the document is ours
    return names


def test_the_first_class_is_a_whole_backend() -> None:
    names: dict[str, Any] = {"__name__": "acme_nomad"}
    exec(compile(CODE[0], "document", "exec", dont_inherit=True), names)  # noqa: S102 - the document is ours
    assert len(CODE[0].strip().partition("class ")[2].splitlines()) == 4
    with register_backend(names["Nomad"]) as one:
        assert (one.name, one.source) == ("nomad", URL)


def test_the_entry_point_is_of_the_group_that_is_read() -> None:
    [block] = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    assert list(tomli.loads(block)["project"]["entry-points"]) == [GROUP]


def test_the_settings_and_the_answers_work(written: dict[str, Any], tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk", f'{MANIFEST}\n[infra.nomad]\nregion = "america"\n')
    with register_backend(written["Nomad"]):
        refused = run_here("nomad", "--json", cwd=project)
        assert refused.json["message"] == '[infra.nomad] datacenter "dc1" is in Europe'
        (project / "dazzle.toml").write_text(f'{MANIFEST}\n[infra.nomad]\ndatacenter = "dc3"\n')
        assert run_here("nomad", cwd=project).status == 0
        assert (project / "infra/nomad/jobs.hcl").read_text() == "desk in dc3\n"
        (project / "dazzle.toml").write_text(f'{MANIFEST}backends = ["nomad"]\n')
        explained = run_here("explain", "database", cwd=project).out
        assert "nomad: not provided; set its address as a variable of the job" in explained


def test_the_test_of_the_document_passes(
    written: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written["test_the_jobs_are_generated"](tmp_path, monkeypatch)
    assert "Nomad jobs" in capsys.readouterr().out


def test_the_members_of_the_table_are_members_of_a_backend() -> None:
    rows = [line.split(" | ")[0] for line in TEXT.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} <= set(dir(Backend))
