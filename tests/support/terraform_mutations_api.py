"""Mistakes in the modules that the models of the services tell."""

from __future__ import annotations

from typing import Final

from tests.support.mutation import Mutation

__all__ = ["API"]

API: Final = [
    # Words
    Mutation("modules/observability/cache.tf", '"Average"', '"Mean"', "PutMetricAlarm.Statistic = 'Mean'"),
    Mutation("modules/observability/scheduler.tf", "GreaterThanThreshold", "MoreThanThreshold", "'MoreThanThreshold'"),
    Mutation("modules/network/flow_logs.tf", '"ALL"', '"EVERYTHING"', "CreateFlowLogs.TrafficType = 'EVERYTHING'"),
    Mutation("modules/cache/main.tf", '"required"', '"always"', "TransitEncryptionMode = 'always'"),
    Mutation("modules/cache/main.tf", '"ROTATE"', '"TURN"', "AuthTokenUpdateStrategy = 'TURN'"),
    Mutation("modules/app/scheduler.tf", 'mode = "OFF"', 'mode = "NEVER"', "FlexibleTimeWindow.Mode = 'NEVER'"),
    Mutation("modules/app/tasks.tf", '"ARM64"', '"ARM"', "runtimePlatform.cpuArchitecture = 'ARM'"),
    Mutation("modules/app/worker.tf", '"SERVICE"', '"SERVICES"', "propagateTags = 'SERVICES'"),
    Mutation("modules/app/cluster.tf", '"containerInsights"', '"insights"', "settings[0].name = 'insights'"),
    Mutation("modules/mail/main.tf", '"RSA_2048_BIT"', '"RSA_4096_BIT"', "NextSigningKeyLength = 'RSA_4096_BIT'"),
    # Ranges, lengths and patterns
    Mutation("modules/ingress/targets.tf", "1000 + 5000 *", "100000 + 5000 *", "CreateRule.Priority = 14"),
    Mutation("modules/app/scheduler.tf", "= 900", "= 30", "RetryPolicy.MaximumEventAgeInSeconds = 30"),
    Mutation(
        "modules/encryption/main.tf",
        "alias/${var.name}",
        "alias/${var.name} key",
        "AliasName = 'alias/all-of-it-and-a-long-prod-eu-west key' does not match",
    ),
    Mutation(
        "modules/observability/queue.tf",
        "A message has been in the queue for 15 minutes.",
        f"A message has been in the queue for {'15 minutes ' * 100}",
        "AlarmDescription has 1173 characters",
    ),
    # Members of the containers, of which Terraform sees one text
    Mutation(
        "modules/app/containers.tf",
        '      readonlyRootFilesystem = name != "shell"',
        '      readOnlyRootFilesystem = name != "shell"',
        "has no member readOnlyRootFilesystem",
    ),
    Mutation("modules/app/containers.tf", '"SUCCESS"', '"SUCCEEDED"', "dependsOn[0].condition = 'SUCCEEDED'"),
    Mutation("modules/app/containers.tf", "{ PORT = tostring(task.port) }", "{ PORT = task.port }", "is not a text"),
    Mutation("modules/app/containers.tf", "Enabled = true", 'Enabled = "yes"', "initProcessEnabled = 'yes' is neither"),
]
