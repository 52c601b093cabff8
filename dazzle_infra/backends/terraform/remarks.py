"""What a person should know of the environments before they are applied."""

from __future__ import annotations

from collections.abc import Iterable

from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.requirements.model import Inferred
from dazzle_infra.workload.model import Workload

__all__ = ["alarm_remarks", "certificate_remarks", "tenant_remarks"]


def alarm_remarks(environments: Iterable[Environment]) -> list[str]:
    """Return a sentence for each production environment whose alarms have no recipient."""
    return [
        f"nobody receives the alarms of {one.name}: set alarm_email in [infra.terraform.env.{one.name}]"
        for one in environments
        if one.profile == "production" and not one.alarm_email
    ]


def certificate_remarks(environments: Iterable[Environment]) -> list[str]:
    """Return a sentence for each environment whose certificate waits for a DNS record that a person creates.

    Terraform waits 75 minutes for the validation (documentation of the AWS provider, aws_acm_certificate_validation,
    "Timeouts").
    """
    return [
        f"{one.domain_name} of {one.name} has neither dns_zone nor certificate_arn: terraform apply waits until you "
        "create the DNS record that validates the certificate, at most 75 minutes; if Route 53 has the zone, set "
        f"dns_zone in [infra.terraform.env.{one.name}]"
        for one in environments
        if one.domain_name and not one.dns_zone and not one.certificate_arn
    ]


def tenant_remarks(environments: Iterable[Environment], workload: Workload, inferred: Inferred) -> list[str]:
    """Return a sentence for each environment whose host name an application with hosts of tenants does not answer."""
    health_host = workload.services[0].health_host
    if not health_host:
        return []
    detail = inferred["tenancy"].detail
    accepted, domains = (_texts(detail.get(key)) for key in ("canonical_hosts", "domains"))
    remarks = []
    for one in environments:
        name, host = one.name, one.domain_name
        if host not in accepted and not any(host.endswith(f".{domain}") for domain in domains):
            problem = f"domain_name {host} is none of them" if host else "the environment has no domain_name"
            remarks.append(
                f"the application of {name} answers only the hosts that tenant_host states in the model, such as "
                f"{health_host}; {problem}: set domain_name in [infra.terraform.env.{name}] to one of them, or add it "
                "to canonical_hosts"
            )
    return remarks


def _texts(value: object) -> list[str]:
    return [str(one).lower() for one in value] if isinstance(value, list | tuple) else []
