"""Stand-ins for the programs that jobs of a pipeline call; each writes down what it was called with."""

from __future__ import annotations

import shlex
from pathlib import Path
from textwrap import dedent

from dazzle_infra.backends.ci.answers import CiAnswers

__all__ = ["write_scripts", "write_tools"]

# The services of jobs, which the runner starts with a container engine. None is needed here.
_ENGINE = """\
case "$1 $2" in
    'image inspect') echo '[{}]' ;;
    *) echo 0123456789ab ;;
esac
"""

# The digest of an image is a hash of the commit in its tag.
_DOCKER = """\
call "docker $*"
case "$1 $2" in
    'login '*) call "login with $(wc -c) bytes" ;;
    'buildx build')
        failing build && exit 1
        while [ $# -gt 0 ]; do
            case $1 in
                --tag) digest=$(printf %s "${2##*:}" | sha256sum | cut -d ' ' -f 1) ;;
                --metadata-file) metadata=$2 ;;
            esac
            shift
        done
        printf '{\\n  "buildx.build.ref": "a",\\n  "containerimage.digest": "sha256:%s"\\n}\\n' "$digest" > "$metadata"
        ;;
    'buildx imagetools') failing published || exit 1; echo "sha256:$(printf %064d 7)" ;;
    'run --rm') case "$*" in *:now\\ *) failing migration-now && exit 1 ;; esac ;;
esac
exit 0
"""
_TRIVY = 'call "trivy $*"\n[ -n "$TRIVY_PASSWORD" ] || exit 2\n! failing scan\n'
_AWS = 'call "aws $* as $AWS_ROLE_ARN"\necho hush-ecr\n'
_PYTHON = 'call "python $*"\n'
_DAZZLE_INFRA = """\
call "dazzle-infra $*"
failing update && { echo 'error: no' >&2; exit 2; }
failing up-to-date && exit 0
if failing conflicts; then
    printf '<<<<<<< your-edits\\na\\n=======\\nb\\n>>>>>>> template-v2.0.0\\n' > conflicted.txt
    echo 'server: 1 "conflict"'
    exit 4
fi
echo new >> updated.txt
echo 'server: updated	to 1.1.0'
"""

# What a target of this package calls `ops/NAME`. It says which login it found.
_OPS = """\
if [ -n "${OPS_SSH_CONFIG:-}" ]; then
    key=$(sed -n 's/^ *IdentityFile //p' "$OPS_SSH_CONFIG")
    login="ssh $(wc -l < "$key") lines $(stat -c %a "$key") $(grep -c 'StrictHostKeyChecking yes' "$OPS_SSH_CONFIG")"
elif [ -n "${AWS_WEB_IDENTITY_TOKEN_FILE:-}" ]; then
    token=$AWS_WEB_IDENTITY_TOKEN_FILE
    login="aws ${AWS_ROLE_ARN##*/} $(wc -c < "$token") bytes $(stat -c %a "$token")"
else
    login=none
fi
call "${0##*/} $* [$login]"
for name in "$@"; do
    failing "${0##*/}-$name" && exit 6
done
exit 0
"""


def _write(path: Path, script: str, calls: Path, failing: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        dedent(f"""\
        #!/bin/sh
        call() {{ echo "$*" >> {shlex.quote(str(calls))}; }}
        failing() {{ [ -e {shlex.quote(str(failing))}/"$1" ]; }}
        """)
        + script
    )
    path.chmod(0o755)


def write_tools(folder: Path, calls: Path, failing: Path) -> None:
    """Write the programs below a folder: those of jobs in `tools`, and the engine of the runner."""
    tools = {
        "aws": _AWS, "dazzle-infra": _DAZZLE_INFRA, "docker": _DOCKER, "python": _PYTHON, "trivy": _TRIVY,
    }  # fmt: skip
    for name, script in tools.items():
        _write(folder / "tools" / name, script, calls, failing)
    _write(folder / "engine", _ENGINE, calls, failing)


def write_scripts(top: Path, answers: CiAnswers, calls: Path, failing: Path) -> None:
    """Write what an application brings: the scripts of its targets, its Dockerfile and its checks."""
    root = top / answers.project_root
    for target in answers.targets:
        for name in ("deploy", "migrate", "rollback", "status"):
            _write(top / target.folder / "ops" / name, _OPS, calls, failing)
    (root / answers.dockerfile).parent.mkdir(parents=True, exist_ok=True)
    (root / (answers.dockerfile or "Dockerfile")).write_text("FROM scratch\n")
    _write(root / "check", 'call "check $* in ${PWD##*/}: $DATABASE_URL"\n! failing "check-$1"\n', calls, failing)
