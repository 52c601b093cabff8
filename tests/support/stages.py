"""Running a Dockerfile without an engine: each stage in a folder, its commands in a shell of this machine.

It proves which files a stage has and that its commands work with them, not the base images: packages of Debian, users
and owners are passed over, and the tools that a stage installs are those of this machine.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

__all__ = ["Stages", "run_dockerfile"]

_ABSOLUTE = re.compile(r"(?<![\w./-])/(app|build|opt|run|sources|srv|etc/caddy)(?=[/\s;'\":)]|$)")
_PASSED_OVER = re.compile(
    r"apt-get |groupadd |pip install \"(?:uv|poetry)==|npm install --global |cp /usr/bin/caddy|chown "
)


@dataclass
class Stages:
    """What the stages contain afterwards.

    Attributes:
        folder: The folder of the stages.
        ran: The commands that ran, by stage.
    """

    folder: Path
    ran: dict[str, list[str]] = field(default_factory=dict)

    def path(self, stage: str, absolute: str) -> Path:
        """Return where a path of a stage is on this machine."""
        return self.folder / stage / absolute.lstrip("/")


def run_dockerfile(
    dockerfile: str,
    context: Path,
    folder: Path,
    *,
    secrets: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Stages:
    """Run every stage; the last one is called `final`."""
    stages, stage, cwd = Stages(folder), "", "/"
    variables = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **(environment or {})}
    arguments: dict[str, str] = {}
    for instruction, rest in _instructions(dockerfile):
        if instruction == "FROM":
            _, _, name = rest.partition(" AS ")
            base = rest.split()[0]
            stage, cwd = name or "final", "/"
            stages.ran[stage] = []
            if base in stages.ran:
                shutil.copytree(folder / base, folder / stage, symlinks=True)
                cwd = "/app"
            (folder / stage).mkdir(parents=True, exist_ok=True)
            for secret, value in (secrets or {}).items():
                path = stages.path(stage, f"/run/secrets/{secret}")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(value)
        elif instruction == "ARG":
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif instruction == "ENV":
            pairs = dict(word.split("=", 1) for word in shlex.split(rest))
            pairs.pop("PATH", None)
            variables |= {name: _mapped(value, folder / stage) for name, value in pairs.items()}
        elif instruction == "WORKDIR":
            cwd = rest
            stages.path(stage, cwd).mkdir(parents=True, exist_ok=True)
        elif instruction == "COPY":
            _copy(rest, context, stages, stage, cwd)
        elif instruction == "RUN":
            command = re.sub(r"^(?:--mount=\S+ )+", "", rest).strip()
            command = re.sub(r" && chown -R \S+ \S+", "", command)
            if not _PASSED_OVER.match(command):
                stages.ran[stage].append(command)
                mapped = _mapped(command, folder / stage)
                done = subprocess.run(
                    ["sh", "-c", mapped],
                    cwd=stages.path(stage, cwd),
                    env=variables,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, f"{stage}: {command}\n{done.stdout}\n{done.stderr}"
    return stages


def _instructions(dockerfile: str) -> list[tuple[str, str]]:
    lines = [line for line in dockerfile.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, rest.strip()) for name, _, rest in found]


def _mapped(text: str, root: Path) -> str:
    return _ABSOLUTE.sub(rf"{root}/\1", text)


def _copy(rest: str, context: Path, stages: Stages, stage: str, cwd: str) -> None:
    options = re.match(r"(?:--\S+ )*", rest)
    assert options is not None
    source_root = context
    given = re.search(r"--from=(\S+)", options[0])
    if given:
        source_root = stages.folder / given[1]
    words = rest[options.end() :]
    *sources, target = json.loads(words) if words.startswith("[") else words.split()
    place = stages.path(stage, os.path.normpath(os.path.join(cwd, target)))  # noqa: PTH118 - a path of the image
    for source in sources:
        pattern = source.lstrip("/")
        found = sorted(source_root.glob(pattern)) if re.search(r"[\[*?]", pattern) else [source_root / pattern]
        assert found or "[" in pattern, f"{source} is not in the build context"
        for path in found:
            assert path.exists(), f"COPY {source}: it is not in the build context"
            if path.is_dir():
                shutil.copytree(path, place, symlinks=True, dirs_exist_ok=True)
            else:
                into = place / path.name if target.endswith("/") or target in {".", "./"} or len(sources) > 1 else place
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, into)


def filtered_context(folder: Path, ignore: str, into: Path) -> Path:
    """Return a copy of a build context with what its ignore file leaves."""
    lines = [line.strip() for line in ignore.splitlines() if line.strip() and not line.startswith("#")]
    assert lines[0] == "**"
    allowed = [line[1:] for line in lines if line.startswith("!")]
    refused = [line.removeprefix("**/") for line in lines[1:] if line.startswith("**/")]
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_allowed = any(f"{name}/".startswith(f"{one}/") for one in allowed)
        is_refused = any(fnmatch(part, one) for part in name.split("/") for one in refused)
        if is_allowed and not is_refused and (path.is_symlink() or not path.is_dir()):
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, into / name, follow_symlinks=False)
    return into
