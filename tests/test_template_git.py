"""What git does to the files of a template on their way to a colleague: .gitignore, line ends, modes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import docker
from tests.support.every_template import IN_A_FOLDER, RENDERED
from tests.support.releases import commit_all, git
from tests.support.trees import build_tree, read_tree

WELL_KNOWN = {
    "terraform": "**/.terraform/* *.tfstate *.tfstate.* crash.log crash.*.log *.tfvars *.tfvars.json override.tf "
    "override.tf.json *_override.tf *_override.tf.json .terraform.tfstate.lock.info .terraformrc terraform.rc",
    "node": "logs *.log npm-debug.log* pids *.pid *.seed lib-cov coverage .grunt bower_components build/Release "
    "node_modules/ jspm_packages/ *.tsbuildinfo .npm .eslintcache .cache .env .env.* !.env.example .next out dist",
    "python": "__pycache__/ *.py[codz] *.so build/ develop-eggs/ dist/ downloads/ eggs/ .eggs/ lib/ lib64/ parts/ "
    "sdist/ var/ wheels/ *.egg *.spec htmlcov/ .cache *.log local_settings.py instance/ target/ .env .envrc env/ "
    "venv/ ENV/ env.bak/",
    "visual studio": "*.user *.suo [Dd]ebug/ [Rr]elease/ x64/ [Bb]in/ [Oo]bj/ [Ll]og/ [Ll]ogs/ .vs/ *.env *.cache "
    "*.log *.app **/[Pp]ackages/* [Tt]est[Rr]esult*/ *.[Cc]ache ServiceFabricBackup/",
    "careful": "*.tfvars *.env secrets* data/ *.hcl *.tf.json .* services/ modules/ envs/ app/ cache/ db/ tests/ "
    "*.txt *.yaml *.sh *.md health.*",
}
"""Patterns of the files that people take for these tools, and of those who rule out more."""

PRIVATE = {
    "docker": [".env", "services/.env"],
    "server": [".env", "environments/production.decrypted.env", "secrets/production.decrypted.env"],
    "terraform": [
        ".terraform/modules/modules.json",
        "envs/dev/.terraform/providers/x",
        "envs/dev/secret.auto.tfvars",
        "envs/dev/secret.auto.tfvars.json",
        "envs/dev/terraform.tfstate",
        "envs/dev/terraform.tfstate.backup",
        "bootstrap/terraform.tfstate",
        "envs/dev/mine_override.tf",
        "envs/dev/next.tfplan",
    ],
}
OTHERS = ["envs/dev/prod-db.tfvars", "envs/mine/terraform.tfvars", "modules/mine/terraform.tfvars", "mine.env"]
"""Files of a person that patterns of the project hide and no line of a template may bring to light."""


@pytest.fixture(params=IN_A_FOLDER)
def shape(request: pytest.FixtureRequest) -> str:
    """Name a template and one of its shapes, as the golden trees are named."""
    return str(request.param)


@pytest.fixture
def tree(shape: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Say where the shape is rendered, to be read only."""
    template, name = shape.split("/")
    return RENDERED[template](name, tmp_path_factory.getbasetemp())


