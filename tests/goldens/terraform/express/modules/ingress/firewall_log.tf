resource "aws_cloudwatch_log_group" "firewall" {
  #checkov:skip=CKV_AWS_338:how long logs are kept is the environment's choice, a year in production
  count = var.web_firewall ? 1 : 0

  # The firewall writes only to groups whose names begin like this.
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
