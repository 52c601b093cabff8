"""Small environments that have dazzle-infra's start-up files, its sources, and a Dazzle of a few lines."""

from __future__ import annotations

import shutil
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.support.trees import build_tree

__all__ = ["DAZZLE", "ROOT", "Environment", "build_environment"]

ROOT = Path(__file__).parent.parent.parent

DAZZLE = {
    "dazzle/__init__.py": 'import sys\nsys.stderr.write("Dazzle was imported\\n")\n',
    "dazzle/__main__.py": "from dazzle.cli import main\nmain()\n",
    "dazzle/cli/__init__.py": """\
import os
import typer

app = typer.Typer(no_args_is_help=True)

@app.callback()
def options(env: str = typer.Option("", "--env")) -> None:
    pass

@app.command()
def validate() -> None:
    typer.echo("validated")

def main() -> None:
    os.umask(0)
    app()
""",
}
"""What the mount relies on in dazzle-dsl 0.125: the script calls `dazzle.cli.main`, which runs the Typer app `app`."""

_SCRIPT = """\
#!{python}
import sys
from {module} import main
if __name__ == '__main__':
    sys.exit(main())
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment.

    Attributes:
        prefix: Its folder.
    """

    prefix: Path

    @property
    def bin(self) -> Path:
        return self.prefix / "bin"

    @property
    def python(self) -> str:
        return str(self.bin / "python")

    @property
    def dazzle(self) -> str:
        return str(self.bin / "dazzle")

    @property
    def packages(self) -> Path:
        """The folder of installed packages."""
        (folder,) = self.prefix.glob("lib/python*/site-packages")
        return folder

    def script(self, module: str, path: Path | None = None) -> Path:
        """Write a script that calls `main` of a module, as installers do; by default `dazzle`."""
        path = path or self.bin / "dazzle"
        path.write_text(_SCRIPT.format(python=self.python, module=module))
        path.chmod(0o755)
        return path


def build_environment(prefix: Path, dazzle: dict[str, str] | None = None) -> Environment:
    """Make an environment with dazzle-infra's start-up files.

    Args:
        prefix: The new folder.
        dazzle: The files of Dazzle; None for an environment without one.
    """
    venv.create(prefix, symlinks=True)
    environment = Environment(prefix)
    for file in (ROOT / "startup").iterdir():
        if file.is_file():
            shutil.copy(file, environment.packages)
    # The environment of the tests has dazzle-infra and its standalone package: this one has what a test installs.
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "dazzle" not in entry.name and entry.suffix != ".pth" and not (environment.packages / entry.name).exists():
            (environment.packages / entry.name).symlink_to(entry)
    build_tree(environment.packages, {"sources.pth": f"{ROOT}\n", **(dazzle or {})})
    if dazzle is not None:
        environment.script("dazzle.cli")
    return environment
