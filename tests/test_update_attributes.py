"""A `.gitattributes` of the user's, its filters, and line ends: what an update and git then do with the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, classes, commit_all, edit, git, made_project, text
from tests.support.trees import build_tree

MERGED = "# desk\n" + text("compose", l2="compose_2 = mine", l9="compose_9 = nine")
ATTRIBUTES = {
    "crlf": "* text=auto eol=crlf\n",
    "no merge": "* -merge\n",
    "binary": "* binary\n",
    "filter": "* filter=shift\n",
    "ours": "* merge=ours\n",
    "ident": "* ident\n",
}


_OFTEN = ("crlf", "filter")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in _OFTEN else pytest.mark.slow) for name in ATTRIBUTES]
)
def test_attributes_and_filters_of_the_users_change_nothing_and_a_checkout_gives_back_the_same_bytes(
    tmp_path: Path, name: str
) -> None:
    project = made_project(tmp_path, commit=False)
    build_tree(project, {".gitattributes": f"{ATTRIBUTES[name]}.gitattributes !filter !text\n"})
    git(project, "init", "--quiet")
    git(project, "config", "filter.shift.clean", "tr a-z b-za")
    git(project, "config", "filter.shift.smudge", "tr b-za a-z")
    commit_all(project)
    git(project, "rm", "--quiet", "-r", "--cached", ".")
    git(project, "reset", "--quiet", "--hard")
    end = "\r\n" if name == "crlf" else "\n"
    assert (project / FOLDER / "compose.yaml").read_bytes().endswith(end.encode())
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    edit(project, "old.conf", "settings_2 = 2", "settings_2 = mine")
    edit(project, "ünï code.txt", "uni_9 = 9", "uni mine")
    mine = (project / FOLDER / "ünï code.txt").read_bytes()
    ran = run_here("update", "--to", "v1.1.0", "--json", cwd=project)
    assert ran.status == 4, ran.err
    shown = classes(ran)
    assert (shown["compose.yaml"], shown["ünï code.txt"], shown["legacy.conf"]) == ("merged", "conflict", "removed")
    assert (project / FOLDER / "compose.yaml").read_bytes() == MERGED.replace("\n", end).encode()
    wanted = text("settings", l2="settings_2 = mine", l9="settings_9 = nine").replace("\n", end)
    assert (project / FOLDER / "settings.conf").read_bytes() == wanted.encode()
    git(project, "checkout", "--ours", f"{FOLDER}/ünï code.txt")
    assert (project / FOLDER / "ünï code.txt").read_bytes() == mine
    git(project, "checkout", "--theirs", f"{FOLDER}/ünï code.txt")
    theirs = text("uni", l9="uni_9 = nine").replace("\n", end).encode()
    assert (project / FOLDER / "ünï code.txt").read_bytes() == theirs


@pytest.mark.slow
def test_line_ends_alone_are_no_edit(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    for path in (project / FOLDER).rglob("*"):
        if path.is_file() and path.suffix != ".bin":
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert set(classes(ran).values()) == {"added", "updated", "moved", "removed", "user-owned"}
    status = run_here("status", "--json", cwd=project).json
    assert [one["path"] for one in status["backends"][0]["edited"]] == ["local.conf"]
    (project / FOLDER / ".copier-answers.yml").write_bytes(
        (project / FOLDER / ".copier-answers.yml").read_bytes().replace(b"mail: false", b"mail: true")
    )
    assert run_here("check", cwd=project).status == 5
