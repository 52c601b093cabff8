"""Hooks of other packages: phases, order, files, failures, and what they print."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import field_validator

from dazzle_infra.hooks import Hook, HookContext, HookOptions, HookResult, register_hook, unregister_hook
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import build_tree, read_tree

SECRET = "hunter2-hunter2"


class Noted(Hook):
    """Notes each phase in which it runs."""

    name = "noted"
    summary = "notes its phases"
    seen: ClassVar[list[str]] = []

    def before(self, context: HookContext) -> HookResult:
        self.seen.append(f"before {len(context.rendered)}")
        return HookResult(artifacts=("from before",))

    def contribute(self, context: HookContext) -> HookResult:
        self.seen.append(f"contribute {'compose.yaml' in context.rendered} {context.artifact(str)}")
        return HookResult(writes=(context.file("notes.txt", f"{context.application}\n"),))

    def after(self, context: HookContext) -> HookResult:
        self.seen.append(f"after {(context.project / context.directory / 'notes.txt').is_file()}")
        needs = [one.name for one in context.requirements if one.needed]
        return HookResult(display_to_user=(f"needs {', '.join(needs)}",), next_steps=("make rollout",))


@pytest.fixture(autouse=True)
def _hooks() -> Iterator[None]:
    Noted.seen.clear()
    register_hook(Noted, "acme-hooks 1.2")
    yield
    for name in ("noted", "other", "broken", "first", "second"):
        unregister_hook(name)


def project_with(folder: Path, hooks: str) -> Path:
    return small_project(folder, MANIFEST + f"\n[infra.hooks]\n{hooks}\n")


def test_a_hook_runs_in_its_phases_and_its_file_is_one_of_the_change_set(tmp_path: Path) -> None:
    project = project_with(tmp_path, 'pre_build = ["noted"]')
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    assert Noted.seen == ["before 0", "contribute True from before", "after True"]
    assert (project / "infra/docker/notes.txt").read_text() == "desk\n"
    assert "noted                 needs database\n" in ran.out
    assert "make rollout\n" in ran.out


def test_an_opt_in_hook_that_nobody_names_does_not_run(tmp_path: Path) -> None:
    assert run_here("docker", cwd=small_project(tmp_path)).status == 0
    assert Noted.seen == []


@pytest.mark.parametrize("arguments", [("docker", "--dry-run"), ("plan",), ("check",)])
def test_nothing_of_after_runs_where_nothing_is_written(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    project = project_with(tmp_path, 'pre_build = ["noted"]')
    if arguments[0] != "docker":
        assert run_here("docker", "-q", cwd=project).status == 0
        Noted.seen.clear()
    assert run_here(*arguments, cwd=project).status == 0
    assert [one.split()[0] for one in Noted.seen] == ([] if arguments == ("check",) else ["before", "contribute"])


def test_an_update_runs_hooks_and_keeps_what_a_person_wrote_into_their_files(tmp_path: Path) -> None:
    project = project_with(tmp_path, 'pre_build = ["noted"]')
    assert run_here("docker", "-q", cwd=project).status == 0
    model = project / "appspec.json"
    model.write_text(model.read_text().replace("Ticket Desk", "Desk"))
    assert run_here("update", "--json", cwd=project).json["backends"][0]["hooks"] == [
        {"name": "noted", "phase": "after", "success": True, "message": "", "display": ["needs database"]}
    ]
    (project / "infra/docker/notes.txt").write_text("mine\n")
    model.write_text(model.read_text().replace('"Desk"', '"Desks"'))
    ran = run_here("update", cwd=project)
    assert ran.status == 1
    assert "hook noted would change existing lines of infra/docker/notes.txt" in ran.err
    assert (project / "infra/docker/notes.txt").read_text() == "mine\n"


def failing(kind: str) -> type[Hook]:
    class Broken(Hook):
        name = "broken"
        summary = "fails"
        seconds = 0.5

        def contribute(self, context: HookContext) -> HookResult:
            return act(kind, context)

    return Broken


def act(kind: str, context: HookContext) -> HookResult:
    """Do what a hook must not do."""
    match kind:
        case "raises":
            raise RuntimeError(f"no luck with {SECRET}")
        case "exits":
            sys.exit(3)
        case "hangs":
            while True:
                print("still here")  # noqa: T201
                time.sleep(0.01)
        case "returns nothing":
            return None  # type: ignore[return-value]
        case "refuses":
            return HookResult(success=False, message=f"password {SECRET} is too short")
        case "no file":
            return HookResult(writes=("notes.txt",))  # type: ignore[arg-type]
        case "outside":
            return HookResult(writes=(context.file("../../outside.txt", ""),))
        case "template":
            return HookResult(writes=(context.file("compose.yaml", ""),))
        case _:
            return HookResult(writes=(context.file("notes.txt", "other\n"),))


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("raises", 1, "hook broken raised RuntimeError: no luck with ****"),
        ("exits", 1, "hook broken called sys.exit(3)"),
        ("hangs", 1, "hook broken exceeded its time limit"),
        ("returns nothing", 1, "hook broken returned NoneType, not HookResult"),
        ("refuses", 5, "hook broken: password **** is too short"),
        ("no file", 1, "hook broken returned writes that HookContext.file did not make"),
        ("outside", 1, "hook broken returned a file outside infra/docker"),
        ("template", 1, "hook broken returned infra/docker/compose.yaml, which is a file of the template"),
        ("same file", 1, "hook broken returned infra/docker/notes.txt, which another hook adds"),
    ],
)
def test_a_failure_before_writing_is_one_message_and_nothing_is_written(
    tmp_path: Path, kind: str, status: int, message: str
) -> None:
    register_hook(failing(kind))
    project = project_with(tmp_path, 'pre_build = ["noted", "broken"]')
    before = read_tree(project)
    # A variable that the model calls secret.
    ran = run_here("docker", "--json", cwd=project, environment={"DAZZLE_SECRET_KEY": SECRET})
    assert ran.status == status
    assert ran.json["message"].startswith(message)
    assert ran.json["where"] == {"file": "dazzle.toml", "line": 8, "key": "[infra.hooks] pre_build"}
    assert SECRET not in ran.out + ran.err
    assert read_tree(project) == before


def after(kind: str, policy: str) -> type[Hook]:
    class Other(Hook):
        name = "other"
        summary = "fails after"
        on_failure = policy  # type: ignore[assignment]

        def after(self, context: HookContext) -> HookResult:
            print("straight to standard output")  # noqa: T201
            if kind == "files":
                return HookResult(writes=(context.file("late.txt", ""),))
            return HookResult(success=False, message=f"cannot reach {SECRET}")

    return Other


@pytest.mark.parametrize(("policy", "status"), [("fail", 1), ("warn", 0)])
@pytest.mark.parametrize("kind", ["files", "refuses"])
def test_a_failure_after_writing_is_reported_with_the_result(
    tmp_path: Path, policy: str, status: int, kind: str
) -> None:
    register_hook(after(kind, policy))
    project = project_with(tmp_path, 'post_build = ["other"]')
    ran = run_here("docker", "--json", cwd=project, environment={"DAZZLE_SECRET_KEY": SECRET})
    assert ran.status == status
    assert ran.json["ok"] is (policy == "warn")
    [report] = ran.json["backends"][0]["hooks"]
    assert report["display"] == ["straight to standard output"]
    assert report["message"] in ("cannot reach ****", "returned files in the phase after; only contribute can")
    assert SECRET not in ran.out + ran.err
    assert (project / "infra/docker/compose.yaml").is_file()


def test_a_failure_after_writing_is_an_error_that_quiet_does_not_hide(tmp_path: Path) -> None:
    register_hook(after("refuses", "fail"))
    ran = run_here("docker", "--quiet", cwd=project_with(tmp_path, 'post_build = ["other"]'))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == f"error: docker: hook other reports a problem: cannot reach {SECRET}\n"


def in_circle(own: str, earlier: str) -> type[Hook]:
    class Circle(Hook):
        name = own
        after_hooks = (earlier,)

        def before(self, context: HookContext) -> HookResult:
            return HookResult()

    return Circle


def test_hooks_that_depend_on_each_other_are_named(tmp_path: Path) -> None:
    register_hook(in_circle("first", "second"))
    register_hook(in_circle("second", "first"))
    ran = run_here("docker", cwd=project_with(tmp_path, 'pre_build = ["first", "second"]'))
    assert ran.status == 2
    assert "hooks depend on each other in a circle: " in ran.err
    assert "first → second" in ran.err


class Optioned(Hook):
    """Has options."""

    name = "other"

    class Settings(HookOptions):
        city: str = "Oslo"
        floors: int = 2

    Options = Settings

    def after(self, context: HookContext) -> HookResult:
        assert isinstance(context.options, Optioned.Settings)
        return HookResult(display_to_user=(f"{context.options.city} {context.options.floors}",))


def test_options_reach_the_hook(tmp_path: Path) -> None:
    register_hook(Optioned)
    project = project_with(tmp_path, 'post_build = ["other"]\n[infra.hooks.other]\ncity = "Bergen"')
    assert "Bergen 2" in run_here("docker", cwd=project).out


@pytest.mark.parametrize(
    ("hooks", "message", "line"),
    [
        ('pre_build = ["nothing"]', 'unknown hook "nothing"', 8),
        ('skip = ["git_vew"]', 'unknown hook "git_vew"; did you mean "git_view"?', 8),
        ('pre_build = ["other"]', "hook other does not run before files are written", 8),
        ('post_build = ["other", "other"]', "must not contain duplicates", 8),
        ('post_build = ["/bin/ls"]', "is not the name of a hook", 8),
        ('post_build = ["./../x"]', "must be the path of an executable inside the project", 8),
        ('pre_biuld = ["other"]', 'unknown key "pre_biuld" in [infra.hooks]; did you mean "pre_build"?', 8),
        ("[infra.hooks.othr]\na = 1", '[infra.hooks.othr] is not the table of a known hook; did you mean "other"?', 8),
        ("[infra.hooks.other]\ntown = 1", 'unknown key "town" in [infra.hooks.other]', 9),
        ("[infra.hooks.other]\ncty = 1", 'unknown key "cty" in [infra.hooks.other]; did you mean "city"?', 9),
        ('[infra.hooks.other]\nfloors = "1"', "[infra.hooks.other] floors must be a whole number", 9),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_line(tmp_path: Path, hooks: str, message: str, line: int) -> None:
    register_hook(Optioned)
    project = project_with(tmp_path, hooks)
    before = read_tree(project)
    ran = run_here("docker", "--json", cwd=project)
    assert ran.status == 2
    assert message in ran.json["message"]
    assert ran.json["where"]["line"] == line
    assert read_tree(project) == before


def test_a_skipped_hook_does_not_run(tmp_path: Path) -> None:
    project = project_with(tmp_path, 'skip = ["development_secrets"]')
    assert run_here("docker", cwd=project).status == 0
    assert not (project / "infra/docker/.env").exists()


def test_hooks_run_for_each_application_of_a_fleet(tmp_path: Path) -> None:
    for name in ("a", "b"):
        project = project_with(tmp_path / name, 'pre_build = ["noted"]')
        assert run_here("docker", "-q", cwd=project).status == 0
        model = project / "appspec.json"
        model.write_text(model.read_text().replace("Ticket Desk", "Desk"))
    Noted.seen.clear()
    assert run_here("check", "--all", cwd=tmp_path).status == 3
    assert Noted.seen == []
    (tmp_path / "b/infra/docker/notes.txt").write_text("mine\n")
    ran = run_here("update", "--all", "--json", cwd=tmp_path)
    assert ran.status == 1
    a, b = ran.json["applications"]
    assert (a["outcome"], a["backends"][0]["hooks"][0]["display"]) == ("updated", ["needs database"])
    assert "hook noted would change existing lines of infra/docker/notes.txt" in b["error"]["message"]


def test_a_failure_after_writing_is_an_error_of_a_fleet(tmp_path: Path) -> None:
    register_hook(after("refuses", "fail"))
    project = project_with(tmp_path / "a", 'post_build = ["other"]')
    assert run_here("docker", "-q", cwd=project).status == 1
    model = project / "appspec.json"
    model.write_text(model.read_text().replace("Ticket Desk", "Desk"))
    ran = run_here("update", "--all", cwd=tmp_path)
    assert ran.status == 1
    assert "error: a: docker: hook other reports a problem: cannot reach" in ran.err


def test_an_undo_takes_back_the_file_of_a_hook(tmp_path: Path) -> None:
    project = project_with(tmp_path, "")
    assert run_here("docker", "-q", cwd=project).status == 0
    before = read_tree(project / "infra")
    build_tree(project, {"dazzle.toml": MANIFEST + '[infra.hooks]\npre_build = ["noted"]\n'})
    assert run_here("update", cwd=project).status == 0
    assert (project / "infra/docker/notes.txt").read_text() == "desk\n"
    assert run_here("undo", cwd=project).status == 0
    assert read_tree(project / "infra") == before


class Meddler(Hook):
    """Changes what it can read, and has options that raise errors."""

    name = "other"

    class Settings(HookOptions):
        city: str

        @field_validator("city")
        @classmethod
        def check(cls, value: str) -> str:
            if value == "exit":
                sys.exit(9)
            return value

    Options = Settings

    def before(self, context: HookContext) -> HookResult:
        context.answers["app_name"] = "changed"  # type: ignore[index]
        return HookResult()


def test_what_a_hook_changes_in_its_context_has_no_effect(tmp_path: Path) -> None:
    register_hook(Meddler)
    project = project_with(tmp_path, 'pre_build = ["other"]\n[infra.hooks.other]\ncity = "Oslo"')
    assert run_here("docker", cwd=project).status == 0
    assert 'name: "desk"' in (project / "infra/docker/compose.yaml").read_text()


def test_required_options_are_asked_only_of_hooks_that_run(tmp_path: Path) -> None:
    register_hook(Meddler)
    assert run_here("docker", cwd=small_project(tmp_path / "a")).status == 0
    ran = run_here("docker", cwd=project_with(tmp_path / "b", 'pre_build = ["other"]'))
    assert ran.status == 2
    assert "[infra.hooks.other] city is missing" in ran.err


def test_options_that_end_the_process_are_one_message(tmp_path: Path) -> None:
    register_hook(Meddler, "acme-hooks 1.2")
    project = project_with(tmp_path, 'pre_build = ["other"]\n[infra.hooks.other]\ncity = "exit"')
    ran = run_here("docker", cwd=project)
    assert ran.status == 1
    assert "error: hook other of acme-hooks 1.2, in its options, called sys.exit(9)" in ran.err
