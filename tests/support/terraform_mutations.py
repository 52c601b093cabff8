"""Mistakes to be made in a rendered tree, and what each check says about them."""

from __future__ import annotations

from typing import Final

from tests.support.mutation import Mutation
from tests.support.terraform_mutations_api import API

__all__ = ["MUTATIONS"]


_ENV: Final = "envs/prod-eu-west"

_VALIDATE: Final = [
    # Arguments and blocks: renamed, of another type, dropped, the provider's own.
    Mutation("modules/db/main.tf", "multi_az ", "multy_az ", 'An argument named "multy_az" is not expected'),
    Mutation("modules/storage/lifecycle.tf", "abort_incomplete_multipart_upload", "abort", 'Blocks of type "abort"'),
    Mutation("modules/db/main.tf", "= var.backup_days", "= []", 'attribute "backup_retention_period": number required'),
    Mutation(
        "modules/identity/main.tf",
        "  assume_role_policy = data.aws_iam_policy_document.trust.json\n",
        "",
        'The argument "assume_role_policy" is required',
    ),
    Mutation(
        "modules/network/main.tf", "  cidr_block           =", '  arn = "a"\n  cidr_block =', '"arn" is decided by'
    ),
    # References: to a variable, an attribute, a resource, a local value and an output that are not there.
    Mutation(
        "modules/ingress/load_balancer.tf", "= local.subnet_ids", "= var.nowhere", '"nowhere" has not been declared'
    ),
    Mutation("modules/queue/outputs.tf", "aws_sqs_queue.this.url", "aws_sqs_queue.this.uri", 'attribute named "uri"'),
    Mutation(
        "modules/encryption/outputs.tf", "aws_kms_key.this", "aws_kms_key.that", '"aws_kms_key" "that" has not been'
    ),
    Mutation("modules/app/tasks.tf", "= local.app_size\n", "= local.apsize\n", 'local value with the name "apsize"'),
    Mutation(
        "modules/stack/database.tf", "module.encryption.key", "module.encryption.lock", 'an attribute named "lock"'
    ),
    # Words and numbers that the provider itself knows.
    Mutation("modules/ingress/load_balancer.tf", '"application"', '"applikation"', "got 'applikation'"),
    Mutation("modules/app/cluster.tf", "= var.log_retention_days", "= 8", "expected one of [0, 1, 3"),
    Mutation("modules/app/worker.tf", '"FARGATE"', '"FARGAT"', "got 'FARGAT'"),
    Mutation("modules/cache/main.tf", '"valkey"', '"valky"', "got 'valky'"),
]

_PLAN: Final = [
    Mutation(f"{_ENV}/main.tf", '"all-of-it-and-a-long-', '"all-of-it-and-a-longer-', "at most 33 lower-case letters"),
    Mutation(
        "modules/secrets/main.tf",
        "  description             = each.value\n",
        '  description = each.value\n  name_prefix = "a"\n',
        "conflicts with name_prefix",
    ),
    Mutation(
        f"{_ENV}/terraform.tfvars",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/all/of-it@",
        "ghcr.io/all/of-it@",
        "are private by default",
    ),
    Mutation(
        "modules/secrets/main.tf",
        "  secret_string_wo_version = var.secrets_version\n",
        "",
        "all of `secret_string_wo,secret_string_wo_version` must be specified",
    ),
    Mutation("modules/ingress/load_balancer.tf", "= local.short_name", '= "${var.name}-balancer"', "at most 32"),
    Mutation(
        "modules/queue/main.tf",
        "name                       = var.name",
        'name = "${var.name} 1"',
        "long-prod-eu-west 1'",
    ),
    Mutation(f"{_ENV}/terraform.tfvars", "app_memory_mb = 16384", "app_memory_mb = 4096", "cpu 4096 and memory 4096"),
    Mutation(
        "modules/network/main.tf", "8 + each.value", "14 + each.value", "does not accommodate a subnet numbered 16"
    ),
    Mutation("modules/db/main.tf", "identifier = var.name", 'identifier = "${var.name}--1"', "west--1' does not match"),
]

