"""A disk that is full in the middle of a deployment: one message, and the version that runs still serves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

import pytest

from tests.support.deploy_target import run_script
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget
from tests.support.server.words import DockerError

__all__ = ["server"]

FULL = "No space left on device"


def while_the_files_before_are_kept(server: ServerTarget) -> None:
    says = f"cp: error writing 'state/before.new/stack/compose.yaml': {FULL}"
    server.stub("cp", f'case "$*" in *state/before.new*) echo "{says}" >&2; exit 1 ;; esac\n{shutil.which("cp")} "$@"')


def while_the_files_are_sent(server: ServerTarget) -> None:
    server.stub("tar", f'echo "tar: ./compose.yaml: Cannot write: {FULL}" >&2; exit 2')


def while_the_variables_are_written(server: ServerTarget) -> None:
    file = server.ops.parent / "machine/environment"
    file.write_text(f"#!/bin/sh\necho 'sh: write error: {FULL}' >&2\nexit 1\n")


def while_the_database_is_dumped(server: ServerTarget) -> None:
    says = (
        "error: the dump of the database cannot be written; free space on the disk of /srv/desk/backup (0 MiB are free)"
    )
    (server.ops.parent / "machine/backup").write_text(f"echo '{says}' >&2\nexit 1\n")


def while_the_version_starts(server: ServerTarget) -> None:
    def up(project: object, words: Sequence[str]) -> str:
        raise DockerError(f"Error response from daemon: mkdir /var/lib/docker/overlay2/x: {FULL.lower()}")

    server.plugin.up = up  # type: ignore[method-assign]


def while_the_version_is_recorded(server: ServerTarget) -> None:
    says = f"mv: cannot move 'state/record.new': {FULL}"
    server.stub("mv", f'case "$*" in *state/record.new*) echo "{says}" >&2; exit 1 ;; esac\n{shutil.which("mv")} "$@"')


@pytest.mark.slow
@pytest.mark.parametrize(
    "fill",
    [
        while_the_files_before_are_kept,
        while_the_files_are_sent,
        while_the_variables_are_written,
        while_the_database_is_dumped,
        while_the_version_starts,
        while_the_version_is_recorded,
    ],
    ids=lambda one: one.__name__,
)
def test_the_deployment_is_taken_back_and_can_be_repeated(
    server: ServerTarget, fill: Callable[[ServerTarget], None]
) -> None:
    tree = {path: path.read_bytes() for path in (server.ops.parent / "machine").iterdir() if path.is_file()}
    fill(server)
    done = run_script(server, "deploy", "dev", server.images.second)
    assert done.code == 1, done
    errors = [line for line in done.errors.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, done.errors
    assert "space" in errors[0].lower()
    assert server.running() == {server.images.first}
    assert server.recorded() == server.images.first
    assert not server.is_locked()

    # When there is space again.
    for path, text in tree.items():
        path.write_bytes(text)
    for name in ("cp", "mv", "tar"):
        (server.folder / "machine/bin" / name).unlink(missing_ok=True)
    server.plugin.__dict__.pop("up", None)
    again = run_script(server, "deploy", "dev", server.images.second)
    assert again.code == 0, again
    assert server.running() == {server.images.second}
    assert server.is_tidy()
