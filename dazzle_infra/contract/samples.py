"""Sample applications: a bare one, a typical one, and one that needs everything there is."""

from __future__ import annotations

import json
from pathlib import Path

from dazzle_infra.appspec import read_document
from dazzle_infra.backends import Application
from dazzle_infra.inference import infer
from dazzle_infra.manifest import read_manifest

__all__ = ["SAMPLES", "sample"]

SAMPLES = ("bare", "typical", "everything")

_FOLDER = Path(__file__).parent / "samples"


def sample(name: str) -> Application:
    """Return a sample, read as a project of that dazzle.toml and that model is read."""
    folder = _FOLDER / name
    manifest = read_manifest(folder)
    document = json.loads((folder / "appspec.json").read_text(encoding="utf-8"))
    appspec = read_document(document, name=f"{name}/appspec.json")
    return Application(folder, manifest, appspec, infer(appspec, manifest.facts))
