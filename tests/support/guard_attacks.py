"""What code inside the process that renders could try, were it to get around Jinja's sandbox; and what it may do.

Run as a program, `python -m tests.support.guard_attacks FOLDER`, it installs the guard for FOLDER/own, runs every entry
and prints what became of each as JSON: the guard's message, or None where it let the entry pass.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

__all__ = ["ALLOWED", "ATTACKS", "GIT_ATTACKS"]

_GIT_ARGUMENTS = [
    "-c alias.x=!touch${IFS}{marker} x",
    "-c core.sshCommand=touch${IFS}{marker} ls-remote ssh://host/path",
    "-c core.fsmonitor=true status",
    "-ccore.pager=x status",
    "--config-env=core.sshCommand=HOME ls-remote ssh://host/path",
    "--exec-path={folder}/own status",
    "-p status",
    "x",
    "grep -Otouch x",
    "bisect run touch {marker}",
    "daemon",
    "difftool -x touch",
    "config core.fsmonitor touch",
    "config --global alias.x !touch",
    "submodule foreach touch",
    "remote add x ext::touch",
    "clone --upload-pack=touch -- {folder}/own {folder}/own/x",
    "clone --uplo=touch -- {folder}/own {folder}/own/x",
    "clone -utouch -- {folder}/own {folder}/own/x",
    "clone -qcx.y=z -- {folder}/own {folder}/own/x",
    "clone --config=x.y=z -- {folder}/own {folder}/own/x",
    "clone --template={folder} -- {folder}/own {folder}/own/x",
    "clone -- {folder}/own {marker}",
    "clone {folder}/own ../marker",
    "init {marker}",
    "worktree add --detach -- {marker} HEAD",
    "ls-remote --exec=touch {folder}/own",
]
GIT_ATTACKS = {arguments: f"run(git, *{arguments.split(' ')!r})" for arguments in _GIT_ARGUMENTS}

_SPAWN = "os.posix_spawn(git, {arguments}, os.environ{more})"
_OPEN = ", file_actions=[(os.POSIX_SPAWN_OPEN, 1, '{marker}', os.O_WRONLY | os.O_CREAT, 0o600)]"
ATTACKS = {
    "a shell": "subprocess.run('touch {marker}', shell=True)",
    "another program": "run('/usr/bin/touch', '{marker}')",
    "another program of that name": "run('{folder}/own/git', 'version')",
    "a link to another program": "run('{folder}/own/git-link', 'version')",
    "a program that is called git": "subprocess.run([git, '{marker}'], executable='/usr/bin/touch')",
    "git under another name": "subprocess.run(['git-shell', '-c', 'x'], executable=git)",
    "git's library path": "run(git, 'version', env={**os.environ, 'LD_PRELOAD': '{folder}/own/x.so'})",
    "git's programs": "run(git, 'status', env={**os.environ, 'GIT_EXEC_PATH': '{folder}/own'})",
    "git's configuration": "run(git, 'status', env={**os.environ, 'GIT_CONFIG_GLOBAL': '{folder}/own/x'})",
    "git's protocols": "run(git, 'status', env={k: v for k, v in os.environ.items() if k != 'GIT_ALLOW_PROTOCOL'})",
    "an empty environment": "run(git, 'status', env={})",
    "a changed environment": "os.environ.__setitem__('GIT_SSH_COMMAND', 'touch'); run(git, 'status')",
    "a shell by posix_spawn": "os.posix_spawn('/bin/sh', ['sh', '-c', 'touch {marker}'], os.environ)",
    "a shell by posix_spawnp": "os.posix_spawnp('sh', ['sh', '-c', 'touch {marker}'], os.environ)",
    "git by posix_spawn": _SPAWN.format(arguments="[git, 'version']", more=""),
    "git by posix_spawn into a file": _SPAWN.replace("{more}", _OPEN).replace("{arguments}", "[git, 'version']"),
    "an alias by posix_spawn": _SPAWN.format(arguments="[git, '-c', 'alias.x=!x', 'x']", more=""),
    "another call than was announced": (
        "sys.audit('subprocess.Popen', git, [git, 'version'], None, None); "
        + _SPAWN.format(arguments="[git, 'status']", more="")
    ),
    "another program than was announced": (
        "sys.audit('subprocess.Popen', git, [git, 'version'], None, None); "
        "sys.audit('_posixsubprocess.fork_exec', [b'/bin/sh'], [git, 'version'], None)"
    ),
    "another environment than was announced": (
        "sys.audit('subprocess.Popen', git, [git, 'version'], None, None); "
        "sys.audit('_posixsubprocess.fork_exec', [os.fsencode(git)], [git, 'version'], [b'LD_PRELOAD=x'])"
    ),
    "a process that was not announced": "sys.audit('_posixsubprocess.fork_exec', [os.fsencode(git)], [git], None)",
    "os.system": "os.system('touch {marker}')",
    "os.popen": "os.popen('touch {marker}')",
    "a fork": "os.fork() or os._exit(0)",
    "a terminal": "pty.fork()",
    "another program in its place": "os.execv('/usr/bin/touch', ['touch', '{marker}'])",
    "a spawned program": "os.spawnv(os.P_WAIT, '/usr/bin/touch', ['touch', '{marker}'])",
    "a forked worker": "multiprocessing.get_context('fork').Process(target=print).start()",
    "a connection": "socket.create_connection(('127.0.0.1', 9))",
    "a name of the network": "socket.getaddrinfo('localhost', 80)",
    "a library": "ctypes.CDLL(None)",
    "another interpreter": "importlib.import_module(interpreters).create()",
    "a database": "sqlite3.connect('{marker}')",
    "a file outside": "open('{marker}', 'w')",
    "a change of a file outside": "open('{canary}', 'r+')",
    "a file outside by its descriptor": "os.open('{marker}', os.O_CREAT | os.O_WRONLY)",
    "a folder outside": "os.mkdir('{marker}')",
    "a name outside": "os.rename('{canary}', '{folder}/own/x')",
    "a link outside": "os.symlink('x', '{marker}')",
    "a hard link to a file outside": "os.link('{canary}', '{folder}/own/x')",
    "the removal of a file outside": "os.remove('{canary}')",
    "the mode of a file outside": "os.chmod('{canary}', 0)",
    "the end of a file outside": "os.truncate('{canary}', 0)",
    "a file behind a link": "open('{folder}/own/out/canary.yml').read()",
    "what is in a file outside": "open('{canary}').read()",
    "what is in a folder outside": "os.listdir('{folder}')",
    "names outside": "glob.glob('{folder}/*')",
    "a git directory": "os.makedirs('{folder}/own/render/.GIT/hooks')",
    "a file of git": "open('{folder}/own/.git', 'w')",
}
"""What each attempt is, and its code; all of it must end in the guard's refusal."""

