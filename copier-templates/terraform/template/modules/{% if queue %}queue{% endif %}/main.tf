# Work that must not hold a request, and the place where work goes that failed too often.

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