def ignored(project: Path, patterns: list[str], tree: Path, paths: list[str]) -> set[str]:
    """Return which of the paths git ignores where the project has these patterns and the tree its own."""
    own = {f"infra/made/{name}": (tree / name).read_bytes() for name in (".gitignore",)}
    build_tree(project, {".gitignore": "\n".join([*patterns, ""]), **own})
    git(project, "init", "--quiet")
    asked = "\0".join(f"infra/made/{path}" for path in paths)
    done = subprocess.run(
        ["git", "-C", str(project), "check-ignore", "-z", "--stdin"],
        input=asked.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return {name.removeprefix("infra/made/") for name in done.stdout.decode().split("\0") if name}


@pytest.mark.parametrize("known", WELL_KNOWN)
def test_no_generated_file_is_hidden_by_what_people_ignore(tmp_path: Path, tree: Path, known: str) -> None:
    files = sorted(read_tree(tree))
    assert ignored(tmp_path, WELL_KNOWN[known].split(), tree, files) == set()


def test_no_pattern_that_is_the_name_of_a_generated_file_or_folder_hides_it(tmp_path: Path, tree: Path) -> None:
    files = sorted(read_tree(tree))
    names = sorted({part for path in files for part in Path(path).parts})
    assert ignored(tmp_path, names, tree, files) == set()


def test_secrets_and_state_stay_ignored(tmp_path: Path, shape: str, tree: Path) -> None:
    private = PRIVATE[shape.split("/")[0]]
    assert ignored(tmp_path, [], tree, private) == set(private)


def test_the_lines_that_include_files_name_what_is_rendered_and_nothing_else(tmp_path: Path, tree: Path) -> None:
    files = read_tree(tree)
    lines = [line.removeprefix("!/") for line in files[".gitignore"].decode().splitlines() if line.startswith("!")]
    folders = {f"{parent}/" for path in files for parent in Path(path).parents if parent != Path()}
    assert len(set(lines)) == len(lines)
    assert set(lines) == {*files, *folders}
    assert ignored(tmp_path, ["*.tfvars", "*.env"], tree, OTHERS) == set(OTHERS)


def test_a_checkout_that_converts_line_ends_leaves_those_of_generated_files(tmp_path: Path, tree: Path) -> None:
    origin = build_tree(tmp_path / "origin", {"notes.txt": "one\ntwo\n"})
    build_tree(origin / "infra/made", dict(read_tree(tree)))
    git(origin, "init", "--quiet")
    commit_all(origin)
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", "origin", "clone")
    assert (tmp_path / "clone/notes.txt").read_bytes() == b"one\r\ntwo\r\n", "the checkout converts"
    assert read_tree(tmp_path / "clone/infra/made") == read_tree(tree)


@pytest.mark.parametrize("name", docker.SHAPES)
def test_what_the_image_takes_is_readable_for_its_user_whatever_the_umask_of_the_checkout(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    dockerfile = (docker.rendered(name, tmp_path_factory.getbasetemp()) / "Dockerfile").read_text()
    (command,) = re.findall(r"(?m)^RUN (find /sources .*(?:\n .*)*)$", dockerfile)
    for folder in ("sources", "opt/app"):
        build_tree(tmp_path / folder, {"sub/file": "", "run.sh": ""})
        command = command.replace(f" /{folder}", f" '{tmp_path}/{folder}'")
        (tmp_path / folder / "sub/file").chmod(0o600)
        (tmp_path / folder / "run.sh").chmod(0o770)
        (tmp_path / folder / "sub").chmod(0o700)
    subprocess.run(["sh", "-ec", command], check=True, timeout=30)
    for folder in ("sources", "opt/app"):
        found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / folder).rglob("*")}
        assert found == {"sub": 0o755, "file": 0o644, "run.sh": 0o755}


@pytest.mark.parametrize("name", docker.SHAPES)
def test_each_copy_of_the_checkout_is_followed_by_a_command_that_sets_its_modes(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    dockerfile = (docker.rendered(name, tmp_path_factory.getbasetemp()) / "Dockerfile").read_text()
    assert "--chmod" not in dockerfile, "the classic builder does not know it"
    stages = re.split(r"(?m)^FROM ", dockerfile)[1:]
    copying = [stage for stage in stages if re.search(r"(?m)^COPY (?!--from=)", stage)]
    shipped = re.findall(r"COPY --from=(\S+)", dockerfile)
    for stage in copying:
        named = re.match(r"\S+ AS (\S+)", stage)
        assert named, "the last stage copies nothing of the checkout"
        is_python_packages = named[1] == "packages" and "/opt/venv" in stage
        assert named[1] not in shipped or is_python_packages or "chmod -R u=rwX,go=rX" in stage


@pytest.mark.parametrize("name", docker.SHAPES)
def test_a_container_mounts_files_of_the_checkout_only_to_read_and_as_a_user_that_can_be_set(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    tree = docker.rendered(name, tmp_path_factory.getbasetemp())
    for path in tree.rglob("*.yaml"):
        for mounted in re.findall(r"(?m)^ +volumes:\n((?: +- .*\n)+)", path.read_text()):
            own = [line for line in mounted.splitlines() if not re.match(r" *- [a-z-]+:/", line)]
            assert all(re.match(r" *- {type: bind, .*, read_only: true, ", line) for line in own), path
            # A umask may have left the files to their owner alone.
            assert not own or "${APP_USER:-" in path.read_text(), path
