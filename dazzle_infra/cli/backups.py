"""The work of `undo --list` and `undo --show`."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

from dazzle_infra.cli.loading import project_of
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.errors import ExitCode
from dazzle_infra.transaction import STATE
from dazzle_infra.transaction.backup import Backup
from dazzle_infra.transaction.backup_list import applied_updates, backups, open_backups
from dazzle_infra.transaction.saved import changed_files, made_at, saved_content

__all__ = ["run_list", "run_show"]


def run_list(options: Options) -> int:
    """Print the backups, newest first, each with its time, command, branch and files."""
    output, project = output_of(options), project_of(options)
    documents = _documents(project)
    for one in documents:
        place = f"   {one['branch'] or 'detached HEAD'}" if one["commit"] or one["branch"] else ""
        state = f"   {one['state']}" if one["state"] else ""
        when = one["time"].replace("T", " ").replace("Z", " UTC")
        output.line((one["name"], "bold"), f"   {when}   {one['command']}{place}", (state, "yellow"), hang=8)
        for moved in one["moved"]:
            output.line(f"  moved     {moved['from']} → {moved['to']}", hang=12)
        for file in one["files"]:
            output.line(f"  {file['class']:<9} {file['path']}", hang=12)
    if not documents:
        output.line("no backups")
    output.document({"backups": documents})
    return ExitCode.OK


def _documents(project: Path) -> list[dict[str, Any]]:
    unresolved = {one.name for one in open_backups(project)}
    applied = {one.name for one in applied_updates(project)}
    return [_document(one, unresolved, applied) for one in reversed(backups(project))]


def _document(backup: Backup, unresolved: set[str], applied: set[str]) -> dict[str, Any]:
    kind = str(backup.note.get("kind", "update"))
    is_undone = kind == "update" and backup.name not in applied
    head = backup.head
    return {
        "name": backup.name,
        "path": f"{STATE}/backups/{backup.name}",
        "time": made_at(backup),
        "command": backup.record.command or f"dazzle-infra {kind}",
        "kind": kind,
        "branch": head.branch.removeprefix("refs/heads/") if head is not None and head.branch else None,
        "commit": None if head is None else head.commit,
        "state": "undone" if is_undone else "conflicts left" if backup.name in unresolved else None,
        "moved": [{"from": old, "to": new} for old, new in backup.record.moves],
        "files": [{"path": path, "class": change} for path, change in changed_files(backup)],
    }


def run_show(path: str, name: str | None, options: Options) -> int:
    """Print the bytes of a file before a run; the values of an environment file are redacted."""
    output, project = output_of(options), project_of(options)
    saved = saved_content(project, path, name)
    if saved.is_redacted:
        output.note(f"values are redacted; the original file is in {STATE}/backups/{saved.backup.name}")
    if output.shows_text:
        if sys.stdout.isatty():
            for line in saved.content.decode("utf-8", "backslashreplace").splitlines():
                output.verbatim(line)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(saved.content)
    try:
        text, encoding = saved.content.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(saved.content).decode(), "base64"
    document = {"path": path, "backup": saved.backup.name, "time": made_at(saved.backup)}
    output.document(document | {"content": text, "encoding": encoding, "redacted": saved.is_redacted})
    return ExitCode.OK
