"""Templates of strangers: none runs code, reads or writes outside, or goes on without end; each is told why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_cli, small_project
from tests.support.hostile import COPIER, ENDLESS, SUBMODULE, Content, hostile_template, link
from tests.support.releases import manifest
from tests.support.trees import read_tree

SECRET = "canary-5f3a"


def attack(
    folder: Path, files: Mapping[str, Content], command: str = "docker", tag: str = "v1.0.0"
) -> tuple[Ran, Path]:
    """Scaffold from a hostile template beside a canary, and see that nothing at all was written but what is reported.

    In the files, `{canary}` is a file outside, `{marker}` one that must not be made, and `{folder}` where both are.
    """
    canary, marker = folder / "canary.yml", folder / "marker"
    canary.write_text(f"secret: {SECRET}\n")
    words = {"{canary}": str(canary), "{marker}": str(marker), "{folder}": str(folder)}

    def filled(text: str) -> str:
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        return text

    entries = {
        filled(name): filled(content) if isinstance(content, str) else content for name, content in files.items()
    }
    template = hostile_template(folder / "template", entries, tag)
    project = small_project(folder / "project", manifest(template, None))
    environment = {"DAZZLE_INFRA_CACHE_DIR": str(folder / "cache"), "SECRET_OF_MINE": SECRET}
    before = {path.name for path in folder.iterdir()} | {"cache"}
    ran = run_cli(command, cwd=project, environment=environment)
    assert {path.name for path in folder.iterdir()} == before
    assert canary.read_text() == f"secret: {SECRET}\n"
    assert not marker.exists()
    assert "Traceback" not in ran.err
    assert "mistake in dazzle-infra" not in ran.err
    assert SECRET not in ran.out + ran.err
    return ran, project


def settings(text: str) -> dict[str, Content]:
    return {"copier.yml": COPIER + text}


def rendered(text: str) -> dict[str, Content]:
    return {"template/a.txt.jinja": text}


def named(name: str) -> dict[str, Content]:
    return {f"template/{name}": "x\n"}


BOMB = "b0: &b0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
MERGES = "m0: &m0 {a: 1}\n" + "".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 30))
ESCAPE = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
RUNS = "{{ cycler.__init__.__globals__.os.system('touch {marker}') }}"

REFUSED: list[tuple[str, dict[str, Content], str]] = [
    # What would run code
    ("tasks", settings("_tasks: ['touch {marker}']\n"), "_tasks runs commands"),
    ("tasks that depend on an answer", settings("_tasks: [{command: 'touch {marker}', when: true}]\n"), "_tasks"),
    ("migrations", settings("_migrations: [{version: v1.0.0, before: ['touch {marker}']}]\n"), "_migrations"),
    ("extensions", settings("_jinja_extensions: [os.path]\n"), "_jinja_extensions runs Python code"),
    ("extensions by envops", settings("_envops: {extensions: [jinja2.ext.do]}\n"), "_envops sets 'extensions'"),
    ("a finalizer by envops", settings("_envops: {finalize: os.system}\n"), "_envops sets 'finalize'"),
    ("a Python object", settings("x: !!python/object/apply:os.system ['touch {marker}']\n"), "python/object/apply"),
    ("an include of settings", settings("---\n!include more.yml\n") | {"more.yml": "_tasks: [ls]\n"}, "!include"),
    ("tasks in a second document", settings("---\n_tasks: ['touch {marker}']\n"), "_tasks"),
    ("Python's classes", rendered(ESCAPE), "unsafe"),
    ("Python's globals", rendered(RUNS), "unsafe"),
    ("format strings", rendered("{{ '{0.__class__.__mro__}'.format('') }}"), "unsafe"),
    ("classes in a name", named("{{ ''.__class__.__mro__ }}.txt.jinja"), "unsafe"),
    ("classes in a default", settings('y: {type: str, default: "' + ESCAPE + '"}\n'), "unsafe"),
    # What would read outside
    ("an include of a file", rendered("{% include '/etc/passwd' %}"), "/etc/passwd"),
    ("an include above", rendered("{% include '../../../../../../etc/passwd' %}"), "etc/passwd"),
    ("an import from above", rendered("{% import '../../canary.yml' as x %}"), "canary.yml"),
    ("external data", settings("_external_data: {x: '../../canary.yml'}\n"), "_external_data reads files"),
    ("an include of YAML above", settings("x: !include ../../canary.yml\n"), "!include"),
    ("an absolute link", {"template/a.txt": link("/etc/passwd")}, "symbolic link 'template/a.txt'"),
    ("a link out of the template", {"template/a.txt": link("../../canary.yml")}, "stands for no file"),
    ("a link to a folder", {"template/a": link("../..")}, "stands for no file"),
    ("links in a circle", {"template/a": link("b"), "template/b": link("a")}, "stands for no file"),
    ("a link for copier.yml", {"copier.yml": link("template/x"), "template/x": COPIER}, "no copier.yml"),
    ("links that are kept", settings("_preserve_symlinks: true\n"), "_preserve_symlinks"),
    ("a list of a folder", rendered("{{ '{folder}/*' | fileglob }}"), "would list"),
    ("a submodule", {"template/sub": SUBMODULE, ".gitmodules": "[submodule x]\n"}, "is a submodule"),
    # What would write outside
    ("a subdirectory above", {"copier.yml": "_subdirectory: ../..\n"}, "forbidden"),
    ("a name above", named(r"{{ '..\x2f..\x2f..\x2fmarker' }}"), "forbidden"),
    ("an absolute name", named(r"{{ '\x2ftmp\x2fmarker-of-a-test' }}"), "forbidden"),
    ("a hook in the repository's files", {"template/.git/hooks/pre-commit": "x"}, "folder of git's"),
    ("another answers file", settings("_answers_file: ../../marker\n"), "_answers_file"),
    ("a hook of git's", named("{{ '.git' }}/hooks/pre-commit"), "'.git'"),
    ("git's configuration in capitals", named("{{ '.GIT' }}/config"), "'.GIT'"),
    ("git's folder as Windows has it", named("{{ 'git~1' }}/config"), "git~1"),
    ("git's folder as HFS+ has it", named("{{ '.g\\u200cit' }}/config"), "not seen"),
    ("our own folder", named("{{ '.dazzle-infra' }}/journal"), ".dazzle-infra"),
    ("a device", named("aux.txt"), "device"),
    ("a name of two lines", named("{{ 'a\\nb' }}.txt"), "not seen"),
    ("a name that clears the screen", named("{{ '\\x1b[2J' }}.txt"), "not seen"),
    ("a path of Windows", named("{{ 'C:\\\\x' }}.txt"), "Windows"),
    # What would have no end
    ("very many files", {f"template/f{n}": "x" for n in range(5_001)}, "5,003 files"),
    ("a huge file", {"template/huge": 50_000_001}, "50,000,000 are the limit"),
    ("a huge copier.yml", settings("# " + "x" * 1_000_000), "copier.yml has"),
    ("a bomb of aliases", settings(BOMB), "aliases"),
    ("a bomb of merges", settings(MERGES), "aliases"),
    ("brackets without end", settings("x: " + "[" * 5_000), "copier.yml"),
    ("a large text", rendered("{{ 'x' * 60_000_000 }}"), "too large"),
    ("more memory than there is", rendered("{{ 'x' * 40_000_000_000 }}"), "memory"),
    ("files from a loop", named("{% yield n from range(6000) %}{{ n }}{% endyield %}.txt"), "5,000 files"),
    # What is odd
    ("secret questions", settings("_secret_questions: [app_name]\n"), "_secret_questions"),
    ("no copier.yml", {"copier.yml": link("gone")}, "stands for no file"),
    ("a list for copier.yml", {"copier.yml": "- x\n"}, "no mapping"),
]


FAST = {"tasks", "Python's globals", "a list of a folder", "a name above", "our own folder", "a bomb of merges"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(files, words, id=name, marks=() if name in FAST else pytest.mark.slow)
        for name, files, words in REFUSED
    ],
)
def test_a_hostile_template_is_refused(tmp_path: Path, files: dict[str, Content], words: str) -> None:
    ran, project = attack(tmp_path, files)
    assert ran.status == 1, (ran.out, ran.err)
    assert ran.err.startswith("error: ")
    assert words in ran.err
    assert not (project / "infra").exists()
    assert sorted(read_tree(project)) == ["appspec.json", "dazzle.toml"]


@pytest.mark.slow
def test_a_loop_without_end_is_ended(tmp_path: Path) -> None:
    ran, project = attack(tmp_path, rendered(ENDLESS))
    assert ran.status == 1
    assert "more than 10 s of processor time" in ran.err
    assert not (project / "infra").exists()


HARMLESS: list[tuple[str, dict[str, Content], str]] = [
    ("a variable of the environment", rendered("{{ '$SECRET_OF_MINE' | expandvars }}"), "$SECRET_OF_MINE"),
    ("a filter of git's", {".gitattributes": "* filter=evil\n", "template/a.txt": "plain\n"}, "plain\n"),
    ("a hook in the repository", {"hooks/post-checkout": "touch {marker}", "template/a.txt": "plain\n"}, "plain\n"),
    ("LFS of its own", {".lfsconfig": "[lfs]\nurl = x\n", "template/a.txt": "plain\n"}, "plain\n"),
    ("a link to its own file", {"template/a.txt": link("../b"), "b": "plain\n"}, "plain\n"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("files", "text"), [pytest.param(*rest, id=name) for name, *rest in HARMLESS])
def test_what_has_no_power_is_rendered(tmp_path: Path, files: dict[str, Content], text: str) -> None:
    ran, project = attack(tmp_path, files)
    assert ran.status == 0, ran.err
    assert (project / "infra/docker/a.txt").read_text() == text


@pytest.mark.slow
@pytest.mark.parametrize(
    "tag", ["v1.0.0;touch${IFS}marker", "v1.0.0$(touch${IFS}marker)", "--upload-pack=x", "v1\udcff"]
)
def test_tags_of_odd_names_are_no_versions(tmp_path: Path, tag: str) -> None:
    ran, _ = attack(tmp_path, {}, tag=tag)
    assert ran.status == 1
    assert "has no release" in ran.err


@pytest.mark.slow
def test_an_update_to_a_hostile_version_changes_nothing(tmp_path: Path) -> None:
    template = hostile_template(tmp_path / "template", {"template/a.txt": "one\n"})
    project = small_project(tmp_path / "project", manifest(template, None))
    assert run_cli("docker", cwd=project).status == 0
    hostile_template(template, settings(f"_tasks: ['touch {tmp_path}/marker']\n"), "v1.1.0")
    before = read_tree(project)
    ran = run_cli("update", cwd=project)
    assert ran.status == 1
    assert "_tasks runs commands" in ran.err
    assert read_tree(project) == before
    assert not (tmp_path / "marker").exists()
