"""dazzle.toml: its content, validated, with the line of each key."""

from dazzle_infra.project.manifest.backend_tables import BackendSettings, BackendTables, CustomSettings, FilesSettings
from dazzle_infra.project.manifest.document import FILE_NAME
from dazzle_infra.project.manifest.finding import find_project
from dazzle_infra.project.manifest.manifest import Manifest, custom_names, empty_manifest, read_manifest
from dazzle_infra.project.manifest.problem import CheckContext, Problem
from dazzle_infra.project.manifest.schema import schema
from dazzle_infra.project.manifest.tables import EntryPointTable, EnvironmentTable, InfraTable, OverrideTable

__all__ = [
    "FILE_NAME",
    "BackendSettings",
    "BackendTables",
    "CheckContext",
    "CustomSettings",
    "EntryPointTable",
    "EnvironmentTable",
    "FilesSettings",
    "InfraTable",
    "Manifest",
    "OverrideTable",
    "Problem",
    "custom_names",
    "empty_manifest",
    "find_project",
    "read_manifest",
    "schema",
]
