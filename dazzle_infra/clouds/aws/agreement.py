"""Rules for several values of an environment, some of which can come from other tables of dazzle.toml."""

from __future__ import annotations

from dazzle_infra.clouds.aws import rules
from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.clouds.aws.registries import is_private_by_default
from dazzle_infra.errors import ManifestError, Where

__all__ = ["check_environment"]


def check_environment(environment: Environment) -> None:
    """Check that the values of an environment agree.

    Raises:
        ManifestError: They do not; the error names the key and what to change.
    """
    table = f"[infra.terraform.env.{environment.name}]"
    _check_names(environment, table)
    _check_accounts(environment, table)
    _check_image(environment, table)


def _check_names(environment: Environment, table: str) -> None:
    domain, zone = environment.domain_name, environment.dns_zone
    for key in ("dns_zone", "certificate_arn", "tenant_domain"):
        if getattr(environment, key) and not domain:
            raise ManifestError(
                f"{key} requires domain_name",
                where=Where(file="dazzle.toml", key=f"{table} {key}"),
                hint=f"set domain_name in {table}, such as app.{zone or 'example.com'}, or remove {key}",
            )
    if zone and not f".{domain}".endswith(f".{zone}"):
        raise ManifestError(
            f"domain_name = {domain!r} is not in dns_zone = {zone!r}",
            where=Where(file="dazzle.toml", key=f"{table} dns_zone"),
            hint=f"name the zone of Route 53 that contains {domain}, or remove dns_zone if the DNS is elsewhere",
        )
    tenants = environment.tenant_domain
    if zone and tenants and not f".{tenants}".endswith(f".{zone}"):
        raise ManifestError(
            f"tenant_domain = {tenants!r} is not in dns_zone = {zone!r}",
            where=Where(file="dazzle.toml", key=f"{table} tenant_domain"),
            hint="name the zone of Route 53 that contains both names, or remove dns_zone if the DNS is elsewhere",
        )
    if not domain and environment.region.startswith(rules.WITHOUT_EDGE):
        raise ManifestError(
            f"the region {environment.region} requires a domain_name: it has no CloudFront, which gives an environment "
            "without one its address and HTTPS",
            where=Where(file="dazzle.toml", key=f"{table} region"),
            hint=f'set domain_name = "app.example.com" in {table}, or choose another region',
        )


def _check_accounts(environment: Environment, table: str) -> None:
    certificate = environment.certificate_arn
    for key, arn in (("certificate_arn", certificate), ("state_kms_key", environment.state_kms_key)):
        if arn and environment.account_id and arn.split(":")[4] != environment.account_id:
            raise ManifestError(
                f"{arn!r} is in another account than account_id = {environment.account_id!r}",
                where=Where(file="dazzle.toml", key=f"{table} {key}"),
                hint=f"correct {key} or account_id in {table}",
            )
    if environment.state_kms_key and not environment.state_bucket:
        raise ManifestError("state_kms_key requires state_bucket", where=Where(file="dazzle.toml", key=table))
    if certificate and certificate.split(":")[3] != environment.region:
        raise ManifestError(
            f"the certificate of {environment.name!r} is not in its region, {environment.region}",
            where=Where(file="dazzle.toml", key=f"{table} certificate_arn"),
            hint=f"a load balancer requires a certificate of its own region: issue one there, or set region = "
            f'"{certificate.split(":")[3]}" in {table}',
        )


def _check_image(environment: Environment, table: str) -> None:
    image = environment.container_image
    if environment.profile == "production" and rules.is_latest(image):
        raise ManifestError(
            f"{image!r} is tagged latest, which is not allowed in the production environment {environment.name!r}",
            where=Where(file="dazzle.toml", key=f"{table} container_image"),
            hint="name a version or a digest, such as registry.example.com/team/app:1.4.2",
        )
    if environment.container_registry_access == "auto" and is_private_by_default(image):
        raise ManifestError(
            f"images such as {image!r} are private by default, and {environment.name!r} has no credentials for them",
            where=Where(file="dazzle.toml", key=f"{table} container_image"),
            hint=f'set container_registry_access = "credentials" in {table}, and fill the secret that Terraform makes; '
            'or set it to "public" if everybody can pull the image',
        )
