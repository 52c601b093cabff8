"""`config`: every setting, and where it comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from dazzle_infra.cli.options import (
    DebugOption,
    JsonOption,
    NoColorOption,
    OfflineOption,
    Options,
    ProjectOption,
    TemplateOption,
)

__all__ = ["config"]


def config(
    origin: Annotated[bool, typer.Option("--origin", help="Print where each value comes from.")] = False,
    template: TemplateOption = None,
    offline: OfflineOption = False,
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Print every setting of `[infra]`, of variables and of your own configuration."""
    _run(Options(project, None, as_json=as_json, plain=plain, template=template, offline=offline), shows_origin=origin)


def _run(options: Options, *, shows_origin: bool) -> None:
    from dazzle_infra.cli.output import output_of, place_document
    from dazzle_infra.config import read_config, settings_of, unknown_variables
    from dazzle_infra.config.user import user_file
    from dazzle_infra.manifest import FILE_NAME, Manifest, read_manifest

    output = output_of(options)
    manifest = read_manifest(options.project) if (options.project / FILE_NAME).exists() else Manifest()
    read = read_config(template=options.template, offline=options.offline)
    settings = settings_of(read, manifest, dict(os.environ))
    width = max(len(setting.key) for setting in settings)
    for setting in settings:
        place = "default" if setting.where is None else str(setting.where)
        shown = ((f"   {place}", "dim"),) if shows_origin else ()
        output.line((f"{setting.key:<{width}}  ", "bold"), _written(setting.value), *shown)
    for name, near in unknown_variables(os.environ).items():
        output.note(f"{name} is no variable that I know" + (f"; did you mean {near}?" if near else ""))
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
