"""Words that AWS knows, by resource type and path; a path passes through lists.

Each source is the reference of the service's API, unless it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

__all__ = ["CACHE_FAMILIES", "DATABASE_FAMILIES", "METRICS", "WORDS"]

WORDS: Final[Mapping[str, Mapping[str, Collection[object]]]] = {
    # Application Auto Scaling: RegisterScalableTarget, PredefinedMetricSpecification
    "aws_appautoscaling_policy": {
        "policy_type": ("PredictiveScaling", "StepScaling", "TargetTrackingScaling"),
        "target_tracking_scaling_policy_configuration.predefined_metric_specification.predefined_metric_type": (
            "ALBRequestCountPerTarget",
            "ECSServiceAverageCPUUtilization",
            "ECSServiceAverageMemoryUtilization",
        ),
    },
    "aws_appautoscaling_target": {"scalable_dimension": ("ecs:service:DesiredCount",), "service_namespace": ("ecs",)},
    # CloudFront: DistributionConfig, CacheBehavior, CustomOriginConfig
    "aws_cloudfront_distribution": {
        "http_version": ("http1.1", "http2", "http2and3", "http3"),
        "price_class": ("PriceClass_100", "PriceClass_200", "PriceClass_All"),
        "default_cache_behavior.viewer_protocol_policy": ("https-only", "redirect-to-https"),
        "default_cache_behavior.cached_methods": ("GET", "HEAD", "OPTIONS"),
        "restrictions.geo_restriction.restriction_type": ("blacklist", "none", "whitelist"),
    },
    "aws_cloudfront_vpc_origin": {
        "vpc_origin_endpoint_config.origin_protocol_policy": ("http-only", "https-only", "match-viewer"),
        "vpc_origin_endpoint_config.origin_ssl_protocols.items": ("TLSv1.2",),
    },
    # CloudWatch: PutMetricAlarm; periods beyond these are for metrics of one's own
    "aws_cloudwatch_metric_alarm": {
        "comparison_operator": (
            *("GreaterThanOrEqualToThreshold", "GreaterThanThreshold"),
            *("LessThanOrEqualToThreshold", "LessThanThreshold"),
        ),
        "period": range(60, 86401, 60),
        "statistic": ("Average", "Maximum", "Minimum", "SampleCount", "Sum"),
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
    "aws_ecs_cluster": {
        "setting.name": ("containerInsights",),
        "setting.value": ("disabled", "enabled", "enhanced"),
    },
    "aws_ecs_cluster_capacity_providers": {"capacity_providers": ("FARGATE", "FARGATE_SPOT")},
    "aws_ecs_service": {
        "availability_zone_rebalancing": ("DISABLED", "ENABLED"),
        "launch_type": ("FARGATE",),
        "platform_version": ("1.4.0", "LATEST"),
        "propagate_tags": ("SERVICE", "TASK_DEFINITION"),
    },
    "aws_ecs_task_definition": {
        "network_mode": ("awsvpc",),
        "runtime_platform.cpu_architecture": ("ARM64", "X86_64"),
        "runtime_platform.operating_system_family": ("LINUX",),
    },
    # ElastiCache: user guide, "Supported engines and versions"; CreateReplicationGroup
    "aws_elasticache_replication_group": {
        "auth_token_update_strategy": ("DELETE", "ROTATE", "SET"),
        "engine": ("valkey",),
        "engine_version": ("7.2", "8.0", "8.1", "8.2"),
        "transit_encryption_mode": ("preferred", "required"),
    },
    # EC2: CreateFlowLogs, CreateVpcEndpoint
    "aws_flow_log": {"max_aggregation_interval": (60, 600), "traffic_type": ("ACCEPT", "ALL", "REJECT")},
    "aws_vpc_endpoint": {"vpc_endpoint_type": ("Gateway", "Interface")},
    "aws_vpc_security_group_egress_rule": {"ip_protocol": ("tcp", "udp")},
    "aws_vpc_security_group_ingress_rule": {"ip_protocol": ("tcp", "udp")},
    # Elastic Load Balancing: user guide, "Security policies for your Application Load Balancer"; TLS 1.2 and up
    "aws_lb": {"desync_mitigation_mode": ("defensive", "strictest")},
    "aws_lb_listener": {
        "default_action.type": ("fixed-response", "forward", "redirect"),
        "default_action.redirect.status_code": ("HTTP_301", "HTTP_302"),
        "protocol": ("HTTP", "HTTPS"),
        "ssl_policy": (
            *("ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04"),
            *("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"),
            *("ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04"),
        ),
    },
    "aws_lb_target_group": {"protocol": ("HTTP", "HTTPS"), "target_type": ("ip",)},
    # Route 53: ResourceRecordSet
    "aws_route53_record": {"type": ("A", "AAAA", "CNAME", "MX", "TXT")},
    # S3: PutBucketCors, PutBucketLifecycleConfiguration, PutBucketEncryption, PutBucketOwnershipControls
    "aws_s3_bucket_cors_configuration": {"cors_rule.allowed_methods": ("DELETE", "GET", "HEAD", "POST", "PUT")},
    "aws_s3_bucket_lifecycle_configuration": {
        "rule.status": ("Disabled", "Enabled"),
        "rule.transition.storage_class": (
            *("DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA"),
        ),
    },
    "aws_s3_bucket_ownership_controls": {
        "rule.object_ownership": ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
    },
    "aws_s3_bucket_server_side_encryption_configuration": {
        "rule.apply_server_side_encryption_by_default.sse_algorithm": ("AES256", "aws:kms", "aws:kms:dsse"),
    },
    "aws_s3_bucket_versioning": {"versioning_configuration.status": ("Enabled", "Suspended")},
    # EventBridge Scheduler: CreateSchedule
    "aws_scheduler_schedule": {
        "flexible_time_window.mode": ("FLEXIBLE", "OFF"),
        "target.ecs_parameters.launch_type": ("FARGATE",),
        "target.ecs_parameters.platform_version": ("1.4.0", "LATEST"),
        "target.ecs_parameters.propagate_tags": ("TASK_DEFINITION",),
    },
    # SES: CreateEmailIdentity
    "aws_sesv2_email_identity": {"dkim_signing_attributes.next_signing_key_length": ("RSA_1024_BIT", "RSA_2048_BIT")},
    "aws_sns_topic_subscription": {"protocol": ("email", "email-json", "https", "sqs")},
    # WAF: developer guide, "AWS Managed Rules rule groups list"
    "aws_wafv2_web_acl": {
        "scope": ("CLOUDFRONT", "REGIONAL"),
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

# Each service's user guide, "CloudWatch metrics"
METRICS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "AWS/ApplicationELB": {
        "HTTPCode_ELB_5XX_Count": ("LoadBalancer",),
        "HTTPCode_Target_5XX_Count": ("LoadBalancer",),
        "TargetResponseTime": ("LoadBalancer",),
        "UnHealthyHostCount": ("LoadBalancer", "TargetGroup"),
    },
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
