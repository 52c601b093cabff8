"""`config`: every setting and its origin."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer

from dazzle_infra.cli.options import Options, command

__all__ = ["config"]


@command("template", "offline", "project", "as_json", "plain")
def config(
    options: Options, origin: Annotated[bool, typer.Option("--origin", help="Print the origin of each value.")] = False
) -> None:
    """Print every setting: `[infra]`, environment variables, the user's configuration file."""
    _run(options, shows_origin=origin)


def _run(options: Options, *, shows_origin: bool) -> None:
    from dazzle_infra.cli.loading import manifest_of, project_of
    from dazzle_infra.cli.output import output_of, place_document
    from dazzle_infra.cli.printer import unbroken
    from dazzle_infra.cli.unusable import note_unusable_backends
    from dazzle_infra.config import read_config, settings_of, unknown_variables
    from dazzle_infra.config.user import user_file

    output = output_of(options)
    note_unusable_backends(output)
    manifest = manifest_of(project_of(options), required=False)
    read = read_config(manifest.tables, template=options.template, offline=options.offline)
    settings = settings_of(read, manifest, dict(os.environ))
    width = max(len(setting.key) for setting in settings)
    for setting in settings:
        place = "default" if setting.where is None else str(setting.where)
        shown = ((f"   {unbroken(place)}", "dim"),) if shows_origin else ()
        output.line((f"{setting.key:<{width}}  ", "bold"), _written(setting.value), *shown, hang=width + 2)
    for name, near in unknown_variables(os.environ, manifest.tables).items():
        output.note(f"unknown variable {name}" + (f"; did you mean {near}?" if near else ""))
    file = user_file()
    output.document(
        {
            "user_file": str(file) if file is not None else None,
            "settings": [
                {
                    "key": setting.key,
                    "value": setting.value,
                    "origin": setting.kind,
                    "where": place_document(setting.where) if setting.where is not None else None,
                }
                for setting in settings
            ],
        }
    )


def _written(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
