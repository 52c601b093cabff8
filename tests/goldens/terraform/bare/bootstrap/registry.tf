# Repository of the application's image, in the region of the state bucket; environments in other regions can pull from
# it. A pushed tag is never overwritten.

resource "aws_ecr_repository" "app" {
  count = var.create_repository ? 1 : 0

  name                 = "bare"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.state.arn
  }

  lifecycle {
    prevent_destroy = true
  }
}

# The running image may be an old one, so many versions are kept. ECR does not expire an image without a tag if
# an image for several platforms refers to it (Amazon ECR User Guide, "Automate the cleanup of images by using lifecycle
# policies").
resource "aws_ecr_lifecycle_policy" "app" {
  count = var.create_repository ? 1 : 0

  repository = aws_ecr_repository.app[0].name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Images without a tag"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "All but the newest 500 versions"
        selection    = { tagStatus = "tagged", tagPatternList = ["*"], countType = "imageCountMoreThan", countNumber = 500 }
        action       = { type = "expire" }
      },
    ]
  })
}

locals {
  repository = one(aws_ecr_repository.app[*].repository_url)
  platforms  = join(",", sort(var.platforms))

  # A build for several platforms pushes the image itself: the local engine may hold only one platform of an image.
  build           = length(var.platforms) == 1 ? "docker build" : "docker buildx build --push"
  push            = length(var.platforms) == 1 ? " && docker push \"$REPOSITORY:$VERSION\"" : ""
  build_arguments = " --tag \"$REPOSITORY:$VERSION\" ."

  push_commands = [
    "REPOSITORY=${coalesce(local.repository, "none")}",
    "aws ecr get-login-password --region ${var.region} | docker login --username AWS --password-stdin \"$${REPOSITORY%%/*}\"",
    "${local.build} --platform ${local.platforms}${local.build_arguments}${local.push}",
  ]
}

output "repository" {
  description = "Repository of the application's image; null if none is created."
  value       = local.repository
}

output "push_commands" {
  description = "Commands that build and push the image; null if no repository is created. They run in the project's root, and read the version from VERSION."
  value       = local.repository == null ? null : join("\n", local.push_commands)
}
