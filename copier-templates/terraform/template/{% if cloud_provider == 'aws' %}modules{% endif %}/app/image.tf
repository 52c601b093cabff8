# The image that runs. Terraform creates the parameter with container_image as its first value and does not write it
# again: a deployment writes the new image to the parameter, and the task definitions follow it.

resource "aws_ssm_parameter" "image" {
  #checkov:skip=CKV2_AWS_34:the name of an image is no secret, and an encrypted value would hide it from the plan
  #checkov:skip=CKV_AWS_337:the name of an image is no secret, and an encrypted value would hide it from the plan
  name           = "/environments/${var.name}/image"
  description    = "Container image of ${var.name}"
  type           = "String"
  insecure_value = var.container_image == "" ? local.no_image : var.container_image

  lifecycle {
    ignore_changes = [insecure_value]
  }
}

# The value of container_image when the parameter was created.
resource "terraform_data" "first_image" {
  input = var.container_image

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  no_image = "none"
  image    = aws_ssm_parameter.image.insecure_value

  # A registry with a dot or a port, a repository, and a tag or a digest.
  is_complete_image = can(regex("^(localhost|[a-z0-9-]+([.][a-z0-9-]+)+|[a-z0-9-]+:[0-9]+)(:[0-9]+)?/.*[^/]+[:@][^/]+$", local.image))
}

check "image" {
  assert {
    condition     = contains(["", terraform_data.first_image.output, local.image], var.container_image)
    error_message = "container_image has changed, but ${local.image} stays in use: container_image is only the first image. To deploy another image, run ops/deploy, as DEPLOYMENT.md describes."
  }
}
