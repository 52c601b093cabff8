"""Values that AWS makes up: identifiers, ARNs, addresses, of the form that the real ones have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.tfstub.text import generic
from tests.tfstub.values import Context, digest, has_unknown

__all__ = ["ACCOUNT", "certificate", "collection", "text"]

ACCOUNT: Final = "123456789012"
"""The number of the account, which is the one of the cloud's own examples."""

_ID_PREFIX: Final = {
    "aws_cloudfront_distribution": "E",
    "aws_ec2_managed_prefix_list": "pl-",
    "aws_eip": "eipalloc-",
    "aws_flow_log": "fl-",
    "aws_internet_gateway": "igw-",
    "aws_nat_gateway": "nat-",
    "aws_route53_zone": "Z",
    "aws_route_table": "rtb-",
    "aws_route_table_association": "rtbassoc-",
    "aws_security_group": "sg-",
    "aws_subnet": "subnet-",
    "aws_vpc": "vpc-",
    "aws_vpc_endpoint": "vpce-",
    "aws_vpc_security_group_egress_rule": "sgr-",
    "aws_vpc_security_group_ingress_rule": "sgr-",
}
_ID_IS_ARN: Final = {
    "aws_acm_certificate",
    "aws_ecs_cluster",
    "aws_ecs_service",
    "aws_iam_policy",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_lb_target_group",
    "aws_secretsmanager_secret",
    "aws_sns_topic",
    "aws_sns_topic_subscription",
    "aws_wafv2_web_acl_logging_configuration",
}
_ARN: Final = (
    ("aws_acm_", "acm", "certificate/"),
    ("aws_cloudfront_", "cloudfront", "distribution/"),
    ("aws_cloudwatch_log_group", "logs", "log-group:"),
    ("aws_cloudwatch_", "cloudwatch", "alarm:"),
    ("aws_db_", "rds", "db:"),
    ("aws_ecr_", "ecr", "repository/"),
    ("aws_ecs_cluster", "ecs", "cluster/"),
    ("aws_ecs_service", "ecs", "service/"),
    ("aws_ecs_task_definition", "ecs", "task-definition/"),
    ("aws_elasticache_", "elasticache", "replicationgroup:"),
    ("aws_iam_policy", "iam", "policy/"),
    ("aws_iam_role", "iam", "role/"),
    ("aws_kms_", "kms", "key/"),
    ("aws_lb_listener", "elasticloadbalancing", "listener/app/"),
    ("aws_lb_target_group", "elasticloadbalancing", "targetgroup/"),
    ("aws_lb", "elasticloadbalancing", "loadbalancer/app/"),
    ("aws_s3_", "s3", ""),
    ("aws_scheduler_", "scheduler", "schedule/"),
    ("aws_secretsmanager_", "secretsmanager", "secret:"),
    ("aws_sesv2_email_identity", "ses", "identity/"),
    ("aws_sns_", "sns", ""),
    ("aws_sqs_", "sqs", ""),
    ("aws_ssm_parameter", "ssm", "parameter"),
    ("aws_wafv2_", "wafv2", "regional/webacl/"),
    ("aws_", "ec2", ""),
)
_NAMES: Final = (
    *("name", "identifier", "replication_group_id", "bucket", "family", "alarm_name", "email_identity"),
    *("domain_name", "description"),
)
_Maker = Callable[[Context, str, dict[str, Any], str], str]


def text(context: Context, kind: str, name: str, key: str, around: dict[str, Any], seed: dict[str, Any]) -> str:
    """Return a string for an attribute: by its own rule, by the rules for identifiers, else by its name."""
    unique = digest(name, seed)
    called = next((around[key] for key in _NAMES if isinstance(around.get(key), str) and around[key]), "")
    if (key == "arn" or (key == "id" and name in _ID_IS_ARN)) and kind != "data_source":
        return _arn(context, name, called or unique, unique, around)
    if key == "id" and name in _ID_PREFIX:
        prefix = _ID_PREFIX[name]
        return prefix + unique if prefix.endswith("-") else prefix + unique.upper()[:13]
    maker = _MAKERS.get(f"{name}.{key}") or _MAKERS.get(key)
    if maker is not None:
        return maker(context, called or name.removeprefix("aws_").replace("_", "-"), around, unique)
    if key == "arn" or key.endswith("_arn"):
        return _arn(context, name, called or unique, unique, around)
    return generic(name, key, called, around, unique)


