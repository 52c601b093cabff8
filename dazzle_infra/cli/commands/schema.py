"""`schema`: the JSON Schema of dazzle.toml."""

from __future__ import annotations

from dazzle_infra.cli.options import Options, command

__all__ = ["schema"]


@command()
def schema(options: Options) -> None:
    """Print the JSON Schema of dazzle.toml, for editors."""
    import json
    import sys
    from dataclasses import replace
    from pathlib import Path

    from dazzle_infra.backends import backend_tables
    from dazzle_infra.cli.custom import custom_backends
    from dazzle_infra.project.manifest import schema as schema_of

    # `[infra] backends` may name the templates of the project in the working directory.
    tables = replace(backend_tables(), custom=tuple(custom_backends(Path())))
    sys.stdout.write(json.dumps(schema_of(tables), indent=2, ensure_ascii=False) + "\n")
