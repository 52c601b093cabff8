"""`[infra.terraform]`: the settings of the Terraform backend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dazzle_infra.backends.terraform.deployers import DeployersTable
from dazzle_infra.clouds.aws.profiles import EnvironmentSettings, resolve
from dazzle_infra.clouds.aws.registries import RegistryAccess
from dazzle_infra.clouds.aws.rules import Region
from dazzle_infra.errors import ManifestError
from dazzle_infra.project.manifest import BackendSettings, CheckContext, EnvironmentTable, Manifest, Problem
from dazzle_infra.project.manifest.tables import distinct
from dazzle_infra.values.addresses import ContainerImage
from dazzle_infra.values.names import EnvironmentName
from dazzle_infra.values.paths import OutputFolder
from dazzle_infra.values.words import nearest

__all__ = ["SHARED_KEYS", "TerraformSettings", "terraform_settings"]


SHARED_KEYS: Mapping[str, str] = {"profile": "profile", "domain_name": "domain_name", "container_image": "image"}
"""Keys of an environment here, and the keys of `[infra.env.NAME]` that hold where they are not set."""


class TerraformSettings(BackendSettings):
    """Settings of the Terraform backend.

    Attributes:
        cloud_provider: Cloud provider.
        environments: Names of the environments, each a folder below `envs/`.
        container_image: Default image, with its registry and a tag or a digest.
        container_registry_access: How tasks pull the image, by default.
        region: Default region; existing environments keep their region.
        cli: Program that plans and applies in pipelines.
        deployers: The pipelines that may deploy.
        env: Settings of single environments, by name.
    """

    output: OutputFolder = Field("infra/terraform", alias="root_module")
    cloud_provider: Literal["aws"] = "aws"
    environments: Annotated[tuple[EnvironmentName, ...], BeforeValidator(distinct)] = ("dev", "staging", "prod")
    container_image: ContainerImage | None = None
    container_registry_access: RegistryAccess | None = None
    region: Region | None = None
    cli: Literal["terraform", "tofu"] = "terraform"
    deployers: DeployersTable | None = None
    env: dict[str, EnvironmentSettings] = {}

    def environment_names(self) -> tuple[str, ...]:
        """Return `environments`."""
        return self.environments

    def settings_of(self, environment: str, tables: Mapping[str, EnvironmentTable]) -> EnvironmentSettings:
        """Return the settings of an environment: its table here, then `[infra.env.NAME]`.

        Args:
            environment: The environment.
            tables: The `[infra.env.NAME]` tables by name.
        """
        own, shared = self.env.get(environment, EnvironmentSettings()), tables.get(environment)
        if shared is None:
            return own
        values = {field: getattr(shared, key) for field, key in SHARED_KEYS.items()}
        return own.model_copy(
            update={
                field: value for field, value in values.items() if value is not None and getattr(own, field) is None
            }
        )

    def problems(self, context: CheckContext) -> Iterator[Problem]:
        """Refuse settings of unknown environments, and values that contradict each other."""
        for environment in self.env:
            if environment not in self.environments:
                near = nearest(environment, self.environments)
                guess = f"; did you mean {near}?" if near else ""
                hint = f"the environments are {', '.join(self.environments)}"
                path = (*context.table, "env", environment)
                yield Problem(path, f" is not a known environment{guess}", hint, table=True)
        for environment in self.environments:
            settings = self.settings_of(environment, context.environments)
            try:
                resolve(
                    environment,
                    settings,
                    region=self.region,
                    container_image=self.container_image,
                    container_registry_access=self.container_registry_access,
                )
            except ManifestError as error:
                yield self._problem(environment, error, context)

    def _problem(self, environment: str, error: ManifestError, context: CheckContext) -> Problem:
        """Return the problem at the key that sets the value."""
        field = str(error.where.key if error.where else "").rpartition(" ")[2]
        own, shared = self.env.get(environment), context.environments.get(environment)
        path = (*context.table, "env", environment, field)
        if field.startswith("["):
            return Problem(path[:-1], f": {error.message}", error.hint, table=True)
        if getattr(own, field, None) is None:
            is_shared = getattr(shared, SHARED_KEYS.get(field, ""), None) is not None
            path = ("infra", "env", environment, SHARED_KEYS[field]) if is_shared else (*context.table, field)
        return Problem(path, f": {error.message}", error.hint)


def terraform_settings(manifest: Manifest) -> TerraformSettings:
    """Return `[infra.terraform]`."""
    return manifest.settings("terraform", TerraformSettings)
