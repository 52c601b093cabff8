data "aws_iam_policy_document" "app" {
  statement {
    sid       = "Buckets"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [for bucket in aws_s3_bucket.this : bucket.arn]
  }

  statement {
    sid       = "Objects"
    actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = [for bucket in aws_s3_bucket.this : "${bucket.arn}/*"]
  }
}

resource "aws_iam_role_policy" "app" {
  name   = "storage"
  role   = var.app_identity
  policy = data.aws_iam_policy_document.app.json
}

data "aws_iam_policy_document" "encrypted" {
  for_each = aws_s3_bucket.this

  statement {
    sid       = "OnlyEncryptedConnections"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]

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

resource "aws_s3_bucket_policy" "encrypted" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = data.aws_iam_policy_document.encrypted[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

# Browsers upload files directly to a bucket with a presigned URL of the application.
resource "aws_s3_bucket_cors_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  cors_rule {
    allowed_methods = ["GET", "HEAD", "POST", "PUT"]
    allowed_origins = [var.app_url]
    allowed_headers = ["*"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }
}
