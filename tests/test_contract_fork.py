"""The fork that is held to the contract: its files on disk, its history, its tags, and updates from its releases."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dazzle_infra.contract import updates
from dazzle_infra.contract.lineage import check_tags, earlier_releases, lineage_of
from dazzle_infra.contract.snapshot import CHECKED, Snapshot, take_snapshot
from dazzle_infra.contract.updates import Step, update_findings
from dazzle_infra.errors import PreconditionError, TemplateError, UsageError
from dazzle_infra.merging.changes import Change, ChangeSet
from dazzle_infra.templates import Template, embedded_repository, embedded_url, resolve_template, versions_of
from dazzle_infra.templates.eject import eject
from dazzle_infra.values.trees import File, Tree
from tests.support.cli import Ran, run_here
from tests.support.every_template import MODELS
from tests.support.releases import commit_all, git
from tests.support.trees import build_tree, read_tree

NEWEST = versions_of(embedded_repository("docker"))[-1]


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    return eject("docker", tmp_path / "fork").folder


def snapshot(folder: Path) -> Snapshot:
    repository = folder.parent / f"{len(list(folder.parent.iterdir()))}.git"
    return take_snapshot(folder, repository)


def content(taken: Snapshot, path: str) -> str:
    return git(taken.repository, "show", f"{CHECKED}:{path}")


def test_a_clean_fork_is_checked_as_it_is_committed(fork: Path) -> None:
    taken = snapshot(fork)
    assert (taken.head, taken.is_dirty, taken.is_shallow) == (git(fork, "rev-parse", "HEAD").strip(), False, False)
    assert set(taken.files()) == set(read_tree(fork))


def test_changes_that_are_not_committed_are_checked_too_and_leave_no_trace(fork: Path) -> None:
    build_tree(fork, {"template/new.txt": "new\n", "template/ignored.log": "x\n", ".gitignore": "*.log\n"})
    (fork / "README.md").unlink()
    (fork / "template/entrypoint.sh").write_text("changed\n")
    before = read_tree(fork / ".git")
    taken = snapshot(fork)
    assert taken.is_dirty
    assert content(taken, "template/new.txt") == "new\n"
    assert content(taken, "template/entrypoint.sh") == "changed\n"
    assert not {"README.md", "template/ignored.log"} & set(taken.files())
    assert read_tree(fork / ".git") == before


def test_nothing_that_the_forks_own_configuration_names_is_run(fork: Path) -> None:
    script = build_tree(fork.parent, {"evil": '#!/bin/sh\ntouch "$(dirname "$0")/ran"\ncat\n'}) / "evil"
    script.chmod(0o755)
    for key in ("core.fsmonitor", "filter.house.clean", "filter.house.smudge", "uploadpack.packObjectsHook"):
        git(fork, "config", key, str(script))
    build_tree(fork, {".gitattributes": "* filter=house\n", "template/new.txt": "new\n"})
    assert content(snapshot(fork), "template/new.txt") == "new\n"
    assert not (fork.parent / "ran").exists()


def test_a_history_that_is_cut_off_is_noted(fork: Path) -> None:
    (fork / "HOUSE.md").write_text("x\n")
    commit_all(fork)
    git(fork.parent, "clone", "--quiet", "--depth", "1", fork.as_uri(), "cut")
    taken = snapshot(fork.parent / "cut")
    [found] = check_tags(taken, lineage_of(taken, "docker"))
    assert taken.is_shallow
    assert not found.breaks
    assert "fetch-depth: 0" in found.hint


def test_a_folder_without_a_repository_stands_for_the_next_release(tmp_path: Path) -> None:
    folder = eject("docker", tmp_path / "fork").folder
    (folder / ".git").rename(tmp_path / "elsewhere")
    taken = snapshot(folder)
    assert taken.head is None
    assert [one.version for one in earlier_releases(taken, lineage_of(taken, None))] == versions_of(
        embedded_repository("docker")
    )


def test_what_is_no_template_or_has_no_commit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError, match=r"contains no copier\.yml"):
        take_snapshot(tmp_path, tmp_path / "a.git")
    build_tree(tmp_path / "new", {"copier.yml": "{}\n"})
    git(tmp_path / "new", "init", "--quiet")
    with pytest.raises(PreconditionError, match="cannot be read"):
        take_snapshot(tmp_path / "new", tmp_path / "b.git")


def test_a_fork_is_known_by_its_history_or_by_its_questions(fork: Path, tmp_path: Path) -> None:
    assert lineage_of(snapshot(fork), None).name == "docker"
    base = lineage_of(snapshot(fork), None).base
    assert base is not None
    assert base.version == NEWEST
    terraform = eject("terraform", tmp_path / "terraform").folder
    (terraform / ".git").rename(tmp_path / "elsewhere")
    assert lineage_of(snapshot(terraform), None).name == "terraform"
    stranger = build_tree(tmp_path / "stranger", {"copier.yml": "one: 1\ntwo: 2\napp_name: x\n", "template/a": ""})
    with pytest.raises(UsageError, match="not a fork of an embedded template"):
        lineage_of(snapshot(stranger), None)
    assert lineage_of(snapshot(stranger), "terraform").name == "terraform"


def test_upstreams_release_as_a_tag_of_a_fork_breaks_the_contract(fork: Path) -> None:
    git(fork, "tag", NEWEST)
    plain = snapshot(fork)
    assert check_tags(plain, lineage_of(plain, None)) == []
    (fork / "HOUSE.md").write_text("x\n")
    commit_all(fork)
    git(fork, "tag", f"{NEWEST}+acme.1")
    taken = snapshot(fork)
    [found] = check_tags(taken, lineage_of(taken, None))
    assert found.breaks
    assert found.where == f"tag {NEWEST}"
    assert f"git tag --delete {NEWEST}" in found.hint


def test_two_releases_on_one_commit_are_noted(fork: Path) -> None:
    (fork / "HOUSE.md").write_text("x\n")
    commit_all(fork)
    git(fork, "tag", f"{NEWEST}+acme.1")
    git(fork, "tag", f"{NEWEST}+acme.2")
    taken = snapshot(fork)
    [found] = check_tags(taken, lineage_of(taken, None))
    assert not found.breaks
    assert f"git tag --delete {NEWEST}+acme.2" in found.hint


def test_updates_are_tried_from_upstream_and_from_every_release_behind_the_work(fork: Path) -> None:
    def versions() -> list[str]:
        taken = snapshot(fork)
        return [one.version for one in earlier_releases(taken, lineage_of(taken, None))]

    assert versions() == []
    git(fork, "branch", "other")
    for number in (1, 2):
        (fork / "HOUSE.md").write_text(f"{number}\n")
        commit_all(fork)
        git(fork, "tag", f"{NEWEST}+acme.{number}")
    git(fork, "tag", "no-version")
    assert versions() == [NEWEST, f"{NEWEST}+acme.1"]
    (fork / "HOUSE.md").write_text("3\n")
    assert versions() == [NEWEST, f"{NEWEST}+acme.1", f"{NEWEST}+acme.2"]
    git(fork, "checkout", "--quiet", "--force", "other")
    assert versions() == []


def step() -> Step:
    one: Template = resolve_template("docker", embedded_url("docker"), None, None)
    return Step("typical", replace(one, version="v1.0.0"), one, {})


def numbered(stem: str, count: int = 12, **changed: str) -> File:
    return File("".join(changed.get(f"l{n}", f"{stem} {n}") + "\n" for n in range(count)).encode())


WRITTEN: Tree = {
    "a.conf": numbered("a"),
    "big.conf": numbered("b", 40),
    "c.conf": numbered("c"),
    "s.conf": File(b"s\n"),
}


@pytest.mark.parametrize(
    ("new", "decisions"),
    [
        (WRITTEN, 0),
        ({**WRITTEN, "a.conf": numbered("a", l1="improved"), "big.conf": numbered("b", 40, l1="improved")}, 0),
        ({path: file for path, file in WRITTEN.items() if path != "a.conf"}, 1),
        ({**WRITTEN, "a.conf": numbered("a", l5="improved", l6="improved")}, 1),
        ({**WRITTEN, "sub/c.conf": WRITTEN["c.conf"], "house-notes.txt": File(b"ours\n")}, 1),
    ],
)
def test_whatever_a_release_does_to_edited_files_no_edit_is_lost(new: Tree, decisions: int) -> None:
    found, edits, left = update_findings(step(), WRITTEN, [WRITTEN, WRITTEN, new])
    assert (found, edits, left) == ([], 7, decisions)


def test_an_edit_that_would_be_lost_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(*arguments: object) -> ChangeSet:
        return ChangeSet((Change("a.conf", "removed"),))

    monkeypatch.setattr(updates, "compare", lossy)
    found, _, _ = update_findings(step(), WRITTEN, [WRITTEN, WRITTEN, WRITTEN])
    assert [one.where for one in found] == ["typical: a.conf"] * 2
    assert all(one.breaks and one.message.startswith("an edit is lost: # house edit") for one in found)


def test_a_lost_edit_is_not_taken_for_that_of_a_file_with_a_longer_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "compare", lambda *_: ChangeSet((Change("a.conf", "removed"),)))
    written: Tree = {**WRITTEN, "a.conf.ignore": numbered("i")}
    found, _, _ = update_findings(step(), written, [written, written, written])
    assert [one.where for one in found] == ["typical: a.conf"] * 2


def test_an_update_that_cannot_be_rendered_is_named() -> None:
    [found], _, _ = update_findings(step(), WRITTEN, TemplateError("x v1 cannot be rendered: no such answer"))
    assert (found.where, found.message, found.breaks) == ("typical", "no such answer", True)


def test_a_fork_that_holds_to_the_contract_exits_zero(fork: Path) -> None:
    ran = run_here("template", "check", "--no-tools", "--json", cwd=fork)
    assert ran.status == 0, ran.out
    assert ran.json["ok"] is True
    assert ran.json["template"]["upstream"] == NEWEST
    status = {one["check"]: one["status"] for one in ran.json["results"]}
    assert status["sample bare"] == status["sample typical"] == status["sample everything"] == "ok"
    assert status["updates"] == "skipped"


@pytest.mark.slow
def test_updates_are_tried_from_both_where_a_fork_has_a_version_of_upstreams_as_its_own(fork: Path) -> None:
    for number in (1, 2):
        (fork / "HOUSE.md").write_text(f"{number}\n")
        commit_all(fork)
        if number == 1:
            git(fork, "tag", NEWEST)
    ran = run_here("template", "check", "--no-tools", "--json", cwd=fork)
    assert ran.status == 0, ran.out
    assert {f"update from {NEWEST}", f"update from upstream's {NEWEST}"} <= results(ran).keys()


def results(ran: Ran) -> dict[str, tuple[str, list[dict[str, str]]]]:
    return {one["check"]: (one["status"], one["findings"]) for one in ran.json["results"]}


@pytest.mark.slow
def test_a_template_that_breaks_the_contract_exits_one_and_says_where(fork: Path) -> None:
    shutil.rmtree(fork / ".git")
    git(fork, "init", "--quiet")
    commit_all(fork)
    with (fork / "copier.yml").open("a") as stream:
        stream.write("\nnumber: {type: int, default: 1, when: false}\n")
    broken = {"random.txt.jinja": "{{ range(100000) | random }}\n", "{% if mail %}broken.yaml{% endif %}": "a: [\n"}
    build_tree(fork / "template", broken)
    ran = run_here("template", "check", "--no-tools", "--json", cwd=fork)
    assert (ran.status, ran.json["ok"], ran.json["template"]["dirty"]) == (1, False, True)
    found = results(ran)
    assert [one["where"] for one in found["questions"][1]] == ["copier.yml: number"]
    assert {one["where"] for one in found["sample everything"][1]} == {"random.txt", "broken.yaml:2"}
    assert {one["where"] for one in found["sample bare"][1]} == {"random.txt"}


@pytest.mark.slow
def test_a_sample_that_cannot_be_rendered_does_not_hide_the_others(fork: Path) -> None:
    build_tree(fork, {"template/{% if worker and not mail %}no.txt{% endif %}.jinja": "{{ nobody.knows }}\n"})
    ran = run_here("template", "check", "fork", "--no-tools", "--json", cwd=fork.parent)
    found = results(ran)
    assert ran.status == 1
    assert {check for check, (status, _) in found.items() if status == "failed"} == {
        "sample typical",
        f"update from {NEWEST}",
    }
    assert "nobody" in found["sample typical"][1][0]["message"]
    assert [one["where"] for one in found[f"update from {NEWEST}"][1]] == ["typical"]
    text = run_here("template", "check", "fork", "--no-tools", cwd=fork.parent)
    assert text.status == 1
    assert "some checks failed" in text.out
    assert "  failed   sample typical" in text.out


@pytest.mark.slow
def test_the_sources_of_the_templates_hold_to_the_contract_against_every_release() -> None:
    sources = Path(__file__).parents[1] / "copier-templates"
    for name in MODELS:
        ran = run_here("template", "check", name, "--json", cwd=sources)
        assert ran.status == 0, ran.out
        checked = [one["check"] for one in ran.json["results"]]
        assert set(checked) >= {f"update from {version}" for version in versions_of(embedded_repository(name))}


def test_a_tag_that_is_based_on_another_release_than_it_says_breaks_the_contract(fork: Path) -> None:
    (fork / "HOUSE.md").write_text("x\n")
    commit_all(fork)
    git(fork, "tag", "v1.0.0+acme.1")
    taken = snapshot(fork)
    [found] = check_tags(taken, lineage_of(taken, None))
    assert found.breaks
    assert found.where == "tag v1.0.0+acme.1"
    assert f"git tag {NEWEST}+acme.1 " in found.hint
    git(fork, "tag", f"{NEWEST}+acme.1")
    git(fork, "tag", "--delete", "v1.0.0+acme.1")
    git(fork, "tag", "v7.0.0")
    right = snapshot(fork)
    assert [one for one in check_tags(right, lineage_of(right, None)) if one.breaks] == []
