"""Measure `update --all` over many applications against plain `copier update`: part of `make bench`.

The applications are made from two releases of the templates of the tests, or of the embedded ones where these have two.
Each has a name of its own, an edit in a file that the new release changes, and a model that has moved on, so that no
two renders are the same. Plain Copier runs on a sample, two commands an application (it knows one template at a time),
and is scaled; the figure says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
EXAMPLE = ROOT / "examples" / "02-ticket-desk"
SETTINGS = '\n[infra]\nappspec = "appspec.json.gz"\n[infra.docker]\n{docker}\n[infra.terraform]\n{terraform}\n'


def run(command: list[str], cwd: Path) -> float:
    """Run a command and return its seconds of wall time."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def git(folder: Path, *arguments: str) -> None:
    """Run git with an identity."""
    run(["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", *arguments], folder)


def fork(name: str, folder: Path) -> Path:
    """Make a copy of an embedded template, with a second release that changes a line of most files."""
    run(["git", "clone", "--quiet", f"dazzle-infra://{name}", str(folder)], folder.parent)
    newest = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()
    git(folder, "tag", "v99.0.0", newest)
    for path in sorted((folder / "template").rglob("*")):
        if path.is_file() and path.suffixes[-1:] == [".jinja"] and "answers_file" not in path.name:
            path.write_text(path.read_text() + "\n# A line of the second release.\n")
    git(folder, "commit", "--quiet", "--all", "--message", "second")
    git(folder, "tag", "v99.1.0")
    return folder


def make(folder: Path, templates: dict[str, Path], count: int) -> list[Path]:
    """Make applications from the first release, each with a name and an edit of its own."""
    projects = []
    for number in range(count):
        project = folder / f"app-{number:03}"
        shutil.copytree(EXAMPLE, project)
        text = (project / "dazzle.toml").read_text().split("[infra")[0]
        text = text.replace('name = "', f'name = "n{number}_', 1)
        settings = {name: f'template = "{path}"\nref = "v99.0.0"' for name, path in templates.items()}
        (project / "dazzle.toml").write_text(text + SETTINGS.format(**settings))
        run(["dazzle-infra", "all", "--quiet"], project)
        readme = project / "infra/docker/README.md"
        readme.write_text(f"<!-- {number} -->\n\n{readme.read_text()}")
        settings = {name: f'template = "{path}"' for name, path in templates.items()}
        (project / "dazzle.toml").write_text(text + SETTINGS.format(**settings))
        git(project, "init", "--quiet")
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--message", "made")
        projects.append(project)
    return projects


def figures(seconds: list[float]) -> str:
    """Return minimum, median and maximum."""
    return f"{min(seconds):7.2f} {statistics.median(seconds):7.2f} {max(seconds):7.2f} s"


def plain(project: Path) -> float:
    """Update one application with two plain commands of Copier's and return their seconds."""
    seconds = 0.0
    for name in ("docker", "terraform"):
        seconds += run(["copier", "update", "--quiet", "--defaults", f"infra/{name}"], project)
        git(project, "add", "--all")  # it wants a clean tree
        git(project, "commit", "--quiet", "--message", name)
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=3, help="runs of `update --all`")
    parser.add_argument("--applications", type=int, default=100)
    parser.add_argument("--sample", type=int, default=10, help="applications that plain Copier updates")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        templates = {one: fork(one, folder / f"template-{one}") for one in ("docker", "terraform")}
        (folder / "made").mkdir()
        projects = make(folder / "made", templates, options.applications)
        theirs = [plain(shutil.copytree(project, folder / project.name)) for project in projects[: options.sample]]
        ours = []
        for number in range(options.n):
            copied = shutil.copytree(folder / "made", folder / f"run-{number}")
            ours.append(run(["dazzle-infra", "update", "--all", "--json"], copied))
            shutil.rmtree(copied)
        count = options.applications
        print(f"{count} applications on {os.cpu_count()} cores: minimum, median, maximum")  # noqa: T201
        print(f"  dazzle-infra update --all, {options.n} runs        {figures(ours)}")  # noqa: T201
        print(f"  two copier update, one application of {len(theirs)}   {figures(theirs)}")  # noqa: T201
        scaled = statistics.mean(theirs) * count
        print(f"  {count} x two copier update, scaled from {len(theirs)}      {scaled:7.2f} s")  # noqa: T201
        print(f"  ratio {statistics.median(ours) / scaled:.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
