"""Settings of this machine in a new `.env`: the project's name, free ports, and a user that can read the files."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

from dazzle_infra.hooks import Hook, HookContext, HookResult
from dazzle_infra.hooks.env_file import add_keys
from dazzle_infra.hooks.programs import run_program
from dazzle_infra.repository.worktrees import is_linked_worktree

__all__ = ["LocalSettings"]

_SECONDS: Final = 1.0
"""Time in which the engine has to answer."""

_PROJECT: Final = "com.docker.compose.project"
"""The label of what Compose makes (docs.docker.com, Compose file reference, "labels")."""

_PORTS: Final = {"mail": ("MAIL_PORT", 8025), "storage": ("STORAGE_PORT", 9000), "static_files": ("DEVELOP_PORT", 5173)}
"""Host ports of the stack beside those of the entry points: the variable and the default, by answer."""

_LONGEST: Final = 63


class LocalSettings(Hook):
    """Writes variables of this machine into a new `.env`; an existing file states what its owner wants."""

    name = "local_settings"
    summary = "sets project name, image tag, ports and user in a new .env where the defaults are taken or do not work"
    opt_in: ClassVar[bool] = False
    after_hooks: ClassVar[tuple[str, ...]] = ("development_secrets",)

    def contribute(self, context: HookContext) -> HookResult:
        """Return `.env` with the variables whose defaults do not work on this machine."""
        if os.path.lexists(context.root / context.place.at(".env")):
            return HookResult()
        names = _names(context)
        values = {**names, **_ports(context, shared=bool(names)), **_user(context)}
        stated = " ".join(f"{name}={value}" for name, value in values.items())
        return HookResult(
            writes=add_keys(context, values, values.__getitem__),
            message=f"set for this machine in .env: {stated}" if values else "",
        )


def _names(context: HookContext) -> dict[str, str]:
    """Return a name and a tag of their own if there is another checkout of the application.

    The checkout is new, because it has no `.env`: containers or volumes of the application's name are those of another
    one. A linked worktree has another one in any case, which perhaps was not started yet.
    """
    name = str(context.answers.get("app_name", ""))
    if not name or not (is_linked_worktree(context.project) or _is_taken(name)):
        return {}
    folder = re.sub(r"[^a-z0-9]+", "-", context.project.resolve().name.lower()).strip("-")
    own = f"{name}-{folder}"[:_LONGEST].rstrip("-")
    if not folder or folder == name or _is_taken(own):
        own = f"{name}-{hashlib.sha256(os.fsencode(context.project.resolve())).hexdigest()[:6]}"
    return {"COMPOSE_PROJECT_NAME": own, "APP_TAG": own}


def _is_taken(name: str) -> bool:
    for kind in (("ps", "--all", "--quiet"), ("volume", "ls", "--quiet")):
        command = ("docker", *kind, "--filter", f"label={_PROJECT}={name}")
        ran = run_program(command, folder=Path.cwd(), seconds=_SECONDS)
        if ran.problem or ran.timed_out or ran.status:
            return False
        if ran.out.strip():
            return True
    return False


def _ports(context: HookContext, *, shared: bool) -> dict[str, str]:
    """Return a free port for each host port that another program listens on.

    Args:
        context: What the hook can read.
        shared: Whether another checkout has the default ports, even if it does not run at the moment.
    """
    chosen: dict[str, str] = {}
    wanted = dict(_wanted_ports(context.answers))
    used = set(wanted.values())
    for variable, port in wanted.items():
        if _is_free(port) and not shared:
            continue
        free = next((one for one in range(port + 1, 65536) if one not in used and _is_free(one)), None)
        if free is not None:
            used.add(free)
            chosen[variable] = str(free)
    return chosen


def _wanted_ports(answers: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    entries = answers.get("entry_points")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("port"), int):
            yield f"{str(entry.get('name')).upper().replace('-', '_')}_PORT", entry["port"]
    for answer, port in _PORTS.items():
        if answers.get(answer) is True:
            yield port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:  # A port below 1024, which the engine may use.
            return True
        except OSError:
            return False
    return True


def _user(context: HookContext) -> dict[str, str]:
    """Return the owner of the project's files if nobody else can read one of those that containers mount.

    Only an engine on Linux shows the owner and the modes to containers as they are.
    """
    paths = context.answers.get("copy_paths")
    if not sys.platform.startswith("linux") or not isinstance(paths, list):
        return {}
    for path in paths:
        try:
            found = (context.project / str(path)).stat()
        except OSError:
            continue
        is_folder = (context.project / str(path)).is_dir()
        needed = 0o5 if is_folder else 0o4
        if found.st_uid and found.st_mode & needed != needed:
            return {"APP_USER": f"{found.st_uid}:{found.st_gid}"}
    return {}