_INVENTORY: Final = [
    # The database: open, in clear, unprotected, without backups, without a standby.
    Mutation(
        "modules/db/main.tf",
        "storage_encrypted     = true",
        "storage_encrypted = false",
        "db_instance.this storage_encrypted",
    ),
    Mutation(
        "modules/db/main.tf",
        "publicly_accessible                 = false",
        "publicly_accessible = true",
        "db_instance.this publicly_accessible",
    ),
    Mutation("modules/db/main.tf", "= var.backup_days", "= 0", "db_instance.this backup_retention_period"),
    Mutation(
        "modules/db/main.tf",
        "deletion_protection       = var.deletion_protection",
        "deletion_protection = false",
        "db_instance.this deletion_protection",
    ),
    Mutation("modules/db/main.tf", "= var.high_availability", "= false", "db_instance.this multi_az"),
    Mutation("modules/db/main.tf", "= var.monitoring_seconds", "= 0", "db_instance.this monitoring_interval"),
    Mutation("modules/app/cluster.tf", '? "enabled"', '? "disabled"', "aws_ecs_cluster.this setting"),
    Mutation(
        "modules/db/main.tf", "skip_final_snapshot       = !var", "skip_final_snapshot = var", "skip_final_snapshot"
    ),
    Mutation("modules/db/parameters.tf", 'value = "1"', 'value = "0"', "aws_db_parameter_group.this parameter"),
    # Other data at rest and on its way.
    Mutation(
        "modules/cache/main.tf",
        "at_rest_encryption_enabled = true",
        "at_rest_encryption_enabled = false",
        "at_rest_encryption_enabled",
    ),
    Mutation("modules/cache/main.tf", '= "required"', '= "preferred"', "transit_encryption_mode"),
    Mutation("modules/encryption/main.tf", "= true", "= false", "enable_key_rotation"),
    Mutation(
        "modules/storage/main.tf", "block_public_acls       = true", "block_public_acls = false", "block_public_acls"
    ),
    Mutation("modules/storage/main.tf", 'status = "Enabled"', 'status = "Suspended"', "aws_s3_bucket_versioning.this"),
    Mutation("modules/storage/main.tf", "= var.force_destroy", "= true", "aws_s3_bucket.this"),
    Mutation("modules/logs/main.tf", "= var.force_destroy", "= true", "module.logs.aws_s3_bucket.this force_destroy"),
    Mutation("modules/cache/main.tf", '= "ROTATE"', '= "SET"', "group.this auth_token_update_strategy"),
    Mutation(
        "modules/secrets/main.tf",
        "= var.deletion_protection ? 30 : 0\n}\n\n# Secrets",
        "= 0\n}\n\n# Secrets",
        "recovery_window_in_days",
    ),
    # Who may do what: more actions, and the whole account.
    Mutation("modules/queue/main.tf", '"sqs:SendMessage"', '"sqs:*"', "module.queue.data.aws_iam_policy_document.app"),
    Mutation(
        "modules/identity/main.tf",
        '"ecs-tasks.amazonaws.com"',
        '"ec2.amazonaws.com"',
        "module.identity.data.aws_iam_policy_document.trust",
    ),
    Mutation(
        "modules/network/flow_logs.tf",
        '"aws:SourceArn"',
        '"aws:PrincipalArn"',
        "module.network.data.aws_iam_policy_document.flow_trust",
    ),
    Mutation("modules/network/endpoints.tf", '"aws:PrincipalAccount"', '"aws:SourceVpc"', 'service["logs"] policy'),
    Mutation(
        "modules/db/monitoring.tf",
        '"aws:SourceArn"',
        '"aws:PrincipalArn"',
        "module.database.data.aws_iam_policy_document.monitoring_trust",
    ),
    # The edges of the network, and what costs money.
    Mutation(
        "modules/network/main.tf",
        "  exclude_zone_ids = var.excluded_zone_ids\n",
        "",
        'aws_subnet.data["eu-west-1b"]',
    ),
    Mutation(
        "modules/stack/network.tf",
        "setunion(var.egress_ports, local.named_ports, local.plain_ports)",
        "var.egress_ports",
        'egress_rule.app_to_port["8443"]',
    ),
    Mutation("modules/ingress/load_balancer.tf", "= !local.public", "= local.public", "aws_lb.this internal"),
    Mutation("modules/ingress/access.tf", "range(8080", "range(8090", "ingress_rule.proxy_from_ingress[0] from_port"),
    Mutation(
        "modules/ingress/targets.tf", "parseint(substr(sha256", "parseint(substr(sha1", 'listener_rule.this["hooks"]'
    ),
    Mutation(f"{_ENV}/terraform.tfvars", 'gateways = "per_zone"', 'gateways = "single"', "counts aws_nat_gateway"),
    Mutation("modules/app/worker.tf", "? var.worker_count :", "? 20 :", "aws_ecs_service.worker desired_count"),
    Mutation("modules/app/services.tf", "    rollback = true", "    rollback = false", "deployment_circuit_breaker"),
    # Deployments that fail, the versions that they go back to, and an application that does not run.
    Mutation(
        "modules/app/services.tf",
        "wait_for_steady_state             = true",
        "wait_for_steady_state = false",
        'aws_ecs_service.entry["web"] wait_for_steady_state',
    ),
    Mutation("modules/app/services.tf", "    rollback    = true", "    rollback = false", 'entry["web"] alarms'),
    Mutation(
        "modules/app/tasks.tf", 'skip_destroy = each.key != "shell"', "skip_destroy = false", 'this["web"] skip_destroy'
    ),
    Mutation(
        "modules/app/registry.tf",
        "repository/${part[3]}",
        "repository/*",
        "module.app.data.aws_iam_policy_document.start",
    ),
    Mutation(
        "modules/observability/availability.tf",
        'threshold           = 1\n  treat_missing_data  = "breaching"',
        'threshold = 1\n  treat_missing_data = "missing"',
        'aws_cloudwatch_metric_alarm.healthy["web"] treat_missing_data',
    ),
    Mutation(
        "modules/observability/availability.tf",
        "threshold           = each.value",
        "threshold = 0",
        'aws_cloudwatch_metric_alarm.running["web"] threshold',
    ),
    Mutation(
        "modules/observability/queue.tf", "threshold           = 900", "threshold = 900000", "alarm.waiting threshold"
    ),
]

