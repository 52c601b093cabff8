"""URLs, versions and answers files of strangers: git is asked for nothing but a fetch, and no secret is repeated."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from dazzle_infra.errors import PreconditionError, TemplateError
from dazzle_infra.rendering.file_names import check_name
from dazzle_infra.templates.trust import check_source, without_credentials
from tests.support.cli import Ran, run_here, small_project
from tests.support.releases import FOLDER, build_releases, git, made_project, manifest, releases
from tests.support.trees import read_tree

ANSWERS = f"{FOLDER}/.copier-answers.yml"
TOKEN = "s3cr3t-t0ken"

SOURCES = [
    ("an option of git's", "--upload-pack=touch {marker}", "an option"),
    ("a short option", "-u touch", "an option"),
    ("a command as transport", "ext::sh -c 'touch {marker}'", "run commands"),
    ("a file descriptor", "fd::17", "run commands"),
    ("a helper of somebody's", "evil::https://example.org/x", "run commands"),
    ("git's own protocol", "git://example.org/x", "not a supported URL"),
    ("http without s", "http://example.org/x", "not a supported URL"),
    ("another protocol", "ftp://example.org/x", "not a supported URL"),
    ("a host that is an option", "ssh://-oProxyCommand=touch/x", "not a supported URL"),
    ("a user that is an option", "-oProxyCommand=x@example.org:y", "an option"),
    ("a path that is an option", "git@example.org:--upload-pack=x", "not a supported URL"),
    ("credentials", f"https://me:{TOKEN}@example.org/x", "must not contain credentials"),
    ("a token", f"https://{TOKEN}@example.org/x", "must not contain credentials"),
    ("credentials of ssh", f"ssh://me:{TOKEN}@example.org/x", "must not contain credentials"),
    ("credentials over http", f"http://me:{TOKEN}@example.org/x", "must not contain credentials"),
    ("a query", f"https://example.org/x?token={TOKEN}", "not a supported URL"),
    ("two lines", "https://example.org/x\n--upload-pack=x", "must be a git URL or a path"),
    ("another's home", "~root/x", "another user's"),
    ("an embedded template that is a path", "dazzle-infra://../../x", "not a supported URL"),
]
PARAMETERS = [pytest.param(*rest, id=name) for name, *rest in SOURCES]


def harmless(ran: Ran, project: Path, before: dict[str, bytes], marker: Path) -> None:
    assert ran.err.startswith("error: ")
    assert TOKEN not in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert "internal error in dazzle-infra" not in ran.err
    assert read_tree(project) == before
    assert not marker.exists()


@pytest.mark.parametrize(("source", "words"), PARAMETERS)
def test_a_source_that_does_more_than_name_a_repository_is_refused(source: str, words: str) -> None:
    with pytest.raises(PreconditionError) as caught:
        check_source(source)
    assert words in caught.value.message
    assert TOKEN not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(("source", "words"), PARAMETERS)
def test_an_answers_file_that_names_such_a_source_is_refused(tmp_path: Path, source: str, words: str) -> None:
    project, marker = made_project(tmp_path / "project", commit=False), tmp_path / "marker"
    file = project / ANSWERS
    text = file.read_text().replace(f"_src_path: git+{releases().as_uri()}", f"_src_path: {_quoted(source, marker)}")
    file.write_text(text)
    (project / "dazzle.toml").write_text(manifest(releases(), None).replace(f'template = "{releases()}"\n', ""))
    before = read_tree(project)
    ran = run_here("update", cwd=project)
    assert ran.status == 5, (ran.out, ran.err)
    assert words in ran.err
    assert ANSWERS in ran.err
    harmless(ran, project, before, marker)


@pytest.mark.slow
@pytest.mark.parametrize(("source", "words"), PARAMETERS)
def test_a_manifest_that_names_such_a_source_is_refused(tmp_path: Path, source: str, words: str) -> None:
    marker = tmp_path / "marker"
    project = small_project(tmp_path / "project")
    (project / "dazzle.toml").write_text(
        f'[project]\nname = "desk"\n[infra]\nappspec = "appspec.json"\n'
        f"[infra.docker]\ntemplate = {_quoted(source, marker)}\n"
    )
    before = read_tree(project)
    ran = run_here("docker", cwd=project)
    assert ran.status == 2, (ran.out, ran.err)
    assert "dazzle.toml:6" in ran.err
    harmless(ran, project, before, marker)


def _quoted(source: str, marker: Path) -> str:
    """Write the source as TOML and YAML both read it."""
    return '"' + source.replace("{marker}", str(marker)).replace("\n", "\\n") + '"'


ANSWERS_FILES = [
    ("an object of Python's", "x: !!python/object/apply:os.system ['touch {marker}']\n", "is broken"),
    ("an include", "x: !include ../../../canary\n", "is broken"),
    ("a bomb", "a: &a [1, 1]\n" + "".join(f"b{n}: &a [*a, *a]\n" for n in range(40)), "is broken"),
    ("merges", "a: &a {x: 1}\n" + "".join(f"b{n}: &a {{<<: [*a, *a]}}\n" for n in range(40)), "is broken"),
    ("itself", "a: &a [*a]\n", "is broken"),
    ("brackets", "a: " + "[" * 20_000 + "\n", "is broken"),
    ("two megabytes", "# " + "x" * 2_000_000 + "\n", "is broken"),
    ("a version that is an option", "_commit: --upload-pack=x\n", "--upload-pack=x"),
    ("a version that is a range", "_commit: v1.0.0..v1.1.0\n", "no longer exists"),
    ("a version that is a path", "_commit: ../../../../etc/passwd\n", "no longer exists"),
    ("a date that there is not", "x: 2024-99-99\n", "is broken"),
    ("bytes that are no text", "x: \ud800\n", "cannot be read"),
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(text, words, id=name, marks=() if name in {"a bomb", "merges"} else pytest.mark.slow)
        for name, text, words in ANSWERS_FILES
    ],
)
def test_a_hostile_answers_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    project, marker = made_project(tmp_path / "project", commit=False), tmp_path / "marker"
    file = project / ANSWERS
    kept = [line for line in file.read_text().splitlines(keepends=True) if "digest" not in line]
    if "_commit" in text:
        kept = [line for line in kept if "_commit" not in line]
    content = "".join(kept) + text.replace("{marker}", str(marker))
    file.write_bytes(content.encode("utf-8", "surrogatepass"))
    before = read_tree(project)
    ran = run_here("check", cwd=project)
    assert ran.status == 5, (ran.out, ran.err)
    assert words in ran.err
    harmless(ran, project, before, marker)


REFSPECS = ["+refs/heads/next:refs/tags/v9.9.9", "+refs/heads/next:refs/tags/v1.0.0", ":refs/tags/v9"]


@pytest.mark.parametrize("refspec", REFSPECS)
def test_a_commit_that_is_none_changes_no_tag_of_the_cache(tmp_path: Path, refspec: str) -> None:
    template = build_releases(tmp_path / "template")
    git(template, "branch", "next", "v1.2.0")
    project = small_project(tmp_path / "project", manifest(template, "v1.0.0"))
    environment = {"DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "cache")}
    assert run_here("docker", "-q", cwd=project, environment=environment).status == 0
    [cache] = (path for path in (tmp_path / "cache/templates").iterdir() if not path.name.startswith("docker"))
    tags = git(cache, "for-each-ref", "refs/tags")
    file = project / ANSWERS
    text = re.sub("(# template-commit:) .*", rf"\1 {refspec}", file.read_text())
    file.write_text(text.replace("_commit: v1.0.0", "_commit: v1.0.0-1-gabcdef1"))
    run_here("check", cwd=project, environment=environment)
    assert git(cache, "for-each-ref", "refs/tags") == tags


@pytest.mark.slow
def test_credentials_in_an_answers_file_of_somebody_elses_are_not_printed(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    (project / FOLDER).mkdir(parents=True)
    (project / ANSWERS).write_text(f"_commit: v1.0.0\n_src_path: https://me:{TOKEN}@example.org/x\n")
    ran = run_here("docker", cwd=project)
    assert ran.status == 5
    assert "https://…@example.org/x" in ran.err
    assert TOKEN not in ran.err


def test_a_url_is_printed_without_credentials() -> None:
    assert without_credentials(f"git+https://me:{TOKEN}@example.org/a@b") == "git+https://…@example.org/a@b"
    assert without_credentials("https://example.org/a@b") == "https://example.org/a@b"


@pytest.mark.slow
def test_a_repository_with_a_configuration_of_its_own_has_no_say(tmp_path: Path) -> None:
    import shutil

    template, marker = shutil.copytree(releases(), tmp_path / "template"), tmp_path / "marker"
    for key, value in {
        "uploadpack.packObjectsHook": f"touch {marker};",
        "core.fsmonitor": f"touch {marker};",
        "core.sshCommand": f"touch {marker};",
        "core.alternateRefsCommand": f"touch {marker};",
        "filter.evil.smudge": f"touch {marker};",
        f"url.{tmp_path}/elsewhere.insteadOf": template.as_uri(),
    }.items():
        subprocess.run(["git", "-C", str(template), "config", key, value], check=True)
    hook = template / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    project = small_project(tmp_path / "project", manifest(template, None))
    assert run_here("docker", cwd=project).status == 0
    assert not marker.exists()


@pytest.mark.parametrize(
    "name",
    [
        *(".git/config", "a/.GIT/hooks/x", ".git./x", "GIT~1/x", ".Dazzle-Infra/x", "nul", "a/COM1.txt", "a\nb"),
        *("a\x1bb", "a\u202eb", ".\ufeffgit/x", "C:x", "a\\b", "a/ /b", "x" * 1001, "a\udcff"),
        "\uff0e\uff47\uff49\uff54/x",
    ],
)
def test_a_name_that_is_more_than_a_files_is_refused(name: str) -> None:
    with pytest.raises(TemplateError):
        check_name(name)


@pytest.mark.parametrize("name", [".gitignore", ".github/workflows/x.yml", "a b/ünï.txt", "console.tf", "x..y", "a~1"])
def test_a_name_of_an_ordinary_file_is_not(name: str) -> None:
    check_name(name)