def _arn(context: Context, name: str, called: str, unique: str, around: dict[str, Any]) -> str:
    service, kind = next((service, kind) for prefix, service, kind in _ARN if name.startswith(prefix))
    region = "" if service in ("cloudfront", "iam", "s3") else context.region(around)
    account = "" if service == "s3" else ACCOUNT
    suffix = {
        "aws_ecs_task_definition": f":{int(unique[:4], 16) + 1}",
        "aws_lb": f"/{unique[:16]}",
        "aws_lb_target_group": f"/{unique[:16]}",
        "aws_secretsmanager_secret": f"-{unique[:6]}",
    }.get(name, "")
    called = unique if name == "aws_kms_key" else called
    return f"arn:aws:{service}:{region}:{account}:{kind}{called}{suffix}"


def _queue_url(context: Context, called: str, around: dict[str, Any], unique: str) -> str:
    return f"https://sqs.{context.region(around)}.amazonaws.com/{ACCOUNT}/{called}"


def _database(context: Context, called: str, around: dict[str, Any], unique: str) -> str:
    return f"{called}.{digest(ACCOUNT, length=12)}.{context.region(around)}.rds.amazonaws.com"


_MAKERS: Final[dict[str, _Maker]] = {
    "account_id": lambda context, called, around, unique: ACCOUNT,
    "arn_suffix": lambda context, called, around, unique: f"app/{called}/{unique[:16]}",
    "availability_zone": lambda context, called, around, unique: context.region(around) + "a",
    "aws_cloudfront_distribution.domain_name": lambda context, called, around, unique: f"d{unique[:13]}.cloudfront.net",
    "aws_db_instance.address": _database,
    "aws_db_instance.endpoint": lambda *values: f"{_database(*values)}:5432",
    "aws_ecr_repository.repository_url": lambda context, called, around, unique: (
        f"{ACCOUNT}.dkr.ecr.{context.region(around)}.amazonaws.com/{called}"
    ),
    "aws_ecs_task_definition.arn_without_revision": lambda context, called, around, unique: (
        f"arn:aws:ecs:{context.region(around)}:{ACCOUNT}:task-definition/{called}"
    ),
    "aws_elasticache_replication_group.primary_endpoint_address": lambda context, called, around, unique: (
        f"master.{called}.{unique[:6]}.use1.cache.amazonaws.com"
    ),
    "aws_lb.dns_name": lambda context, called, around, unique: (
        f"{called}-{int(unique[:8], 16)}.{context.region(around)}.elb.amazonaws.com"
    ),
    "aws_region.name": lambda context, called, around, unique: context.region(around),
    "aws_sqs_queue.id": _queue_url,
    "aws_sqs_queue.url": _queue_url,
    "current": lambda context, called, around, unique: context.region(around),
    "dns_suffix": lambda context, called, around, unique: "amazonaws.com",
    "owner_id": lambda context, called, around, unique: ACCOUNT,
    "partition": lambda context, called, around, unique: "aws",
    "region": lambda context, called, around, unique: context.region(around),
    "zone_id": lambda context, called, around, unique: "Z" + unique.upper()[:13],
}


def collection(context: Context, name: str, key: str, around: dict[str, Any]) -> list[str] | None:
    """Return the list of an attribute that must not be empty, or None."""
    if name == "aws_availability_zones":
        zones = _zones(context.region(), around)
        return {"names": list(zones), "zone_ids": list(zones.values())}.get(key)
    if (name, key) == ("aws_secretsmanager_secret_version", "version_stages"):
        return ["AWSCURRENT"]
    if key == "tokens":  # the three keys that mail is signed with
        return [digest(name, number, length=32) for number in range(3)]
    return [digest(name, key, number) for number in range(2)] if key == "ids" else None


def _zones(region: str, around: dict[str, Any]) -> dict[str, str]:
    """Return the zones of a region, each with its ID, such as `use1-az3`, without those that are excluded by ID.

    Which ID a name has differs between accounts; here the letters follow the numbers.
    """
    area, *places, number = region.split("-")
    ways = ("north", "south", "east", "west", "central")
    short = "".join(
        "".join(way[0] for way in ways if way in place) if any(way in place for way in ways) else place[0]
        for place in places
    )
    zones = {f"{region}{letter}": f"{area}{short}{number}-az{index}" for index, letter in enumerate("abcdef", 1)}
    excluded = around.get("exclude_zone_ids") or []
    return {zone: identifier for zone, identifier in zones.items() if identifier not in excluded}


def certificate(planned: dict[str, Any]) -> dict[str, Any]:
    """Return a certificate with the records that prove its domains."""
    options = planned.get("domain_validation_options")
    if not has_unknown(options):
        return planned
    domains = [option["domain_name"] for option in options] if isinstance(options, list) else []
    return {
        **planned,
        "domain_validation_options": [
            {
                "domain_name": domain,
                "resource_record_name": f"_{digest(domain, length=32)}.{domain.removeprefix('*.')}.",
                "resource_record_type": "CNAME",
                "resource_record_value": f"_{digest('value', domain, length=32)}.acm-validations.aws.",
            }
            for domain in domains
        ],
    }
