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
