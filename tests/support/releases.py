"""A small template of the tests' own, with several releases, and projects that were made from it.

Its releases do to a project whatever a release can do: 1.1.0 renames a file, drops one, adds one, turns one into a
folder, changes a question's type and default, and drops a question; 1.2.0 moves a folder and makes a file executable.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.support.cli import SMALL, Ran, run_cli
from tests.support.trees import build_tree

_SOURCES = Path(__file__).parents[2] / "copier-templates"

FOLDER = "infra/docker"
"""Where the projects have their rendered files."""

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")

WITH_FILES: dict[str, Any] = {
    **SMALL,
    "domain": {"entities": [{"name": "Invoice", "fields": [{"name": "scan", "type": {"kind": "file"}}]}]},
}
"""A model that needs storage."""

WITH_MAIL: dict[str, Any] = {**SMALL, "channels": [{"name": "letters", "kind": "email"}]}
"""A model that needs mail."""

ANSWERS_FILE = """\
    # template-commit: {{ _copier_conf.vcs_ref_hash }}
    # answers-digest: sha256:{{ dict(_copier_answers | items | rejectattr('0', 'in', ['_commit', '_src_path'])) \
| to_json(sort_keys=true) | hash('sha256') }}
    {{ _copier_answers | to_nice_yaml(indent=2, sort_keys=false, width=1000000) }}"""
_CONFIG = "_subdirectory: template\n_skip_if_exists: [local.conf]\n"
_COMMON = """\
    app_name: {type: str, default: app}
    storage: {type: bool, default: false}
    environments: {type: yaml, default: "[]"}
    """


def text(stem: str, count: int = 14, **changed: str) -> str:
    """Return a file of numbered lines; `l9="nine"` says what the ninth is instead."""
    return "".join(changed.get(f"l{number}", f"{stem}_{number} = {number}") + "\n" for number in range(1, count + 1))


def _first() -> dict[str, str | bytes]:
    return {
        "copier.yml": _CONFIG
        + dedent(_COMMON)
        + "mail: {type: bool, default: false}\nlevel: {type: int, default: 1}\ncolour: {type: str, default: blue}\n",
        "CHANGELOG.md": "# Changelog\n\n## [1.0.0]\n\n- The first.\n",
        "template/{{ _copier_conf.answers_file }}.jinja": ANSWERS_FILE,
        "template/compose.yaml.jinja": "# {{ app_name }}\n" + text("compose") + "{% if mail %}mail = yes\n{% endif %}",
        "template/old.conf": text("settings"),
        "template/legacy.conf": text("legacy"),
        "template/node": text("node"),
        "template/local.conf": text("local", 4),
        "template/ünï code.txt": text("uni"),
        "template/logo.bin": b"\0logo 1\0",
        "template/scripts/run.sh": "#!/bin/sh\n" + text("# run"),
        "template/scripts/stop.sh": "#!/bin/sh\n" + text("# stop"),
        "template/{% if storage %}storage.conf{% endif %}": text("store"),
        "template/{% if mail %}mail.conf{% endif %}": text("store", l14="post = 25"),
    }


def _second() -> dict[str, str | bytes]:
    files = _first()
    for gone in ("old.conf", "legacy.conf", "node"):
        del files[f"template/{gone}"]
    return files | {
        "copier.yml": _CONFIG
        + dedent(_COMMON)
        + "mail: {type: bool, default: true}\nlevel: {type: str, default: normal, choices: [low, normal]}\n"
        + 'secrets: {type: yaml, default: "[]"}\n',
        "CHANGELOG.md": "# Changelog\n\n## [1.1.0]\n\n- Compose nine.\n\n## [1.0.0]\n\n- The first.\n",
        "template/compose.yaml.jinja": "# {{ app_name }}\n"
        + text("compose", l9="compose_9 = nine")
        + "{% if mail %}mail = yes\n{% endif %}",
        "template/settings.conf": text("settings", l9="settings_9 = nine"),
        "template/extra.conf": text("extra"),
        "template/node/inner.conf": text("inner"),
        "template/local.conf": text("local", 4, l4="local_4 = four"),
        "template/ünï code.txt": text("uni", l9="uni_9 = nine"),
        "template/logo.bin": b"\0logo 2\0",
    }


def _third() -> dict[str, str | bytes]:
    files = _second()
    for name in ("run.sh", "stop.sh"):
        files[f"template/bin/{name}"] = files.pop(f"template/scripts/{name}")
    files["template/bin/run.sh"] = "#!/bin/sh\n" + text("# run", l9="# run nine")
    return files


RELEASES: Mapping[str, Mapping[str, str | bytes]] = {"v1.0.0": _first(), "v1.1.0": _second(), "v1.2.0": _third()}
"""The files of each release, by its tag."""

_EXECUTABLE = {
    "v1.0.0": {"template/scripts/run.sh"},
    "v1.1.0": {"template/scripts/run.sh"},
    "v1.2.0": {"template/bin/run.sh", "template/extra.conf"},
}


def git(folder: Path, *arguments: str, status: int | None = 0) -> str:
    """Run git in a folder, free of the user's configuration, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *IDENTITY, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert status is None or done.returncode == status, done.stderr
    return done.stdout


