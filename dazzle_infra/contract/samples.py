"""Sample applications: a minimal one, a typical one, and one with all needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from dazzle_infra.appspec import read_document
from dazzle_infra.backends import Application, backend_tables
from dazzle_infra.project.files import read_project_files
from dazzle_infra.project.manifest import read_manifest
from dazzle_infra.project.packages.declared import read_declared
from dazzle_infra.requirements import infer

__all__ = ["SAMPLES", "sample"]

SAMPLES = ("bare", "typical", "everything")

_FOLDER = Path(__file__).parent / "samples"


def sample(name: str, working: Path) -> Application:
    """Return a sample application, read from its dazzle.toml and its model like a project.

    Args:
        name: The sample.
        working: A folder that gets a copy of it: the package may be inside a repository, whose files are not its own.
    """
    folder = working / name
    if not folder.exists():
        shutil.copytree(_FOLDER / name, folder)
    manifest = read_manifest(folder, backend_tables())
    document = json.loads((folder / "appspec.json").read_text(encoding="utf-8"))
    appspec = read_document(document, name=f"{name}/appspec.json")
    runtime, declared = manifest.runtime.record, read_declared(folder)
    files = read_project_files(folder, runtime, declared, module_paths=manifest.module_paths)
    return Application(folder, manifest, appspec, infer(appspec, manifest.facts), files)
