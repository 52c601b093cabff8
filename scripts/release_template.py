"""Make a release of a template from its sources: `python -m scripts.release_template docker 1.0.1`.

A release is a commit and a tag in the template's own history, kept as one bundle file inside the package. Its object
ids depend on the sources and on the CHANGELOG alone: the author is the project, the date is the CHANGELOG's.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from packaging.version import Version

from dazzle_infra.backends.answer_fields import field_tree
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.registry import backends
from dazzle_infra.errors import DazzleInfraError, PreconditionError, UsageError
from dazzle_infra.templates import isolated_environment, run_git
from dazzle_infra.templates.changelog import sections
from dazzle_infra.templates.contents import FIELDS_FILE
from dazzle_infra.templates.embedded import bundles_of, unpack
from dazzle_infra.templates.fields import text_of

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "copier-templates"
BUNDLES = ROOT / "dazzle_infra" / "templates" / "bundles"
ANSWERS: dict[str, type[Answers]] = {one.template: one.Answers for one in backends()}
"""The answers that each template is given."""

_WHO = "dazzle-infra <maintainers@dazzle-infra.invalid>"


def source_files(folder: Path) -> dict[str, Path]:
    """Return the files of a template's sources by their POSIX paths, sorted.

    In a checkout those are git's, so that what an editor or a desktop leaves there is in no release.
    """
    paths = _listed(folder) or folder.rglob("*")
    return {path.relative_to(folder).as_posix(): path for path in sorted(paths) if path.is_file()}


def _listed(folder: Path) -> list[Path]:
    """Return what git tracks, or would track, in a folder; nothing where there is no checkout."""
    if not any((parent / ".git").exists() for parent in folder.resolve().parents):
        return []
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    printed = run_git(*arguments, environment=isolated_environment({"safe.directory": "*"}), repository=folder)
    return [folder / name for name in printed.decode().split("\0") if name]


def _commit_stream(folder: Path, tag: str, message: str, date: str, parent: str | None) -> bytes:
    """Describe the release's commit to `git fast-import`."""
    seconds = int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())
    header = f"commit refs/tags/{tag}\nauthor {_WHO} {seconds} +0000\ncommitter {_WHO} {seconds} +0000\n"
    text = message.encode()
    parts = [header.encode(), b"data %d\n%s\n" % (len(text), text)]
    if parent is not None:
        parts.append(f"from refs/tags/{parent}^0\n".encode())
    parts.append(b"deleteall\n")
    for name, path in source_files(folder).items():
        mode = "100755" if path.stat().st_mode & 0o100 else "100644"
        content = path.read_bytes()
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        parts.append(f'M {mode} inline "{quoted}"\n'.encode() + b"data %d\n%s\n" % (len(content), content))
    return b"".join(parts)


def write_fields(folder: Path, name: str) -> None:
    """Write the tree of the fields that today's answers have into a template's sources."""
    (folder / FIELDS_FILE).write_text(text_of(field_tree(ANSWERS[name])), encoding="utf-8")


def release(name: str, version: str, sources: Path = SOURCES, bundles: Path = BUNDLES) -> Path:
    """Release `sources/NAME` as `vVERSION`, with the fields of today's answers, and return the new bundle file.

    Raises:
        PreconditionError: The tag exists, is not the newest, or the CHANGELOG does not speak of it.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise UsageError(f"{version!r} is not a version", hint="write it as X.Y.Z")
    tag = f"v{version}"
    existing = bundles_of(name, bundles) if (bundles / name).is_dir() else []
    if tag in {bundle.stem for bundle in existing}:
        raise PreconditionError(f"{name} {tag} is released; a tag never moves", hint="choose the next version")
    newest = existing[-1].stem if existing else None
    if newest and Version(tag) < Version(newest):
        raise PreconditionError(f"{name} {tag} is older than {newest}", hint=f"choose a version after {newest}")
    date, text = sections((sources / name / "CHANGELOG.md").read_text(encoding="utf-8")).get(version, (None, ""))
    if date is None:
        raise PreconditionError(
            f"the CHANGELOG of {name} has no section [{version}] with a date", hint=f"add `## [{version}] - YYYY-MM-DD`"
        )
    write_fields(sources / name, name)
    environment = isolated_environment({"core.compression": "9", "pack.threads": "1"})
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "release.git"
        unpack(existing, repository)
        stream = _commit_stream(sources / name, tag, f"{name} {tag}\n\n{text}\n", date, newest)
        run_git(
            "fast-import",
            "--quiet",
            "--date-format=rfc2822",
            environment=environment,
            repository=repository,
            data=stream,
        )
        target = bundles / name / f"{tag}.bundle"
        target.parent.mkdir(parents=True, exist_ok=True)
        scope = [f"refs/tags/{tag}", *([f"^refs/tags/{newest}"] if newest else [])]
        run_git("bundle", "create", "--quiet", str(target), *scope, environment=environment, repository=repository)
    return target


def main() -> int:
    """Parse the command line, release, and say where it is."""
    parser = argparse.ArgumentParser(description="Make a release of a template from its sources.")
    parser.add_argument("name", choices=sorted(path.name for path in SOURCES.iterdir()))
    parser.add_argument("version", help="X.Y.Z, without the v")
    arguments = parser.parse_args()
    try:
        bundle = release(arguments.name, arguments.version)
    except DazzleInfraError as error:
        sys.stderr.write(f"error: {error.message}; {error.hint or ''}\n")
        return int(error.exit_code)
    sys.stdout.write(f"{bundle.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
