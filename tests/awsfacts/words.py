"""Words that AWS knows, by resource type and path; a path passes through lists.

Words that the models of the services list are left to `tests.awsapi`, unless only some of them are meant here. Each
source is the reference of the service's API, unless it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

__all__ = ["CACHE_FAMILIES", "DATABASE_FAMILIES", "METRICS", "OF_TARGETS", "WORDS"]

WORDS: Final[Mapping[str, Mapping[str, Collection[object]]]] = {
    # CloudFront: CacheBehavior, CustomOriginConfig; without what is not encrypted or outdated
    "aws_cloudfront_distribution": {
        "default_cache_behavior.viewer_protocol_policy": ("https-only", "redirect-to-https"),
    },
    "aws_cloudfront_vpc_origin": {"vpc_origin_endpoint_config.origin_ssl_protocols.items": ("TLSv1.2",)},
    # CloudWatch: PutMetricAlarm; periods beyond these are for metrics of one's own
    "aws_cloudwatch_metric_alarm": {
        "period": range(60, 86401, 60),
        "treat_missing_data": ("breaching", "ignore", "missing", "notBreaching"),
    },
    # RDS: CreateDBInstance; user guide, "Using SSL/TLS"; release calendar of RDS for PostgreSQL
    "aws_db_instance": {
        "ca_cert_identifier": ("rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1"),
        "enabled_cloudwatch_logs_exports": ("iam-db-auth-error", "postgresql", "upgrade"),
        "engine": ("postgres",),
        "engine_version": ("14", "15", "16", "17", "18"),
        "monitoring_interval": (0, 1, 5, 10, 15, 30, 60),
        "performance_insights_retention_period": (7, *range(31, 714, 31), 731),
        "storage_type": ("gp3", "io1", "io2"),
    },
    "aws_db_parameter_group": {
        "family": tuple(f"postgres{major}" for major in range(14, 19)),
        "parameter.name": ("log_min_duration_statement", "log_statement", "rds.force_ssl"),
    },
    # ECS: CreateCluster, PutClusterCapacityProviders, CreateService; developer guide, "Fargate platform versions"
    "aws_ecs_cluster": {"setting.value": ("disabled", "enabled", "enhanced")},
    "aws_ecs_cluster_capacity_providers": {"capacity_providers": ("FARGATE", "FARGATE_SPOT")},
    "aws_ecs_service": {"launch_type": ("FARGATE",), "platform_version": ("1.4.0", "LATEST")},
    "aws_ecs_task_definition": {
        "network_mode": ("awsvpc",),
        "runtime_platform.operating_system_family": ("LINUX",),
    },
    # ElastiCache: user guide, "Supported engines and versions"
    "aws_elasticache_replication_group": {"engine": ("valkey",), "engine_version": ("7.2", "8.0", "8.1", "8.2")},
    # EC2: CreateFlowLogs
    "aws_flow_log": {"max_aggregation_interval": (60, 600)},
    "aws_vpc_security_group_egress_rule": {"ip_protocol": ("tcp", "udp")},
    "aws_vpc_security_group_ingress_rule": {"ip_protocol": ("tcp", "udp")},
    # Elastic Load Balancing: user guide, "Security policies for your Application Load Balancer"; TLS 1.2 and up
    "aws_lb": {"desync_mitigation_mode": ("defensive", "strictest")},
    "aws_lb_listener": {
        "protocol": ("HTTP", "HTTPS"),
        "ssl_policy": (
            *("ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04"),
            *("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"),
            *("ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04"),
        ),
    },
    "aws_lb_target_group": {"protocol": ("HTTP", "HTTPS"), "target_type": ("ip",)},
    # S3: PutBucketCors
    "aws_s3_bucket_cors_configuration": {"cors_rule.allowed_methods": ("DELETE", "GET", "HEAD", "POST", "PUT")},
    # ECS: developer guide, "Fargate platform versions"
    "aws_scheduler_schedule": {
        "target.ecs_parameters.launch_type": ("FARGATE",),
        "target.ecs_parameters.platform_version": ("1.4.0", "LATEST"),
    },
    "aws_sns_topic_subscription": {"protocol": ("email", "email-json", "https", "sqs")},
    # WAF: developer guide, "AWS Managed Rules rule groups list"
    "aws_wafv2_web_acl": {
        "rule.statement.managed_rule_group_statement.vendor_name": ("AWS",),
        "rule.statement.managed_rule_group_statement.name": (
            *("AWSManagedRulesAdminProtectionRuleSet", "AWSManagedRulesAmazonIpReputationList"),
            *("AWSManagedRulesAnonymousIpList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesLinuxRuleSet"),
            *("AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesUnixRuleSet"),
        ),
    },
}

_BURST = ("micro", "small", "medium")
_LARGE = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")

# RDS: user guide, "DB instance classes", those of PostgreSQL 14 to 18
DATABASE_FAMILIES: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(("db.t3", "db.t4g"), (*_BURST, "large", "xlarge", "2xlarge")),
    **dict.fromkeys(("db.m6g", "db.m7g", "db.r6g", "db.r7g"), _LARGE),
    **dict.fromkeys(("db.m6i", "db.m7i", "db.r6i", "db.r7i"), (*_LARGE, "24xlarge")),
    **dict.fromkeys(("db.m8g", "db.r8g"), (*_LARGE, "24xlarge", "48xlarge")),
}
"""Sizes of each family of database servers."""

# ElastiCache: user guide, "Supported node types"
CACHE_FAMILIES: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(("cache.t3", "cache.t4g"), _BURST),
    **dict.fromkeys(("cache.m6g", "cache.m7g", "cache.r6g", "cache.r7g"), _LARGE),
}
"""Sizes of each family of cache nodes."""

# Each service's user guide, "CloudWatch metrics"; for ECS/ContainerInsights that of CloudWatch, "Amazon ECS Container
# Insights metrics"
METRICS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "AWS/ApplicationELB": {
        "HTTPCode_ELB_5XX_Count": ("LoadBalancer",),
        "HTTPCode_Target_5XX_Count": ("LoadBalancer",),
        "HealthyHostCount": ("LoadBalancer", "TargetGroup"),
        "TargetResponseTime": ("LoadBalancer",),
        "UnHealthyHostCount": ("LoadBalancer", "TargetGroup"),
    },
    "ECS/ContainerInsights": dict.fromkeys(("DesiredTaskCount", "RunningTaskCount"), ("ClusterName", "ServiceName")),
    "AWS/ECS": dict.fromkeys(("CPUUtilization", "MemoryUtilization"), ("ClusterName", "ServiceName")),
    "AWS/ElastiCache": dict.fromkeys(
        ("CurrConnections", "DatabaseMemoryUsagePercentage", "EngineCPUUtilization", "Evictions"), ("CacheClusterId",)
    ),
    "AWS/RDS": dict.fromkeys(
        ("CPUUtilization", "DatabaseConnections", "FreeStorageSpace", "FreeableMemory"), ("DBInstanceIdentifier",)
    ),
    "AWS/SQS": dict.fromkeys(("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"), ("QueueName",)),
}
"""Names of the dimensions of each metric, by its namespace."""

OF_TARGETS: Final = ("HTTPCode_Target_5XX_Count", "TargetResponseTime")
"""Metrics of a load balancer that it reports for each target group too."""
