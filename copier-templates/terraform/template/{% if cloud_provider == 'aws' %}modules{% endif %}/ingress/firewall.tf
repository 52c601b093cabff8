# AWS managed rules against common attacks.

resource "aws_wafv2_web_acl" "this" {
  count = var.web_firewall ? 1 : 0

  name        = var.name
  description = "In front of ${var.name}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  # Rule groups of AWS, in the order of their evaluation. Some requests are counted and not blocked: file uploads and
  # webhooks can exceed 8 KiB, and some systems send webhooks without the header User-Agent.
  dynamic "rule" {
    for_each = [
      { name = "addresses", group = "AmazonIpReputationList", counted = [] },
      { name = "common", group = "CommonRuleSet", counted = ["SizeRestrictions_BODY", "NoUserAgent_HEADER"] },
      { name = "known-bad-inputs", group = "KnownBadInputsRuleSet", counted = [] },
    ]

    content {
      name     = rule.value.name
      priority = rule.key + 1

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = "AWSManagedRules${rule.value.group}"

          dynamic "rule_action_override" {
            for_each = rule.value.counted

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.value.name
        sampled_requests_enabled   = true
      }
    }
  }

  # Webhooks of one system come from few addresses, so the limit below does not apply to them. All rules above do.
  dynamic "rule" {
    for_each = length(var.webhook_paths) == 0 ? [] : [var.webhook_paths]

    content {
      name     = "webhooks"
      priority = 4

      action {
        allow {}
      }

      statement {
        regex_match_statement {
          regex_string = "^(${join("|", rule.value)})"

          field_to_match {
            uri_path {}
          }

          text_transformation {
            priority = 0
            type     = "NONE"
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "webhooks"
        sampled_requests_enabled   = true
      }
    }
  }

  # Behind CloudFront, the address is the first one of X-Forwarded-For, which the client can choose ("Using forwarded IP
  # addresses in AWS WAF").
  dynamic "rule" {
    for_each = var.web_rate_limit == 0 ? [] : [var.web_rate_limit]

    content {
      name     = "rate"
      priority = 5

      action {
        block {}
      }

      statement {
        rate_based_statement {
          limit                 = rule.value
          evaluation_window_sec = 300
          aggregate_key_type    = local.public ? "IP" : "FORWARDED_IP"

          dynamic "forwarded_ip_config" {
            for_each = local.public ? [] : ["X-Forwarded-For"]

            content {
              header_name       = forwarded_ip_config.value
              fallback_behavior = "NO_MATCH"
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "rate"
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.web_firewall ? 1 : 0

  resource_arn = aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.this[0].arn

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "firewall" {
  #checkov:skip=CKV_AWS_338:the environment sets the retention of logs, one year in production
  count = var.web_firewall ? 1 : 0

  # AWS WAF writes only to log groups with this name prefix.
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encryption_key
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = var.web_firewall ? 1 : 0

  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}
