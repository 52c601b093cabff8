"""Export the models of the examples: `python -m scripts.export_appspecs [DAZZLE]`, or `--check` what is committed.

Dazzle writes absolute paths, and the field names of `fk_graph` in the order of a set. Both are brought to a form that
is the same on every machine and in every run; all else stays as Dazzle gives it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from dazzle_infra.errors import AppSpecError, DazzleInfraError, PreconditionError, Where

__all__ = ["DIGESTS", "VARIABLE", "appspec_file", "export", "find_dazzle", "outdated", "read", "write"]

EXAMPLES = Path(__file__).parent.parent / "examples"
VERSION = "0.125.0"
VARIABLE = "DAZZLE_INFRA_TEST_DAZZLE"
DIGESTS = "appspec.sha256"
LARGEST_PLAIN = 300_000
_NAMES = ("appspec.json", "appspec.json.gz")


def find_dazzle(given: str | None = None) -> list[str]:
    """Return the command that runs the Dazzle of `VERSION`.

    It is the one that is given, else that of the environment variable `VARIABLE`, else the one of this Python.

    Raises:
        PreconditionError: There is none, it does not run, or it is of another version.
    """
    path = given or os.environ.get(VARIABLE)
    hint = f"name one: python -m scripts.export_appspecs PATH, or {VARIABLE}=PATH"
    if path is None and importlib.util.find_spec("dazzle") is None:
        raise PreconditionError(f"no Dazzle {VERSION} is at hand", hint=hint)
    command = [path] if path else [sys.executable, "-m", "dazzle"]
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise PreconditionError(f"{path} does not run: {error.strerror}", hint=hint) from error
    if VERSION not in done.stdout.partition("\n")[0].split():
        raise PreconditionError(f"{' '.join(command)} is not Dazzle {VERSION}", hint=hint)
    return command


def export(example: Path, dazzle: Sequence[str]) -> str:
    """Parse the example's DSL anew and return its AppSpec as JSON, the same on every machine.

    Raises:
        AppSpecError: The DSL does not parse, or a path of this machine stays in the result.
    """
    root = example.resolve()
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run([*dazzle, "build-api", "-o", out], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AppSpecError(f"{root.name} does not parse: {done.stderr.strip() or done.stdout.strip()}")
        document = json.loads((Path(out) / _NAMES[0]).read_bytes())
    _normalise(document, root)
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if str(root) in text:
        raise AppSpecError(f"the model of {root.name} still holds {root}", hint="see _normalise in this script")
    return text


def _normalise(value: Any, root: Path) -> None:
    """Make the paths relative and sort what has no order, in place."""
    if isinstance(value, list):
        for item in value:
            _normalise(item, root)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "file" and isinstance(item, str) and PurePath(item).is_relative_to(root):
                value[key] = PurePath(item).relative_to(root).as_posix()
            elif key == "_fields" and isinstance(item, dict):
                value[key] = {entity: sorted(names) for entity, names in item.items()}
            else:
                _normalise(item, root)


def appspec_file(example: Path) -> Path:
    """Return the file that holds the example's AppSpec, plain or compressed.

    Raises:
        AppSpecError: There is none.
    """
    for name in _NAMES:
        if (example / name).is_file():
            return example / name
    raise AppSpecError("there is no AppSpec", where=Where(file=str(example)), hint="run `make appspecs`")


def read(path: Path) -> str:
    """Return the JSON in the file, which may be compressed."""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def write(example: Path, text: str) -> bool:
    """Write the AppSpec and the digests, and say whether the AppSpec is another than before.

    An equal one is left alone: compressed bytes depend on the library that made them.
    """
    data = text.encode()
    target = example / _NAMES[len(data) > LARGEST_PLAIN]
    changed = not target.is_file() or read(target) != text
    if changed:
        for name in _NAMES:
            (example / name).unlink(missing_ok=True)
        target.write_bytes(gzip.compress(data, mtime=0) if target.suffix == ".gz" else data)
    (example / DIGESTS).write_text(_digests(example))
    return changed


def _digests(example: Path) -> str:
    """Return what `sha256sum --check` takes: the AppSpec and every file that it was made of."""
    paths = [appspec_file(example), *sorted((example / "dsl").rglob("*.dsl"))]
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(example).as_posix()}" for path in paths
    ]
    return "\n".join([f"# dazzle-dsl {VERSION}; `make appspecs` writes this file", *lines, ""])


def outdated(example: Path) -> list[str]:
    """Return the names of the files that are not those of the digests; needs no Dazzle."""
    path = example / DIGESTS
    before = set(path.read_text().splitlines()) if path.is_file() else set()
    differing = before ^ set(_digests(example).splitlines())
    return sorted({line.split()[-1] for line in differing if not line.startswith("#")})


def _check(example: Path) -> bool:
    names = outdated(example)
    for name in names:
        sys.stderr.write(f"{example.name}/{name} is not what the AppSpec was made with; run `make appspecs`\n")
    return not names


def main(arguments: Sequence[str] | None = None) -> int:
    """Export the models of all examples, or check them."""
    parser = argparse.ArgumentParser(description="Export the models of the examples with Dazzle.")
    parser.add_argument("dazzle", nargs="?", help=f"the dazzle command; default: ${VARIABLE}, or this Python's")
    parser.add_argument("--check", action="store_true", help="only compare the digests; needs no Dazzle")
    options = parser.parse_args(arguments)
    examples = sorted(path.parent for path in EXAMPLES.glob("*/dazzle.toml"))
    try:
        if options.check:
            return 1 if [example for example in examples if not _check(example)] else 0
        dazzle = find_dazzle(options.dazzle)
        for example in examples:
            changed = write(example, export(example, dazzle))
            sys.stdout.write(f"{example.name}: {'written' if changed else 'unchanged'}\n")
    except DazzleInfraError as error:
        sys.stderr.write(f"error: {error.message}{'; ' + error.hint if error.hint else ''}\n")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
