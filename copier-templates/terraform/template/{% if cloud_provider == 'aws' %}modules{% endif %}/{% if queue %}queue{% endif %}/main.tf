# Queue for asynchronous work, and a dead-letter queue for messages that fail repeatedly.

resource "aws_sqs_queue" "this" {
  name                       = var.name
  message_retention_seconds  = 345600
  visibility_timeout_seconds = var.handler_seconds * 6
  receive_wait_time_seconds  = 20
  kms_master_key_id          = var.encryption_key

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.encryption_key
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}

data "aws_iam_policy_document" "app" {
  statement {
    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]
    resources = [aws_sqs_queue.this.arn]
  }
}

resource "aws_iam_role_policy" "app" {
  name   = "queue"
  role   = var.app_identity
  policy = data.aws_iam_policy_document.app.json
}

data "aws_iam_policy_document" "encrypted" {
  for_each = { this = aws_sqs_queue.this.arn, dead = aws_sqs_queue.dead.arn }

  statement {
    sid       = "OnlyEncryptedConnections"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "encrypted" {
  for_each = { this = aws_sqs_queue.this.id, dead = aws_sqs_queue.dead.id }

  queue_url = each.value
  policy    = data.aws_iam_policy_document.encrypted[each.key].json
}
