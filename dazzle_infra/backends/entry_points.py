"""The entry points as the answers of templates state them."""

from __future__ import annotations

from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.records import EntryPoint

__all__ = ["answered_entry_points"]


def answered_entry_points(manifest: Manifest) -> list[EntryPoint]:
    """Return what listens, `web` first.

    The command of `web` is empty where dazzle.toml does not set it and the image and the templates contain it.
    """
    web, *others = manifest.entry_points
    stated = manifest.infra.entry_points.get(web.name)
    is_stated = bool(manifest.infra.commands.serve or (stated and stated.command))
    if manifest.runtime.record.has_image_commands and not is_stated:
        web = web.model_copy(update={"command": []})
    return [web, *others]