ALLOWED = {
    "git": "run(git, 'version')",
    "git with inherited files": "run(git, 'version', close_fds=False)",
    "git in a folder": "run(git, 'version', cwd='{folder}/own')",
    "git in a session": "run(git, 'version', start_new_session=True)",
    "git after a function": "run(git, 'version', preexec_fn=int)",
    "git with an author": "run(git, 'version', env={**os.environ, 'GIT_AUTHOR_NAME': 'x'})",
    "git by the other mechanism": "other_mechanism(); run(git, 'version')",
    "git without vfork": "setattr(subprocess, '_USE_VFORK', False); run(git, 'version')",
    "git as Python 3.14 starts it": (
        "sys.audit('subprocess.Popen', git, [git, 'version'], None, None); "
        "sys.audit('_posixsubprocess.fork_exec', [os.fsencode(git)], [git, 'version'], None)"
    ),
    "git by a path with dots": "run(os.path.dirname(git) + '/../' + git.split('/')[-2] + '/git', 'version')",
    "a file of its own": "open('{folder}/own/file', 'w').close()",
    "a module": "open(os.__file__).close()",
}
"""What the process must be able to do, whichever way this Python does it."""


def _entries(folder: Path) -> dict[str, str]:
    words = {"{marker}": folder / "marker", "{canary}": folder / "canary.yml", "{folder}": folder}
    entries = {}
    for name, code in {**ALLOWED, **ATTACKS, **GIT_ATTACKS}.items():
        for word, meaning in words.items():
            code = code.replace(word, str(meaning))
        entries[name] = code
    return entries


def _main(folder: Path) -> None:
    import ctypes
    import glob
    import importlib
    import multiprocessing
    import multiprocessing.popen_fork
    import os
    import pty
    import socket
    import sqlite3
    import subprocess

    from dazzle_infra.rendering.worker.guard import Guard, GuardError

    def run(*command: str, **options: object) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=30, **options)  # type: ignore[call-overload]

    def other_mechanism() -> None:
        setattr(subprocess, "_USE_POSIX_SPAWN", not vars(subprocess)["_USE_POSIX_SPAWN"])  # noqa: B010

    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    modules = (ctypes, glob, importlib, multiprocessing, os, pty, socket, sqlite3, subprocess, sys)
    names = {module.__name__: module for module in modules}
    names |= {"git": shutil.which("git"), "interpreters": name}  # type: ignore[dict-item]
    names |= {"run": run, "other_mechanism": other_mechanism}  # type: ignore[dict-item]
    entries = _entries(folder)
    os.chdir(folder / "own")
    Guard(folder / "own")
    told: dict[str, str | None] = {}
    environment = dict(os.environ)
    for entry, code in entries.items():
        os.environ.clear()
        os.environ.update(environment)
        try:
            exec(code, dict(names))  # noqa: S102
            told[entry] = None
        except GuardError as error:
            told[entry] = str(error)
        except Exception as error:
            told[entry] = f"not refused, but failed: {error!r}"
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