def released_sources(name: str, folder: Path, tag: str = "v1.99.0") -> Path:
    """Return the sources of an embedded template as a repository with one release."""
    shutil.copytree(_SOURCES / name, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "next")
    git(folder, "tag", tag)
    return folder


def release(repository: Path, tag: str, files: Mapping[str, str | bytes], executable: Set[str]) -> None:
    """Commit exactly these files and tag them."""
    for path in [path for path in repository.iterdir() if path.name != ".git"]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    build_tree(repository, files)
    for name in executable:
        (repository / name).chmod(0o755)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", tag)
    git(repository, "tag", tag)


def build_releases(folder: Path) -> Path:
    """Make the template's repository in `folder`."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet")
    for tag, files in RELEASES.items():
        release(folder, tag, files, _EXECUTABLE[tag])
    return folder


@cache
def shared_folder() -> Path:
    """Return a folder that lives as long as the test session."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="releases-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def releases() -> Path:
    """Return the template's repository, made once in a test session; nobody changes it."""
    return build_releases(shared_folder() / "template")


def manifest(template: Path, ref: str | None = "v1.0.0", more: str = "") -> str:
    """Return a dazzle.toml that takes that template for the Docker backend."""
    pinned = f'ref = "{ref}"\n' if ref else ""
    return (
        '[project]\nname = "desk"\n\n[infra]\nbackends = ["docker"]\nappspec = "appspec.json"\n\n'
        f'[infra.docker]\ntemplate = "{template}"\n{pinned}{more}'
    )


def set_ref(project: Path, ref: str | None, more: str = "") -> None:
    """Pin the project's template to another version, or to none."""
    (project / "dazzle.toml").write_text(manifest(releases(), ref, more))


def set_model(project: Path, model: Mapping[str, Any]) -> None:
    """Give the project another model."""
    (project / "appspec.json").write_text(json.dumps(model))


@cache
def _made(ref: str, needs_storage: bool, both: bool) -> Path:
    project = shared_folder() / f"{ref}-{needs_storage}-{both}"
    more = f'\n[infra.terraform]\ntemplate = "{releases()}"\nref = "{ref}"\n' if both else ""
    model = WITH_FILES if needs_storage else SMALL
    build_tree(project, {"dazzle.toml": manifest(releases(), ref, more), "appspec.json": json.dumps(model)})
    for backend in ("docker", "terraform") if both else ("docker",):
        ran = run_cli(backend, cwd=project)
        assert ran.status == 0, ran.err
    return project


def made_project(
    folder: Path, ref: str = "v1.0.0", *, storage: bool = False, both: bool = False, commit: bool = True
) -> Path:
    """Copy a project that was scaffolded from that release, unpinned and, unless told otherwise, in a repository.

    Args:
        folder: Where to.
        ref: The release that made it.
        storage: Whether its model needs storage.
        both: Whether the Terraform backend's files are there too, from the same template.
        commit: Whether it is a git repository with everything committed.
    """
    shutil.copytree(_made(ref, storage, both), folder, symlinks=True, dirs_exist_ok=True)
    more = f'\n[infra.terraform]\ntemplate = "{releases()}"\n' if both else ""
    set_ref(folder, None, more)
    if commit:
        git(folder, "init", "--quiet")
        commit_all(folder)
    return folder


def commit_all(project: Path) -> None:
    """Commit everything."""
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--allow-empty", "--message", "made")


def edit(project: Path, path: str, old: str, new: str, folder: str = FOLDER) -> None:
    """Replace text in a rendered file, as a person does."""
    file = project / folder / path
    content = file.read_bytes().decode()
    assert old in content
    file.write_bytes(content.replace(old, new).encode())


def classes(ran: Ran, backend: str = "docker") -> dict[str, str]:
    """Return the class of each file that a JSON document of `plan` or `update` names."""
    [shown] = [one for one in ran.json["backends"] if one["name"] == backend]
    return {file["path"]: file["class"] for file in shown["files"]}
