"""dazzle.toml: what the project says, validated, with the line of each key."""

from dazzle_infra.manifest.document import FILE_NAME
from dazzle_infra.manifest.manifest import Manifest, read_manifest
from dazzle_infra.manifest.schema import schema
from dazzle_infra.manifest.tables import DockerTable, EntryPointTable, InfraTable, OverrideTable, TerraformTable

__all__ = [
    "FILE_NAME",
    "DockerTable",
    "EntryPointTable",
    "InfraTable",
    "Manifest",
    "OverrideTable",
    "TerraformTable",
    "read_manifest",
    "schema",
]
