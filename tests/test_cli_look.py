"""`explain`, `doctor`, `schema` and the scripts: what they print."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from dazzle_infra.requirements.needs import NEED_NAMES
from tests.support.cli import SMALL, run_cli, run_here, small_project
from tests.support.trees import build_tree, read_tree

NEEDS = sorted(NEED_NAMES)


def test_explain_says_why_for_every_need(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    before = read_tree(project)
    ran = run_here("explain", cwd=project)
    assert ran.status == 0, ran.err
    for need in NEEDS:
        assert f"\n  {need} " in ran.out
    assert "entity Ticket" in ran.out
    assert read_tree(project) == before


def test_explain_as_json_has_evidence_and_who_serves_for_every_need(tmp_path: Path) -> None:
    document = run_here("explain", "--json", cwd=small_project(tmp_path)).json
    assert sorted(document) == ["application", "environment", "ok", "requirements", "runtime", "schema_version"]
    assert document["application"] == {"name": "desk", "title": "Ticket Desk", "version": "1.2.0"}
    assert [requirement["name"] for requirement in document["requirements"]] == NEEDS
    for requirement in document["requirements"]:
        assert sorted(requirement) == ["detail", "evidence", "name", "needed", "served"]
        assert requirement["evidence"]
        for evidence in requirement["evidence"]:
            assert sorted(evidence) == ["because", "construct", "name", "source"]
        assert [served["backend"] for served in requirement["served"]] == ["docker", "terraform"]
        assert all(served["because"] for served in requirement["served"])
        if not requirement["needed"]:
            assert all(served["by"] is None for served in requirement["served"])
    assert {"name", "secret", "default", "evidence"} == set(document["environment"][0])


def test_explain_needs_no_project_when_it_is_given_a_model(tmp_path: Path) -> None:
    build_tree(tmp_path, {"model.json": json.dumps(SMALL)})
    assert run_here("explain", "--appspec", "model.json", cwd=tmp_path).status == 0


@pytest.mark.parametrize("need", NEEDS)
def test_whoever_serves_a_need_that_is_forced_says_how(tmp_path: Path, need: str) -> None:
    stands_on = {"worker": ["queue"]}.get(need, [])
    lines = "".join(f"{name} = {{ needed = true, reason = 'we say so' }}\n" for name in [need, *stands_on])
    project = small_project(
        tmp_path, f"[project]\nname='desk'\n[infra]\nappspec='appspec.json'\n[infra.overrides]\n{lines}"
    )
    ran = run_here("explain", "--json", cwd=project)
    assert ran.status == 0, ran.out
    requirement = next(one for one in ran.json["requirements"] if one["name"] == need)
    assert requirement["needed"]
    assert all(served["because"] not in ("", "not needed") for served in requirement["served"])


def test_the_schema_is_json_and_closed_below_infra(tmp_path: Path) -> None:
    ran = run_here("schema", cwd=tmp_path)
    assert ran.status == 0
    assert "infra" in json.loads(ran.out)["properties"]


def test_doctor_says_what_is_missing_and_what_that_means(tmp_path: Path) -> None:
    tools = build_tree(tmp_path / "bin", {"git": "#!/bin/sh\necho git version 2.47.1\n"})
    (tools / "git").chmod(0o755)
    ran = run_cli("doctor", cwd=tmp_path, environment={"PATH": str(tools)})
    assert ran.status == 0
    assert "2.47.1" in ran.out
    for line in ("docker", "terraform", "git-remote-dazzle-infra"):
        assert any(line in printed and "missing" in printed for printed in ran.out.splitlines())
    told = run_cli("doctor", "--json", cwd=tmp_path, environment={"PATH": str(tools)}).json
    missing = [finding for finding in told["findings"] if finding["found"] is None]
    assert missing
    assert all(finding["meaning"] for finding in missing)


OUR_SCRIPT = "#!/usr/bin/python\nfrom dazzle_infra_standalone import main\n"


@pytest.mark.parametrize(
    ("files", "configured", "expected"),
    [
        ({"project/.venv": "0.121.0"}, "", "0.121.0"),
        ({"activated": "0.122.0"}, "", "0.122.0"),
        ({"path": "0.123.0"}, "", "0.123.0"),
        ({"path": "0.123.0", "named": "0.124.0"}, "../named/bin/dazzle", "0.124.0"),
        ({"path": "0.123.0"}, "../named/bin/dazzle", None),
        ({"project/venv": "0.121.0"}, "", None),
        ({"project/.venv": ""}, "", None),
        ({"project/.venv": "0.99.0"}, "", None),
    ],
)
def test_doctor_finds_the_dazzle_that_would_read_the_model(
    tmp_path: Path, files: dict[str, str], configured: str, expected: str | None
) -> None:
    if find_spec("dazzle") and not configured:
        pytest.skip("dazzle-dsl is installed here, and would read the model itself")
    infra = f"[infra]\ndazzle = '{configured}'\n" if configured else ""
    build_tree(tmp_path, {"project/dazzle.toml": infra, "path/bin/x": "", "activated/bin/x": ""})
    for place, version in files.items():
        script = build_tree(tmp_path / place, {"bin/dazzle": "#!/bin/sh\n" if version else OUR_SCRIPT}) / "bin/dazzle"
        script.chmod(0o755)
        if version:
            build_tree(tmp_path / place, {f"lib/python3.12/site-packages/dazzle_dsl-{version}.dist-info/METADATA": ""})
    surroundings = {"PATH": str(tmp_path / "path/bin"), "VIRTUAL_ENV": str(tmp_path / "activated")}
    told = run_here("doctor", "--json", cwd=tmp_path / "project", environment=surroundings).json
    (finding,) = (finding for finding in told["findings"] if finding["name"] == "dazzle-dsl")
    assert (finding["found"] or "").partition(" ")[0] == (expected or "")
    assert bool(finding["meaning"]) == (expected is None)


def test_help_lists_commands_and_exit_codes(tmp_path: Path) -> None:
    ran = run_here("--help", cwd=tmp_path)
    assert ran.status == 0
    for word in ("docker", "terraform", "all", "explain", "doctor", "schema", "Exit codes", "130"):
        assert word in ran.out


def test_colour_is_for_terminals_alone(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert "\x1b[" not in run_here("explain", cwd=project).out
    assert "\x1b[" in run_cli("explain", cwd=project, environment={"FORCE_COLOR": "1", "TERM": "xterm"}).out
    plain = run_cli("explain", "--no-color", cwd=project, environment={"FORCE_COLOR": "1", "TERM": "xterm"}).out
    assert "\x1b[3" not in plain