_FACTS: Final = [
    # Words
    Mutation(
        "modules/ingress/listeners.tf", "TLS13-1-2-2021-06", "2016-08", "ssl_policy = 'ELBSecurityPolicy-2016-08'"
    ),
    Mutation("modules/db/variables.tf", '"17"', '"71"', "engine_version = '71' is no word"),
    Mutation(
        "modules/cache/variables.tf", '"8.0"\n  nullable', '"9.9"\n  nullable', "engine_version = '9.9' is no word"
    ),
    Mutation(f"{_ENV}/terraform.tfvars", '"db.r7g.large"', '"db.r7g.huge"', "db.r7g.huge is no size"),
    Mutation("modules/cache/main.tf", '"cache.t4g.medium"', '"cache.t4g.xlarge"', "cache.t4g.xlarge is no size"),
    Mutation(
        "modules/ingress/firewall.tf", "KnownBadInputs", "BadInputs", "'AWSManagedRulesBadInputsRuleSet' is no word"
    ),
    Mutation(
        "modules/observability/app.tf", '"HTTPCode_Target_5XX_Count"', '"HTTPCode_5XX"', "has no metric HTTPCode_5XX"
    ),
    Mutation("modules/observability/scheduler.tf", "{ QueueName =", "{ Queue =", "dimensions of ApproximateNumberOf"),
    Mutation(
        "modules/observability/availability.tf", '"HealthyHostCount"', '"HealthyHosts"', "has no metric HealthyHosts"
    ),
    Mutation(
        "modules/observability/availability.tf",
        '"RunningTaskCount"',
        '"RunningTasks"',
        "ECS/ContainerInsights has no metric RunningTasks",
    ),
    Mutation(
        "modules/observability/availability.tf",
        "datapoints_to_alarm = 4",
        "datapoints_to_alarm = 16",
        "datapoints_to_alarm is more than evaluation_periods",
    ),
    Mutation("modules/network/endpoints.tf", '"ecr.api"', '"ecr-api"', "eu-west-1.ecr-api'"),
    Mutation("modules/stack/model.tf", '"Europe/Berlin"', '"Europe/Bonn"', "'Europe/Bonn' is no time zone"),
    # Ranges, and values that do not go together
    Mutation(
        "modules/queue/main.tf", "var.handler_seconds * 6", "var.handler_seconds * 6000", "visibility_timeout_seconds"
    ),
    Mutation("modules/queue/main.tf", "= 345600", "= 3456000", "message_retention_seconds = 3456000"),
    Mutation("modules/db/main.tf", "sun:03:30", "sun:02:30", "the windows 02:00-03:00 and sun:02:30-sun:04:30 overlap"),
    Mutation("modules/ingress/targets.tf", "timeout             = 5", "timeout = 15", "ends before the next begins"),
    Mutation(
        "modules/app/services.tf",
        "= var.app_min_count\n  max",
        "= var.app_max_count + 1\n  max",
        "is more than max_capacity",
    ),
    Mutation(
        "modules/network/access_cache.tf",
        "to_port                      = 6379\n  referenced_security_group_id = aws_security_group.app.id",
        'to_port = 6379\n  cidr_ipv4 = "0.0.0.0/0"',
        "port 6379 is open to the internet",
    ),
    Mutation(
        "modules/network/access_database.tf",
        "to_port                      = 5432\n  referenced_security_group_id = aws_security_group.database.id",
        'to_port = 5432\n  cidr_ipv4 = "10.0.0.0/8"\n  referenced_security_group_id = aws_security_group.database.id',
        "exactly one of cidr_ipv4",
    ),
    Mutation("modules/network/access.tf", '"The application"', '"What\'s inside"', 'description = "What\'s inside"'),
    # Containers
    Mutation(
        "modules/app/containers.tf", '"awslogs-stream-prefix"', '"awslogs-prefix"', "has no option awslogs-prefix"
    ),
    Mutation("modules/app/containers.tf", "interval    = 15", "interval    = 1", "healthCheck.interval = 1"),
    Mutation(
        "modules/app/containers.tf", "valueFrom = id", 'valueFrom = "hunter2"', "is not read from a store of secrets"
    ),
    Mutation("modules/app/containers.tf", 'Name = "prepare"', 'Name = "prepared"', "dependsOn names no container"),
    Mutation("modules/app/containers.tf", "60 : 120", "60 : 600", "stopTimeout is at most 120 seconds"),
    Mutation("modules/app/services.tf", '? "proxy" : "app"', '? "proxy" : "web"', "no container web listens"),
    Mutation(
        "modules/app/proxy.tf",
        'containerName = "app"',
        'containerName = "a"',
        "proxy: dependsOn names no container",
    ),
    # Policies
    Mutation("modules/storage/access.tf", '"s3:GetObject"', '"s3:ReadObject"', "it allows s3:ReadObject"),
    Mutation(
        "modules/queue/main.tf",
        "[aws_sqs_queue.this.arn]\n  }\n}\n\nresource",
        '["*"]\n  }\n}\n\nresource',
        "on everything",
    ),
]

_CHECKOV: Final = [
    Mutation("bootstrap/registry.tf", '"IMMUTABLE"', '"MUTABLE"', "CKV_AWS_51 aws_ecr_repository.app"),
    Mutation("bootstrap/registry.tf", "scan_on_push = true", "scan_on_push = false", "CKV_AWS_163 aws_ecr"),
    Mutation("bootstrap/registry.tf", '"KMS"', '"AES256"', "CKV_AWS_136 aws_ecr_repository.app"),
    Mutation(
        "modules/db/main.tf",
        "storage_encrypted     = true",
        "storage_encrypted = false",
        "CKV_AWS_16 module.stack.module.database",
    ),
    Mutation(
        "modules/db/main.tf",
        "publicly_accessible                 = false",
        "publicly_accessible = true",
        "CKV_AWS_17 module.stack.module.database",
    ),
    Mutation("modules/db/main.tf", "= var.backup_days", "= 0", "CKV_AWS_133 module.stack.module.database"),
    Mutation(
        "modules/db/main.tf",
        "copy_tags_to_snapshot     = true",
        "copy_tags_to_snapshot = false",
        "CKV2_AWS_60 module.stack.module.database",
    ),
    Mutation(
        "modules/app/services.tf",
        "assign_public_ip = false",
        "assign_public_ip = true",
        "CKV_AWS_333 module.stack.module.app",
    ),
    Mutation(
        "modules/ingress/load_balancer.tf",
        "drop_invalid_header_fields = true",
        "",
        "CKV_AWS_131 module.stack.module.ingress",
    ),
    Mutation("modules/ingress/listeners.tf", "TLS13-1-2-2021-06", "2016-08", "CKV_AWS_103 module.stack.module.ingress"),
    Mutation(
        "modules/encryption/main.tf", "enable_key_rotation     = true", "", "CKV_AWS_7 module.stack.module.encryption"
    ),
    Mutation(
        "modules/secrets/main.tf",
        "  description             = each.value\n  kms_key_id              = var.encryption_key\n",
        "",
        "CKV_AWS_149 module.stack.module.secrets",
    ),
    Mutation(
        "modules/network/flow_logs.tf",
        "  kms_key_id        = var.encryption_key\n",
        "",
        "CKV_AWS_158 module.stack.module.network",
    ),
    Mutation(
        "modules/storage/main.tf",
        "block_public_acls       = true",
        "block_public_acls = false",
        "CKV_AWS_53 module.stack.module.storage",
    ),
    Mutation(
        "modules/queue/main.tf",
        "[aws_sqs_queue.this.arn]\n  }\n}\n\nresource",
        '["*"]\n  }\n}\n\nresource',
        "CKV_AWS_356 module.stack.module.queue",
    ),
    Mutation(
        "modules/network/access.tf",
        '  description       = "HTTPS to services of the cloud and to other systems"\n',
        "",
        "CKV_AWS_23 module.stack.module.network",
    ),
    Mutation(
        "modules/logs/main.tf",
        "  #checkov:skip=CKV_AWS_18:this is the bucket for access logs\n",
        "",
        "CKV_AWS_18 module.stack.module.logs",
    ),
]

MUTATIONS: Final = {
    "validate": _VALIDATE,
    "plan": _PLAN,
    "inventory": _INVENTORY,
    "facts": _FACTS,
    "api": API,
    "checkov": _CHECKOV,
}
"""The mistakes, by the check that catches them."""
