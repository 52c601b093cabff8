# Access to the registry of the image: the role for ECR, a secret for a private registry, nothing for a public one.

locals {
  # Host names of ECR: IPv4 and dual-stack, with and without FIPS, and those of China (Amazon ECR User Guide, "Making
  # requests to Amazon ECR registries"; AWS General Reference, "Amazon ECR endpoints and quotas").
  ecr_host = join("", [
    "^([0-9]{12})[.](?:",
    "dkr[.]ecr(?:-fips)?[.]([a-z0-9-]+)[.]amazonaws[.]com(?:[.]cn)?",
    "|dkr-ecr(?:-fips)?[.]([a-z0-9-]+)[.]on[.](?:aws|amazonwebservices[.]com[.]cn)",
    ")/([^:@]+)",
  ])

  # Registries whose images are private unless their owner publishes them: GitHub, GitLab, Quay, Azure, Google Cloud.
  private_host = join("", [
    "^(?:ghcr[.]io|registry[.]gitlab[.]com|quay[.]io|[a-z0-9-]+[.]azurecr[.](?:io|us|cn)",
    "|[a-z0-9-]+-docker[.]pkg[.]dev)/",
  ])

  # Account, region and repository of each image in ECR: of the image that runs, and of the first one.
  ecr_images = [
    for image in distinct([local.image, var.container_image]) : regex(local.ecr_host, image)
    if can(regex(local.ecr_host, image))
  ]

  ecr_repositories = [
    for part in local.ecr_images :
    "arn:${data.aws_partition.current.partition}:ecr:${coalesce(part[1], part[2])}:${part[0]}:repository/${part[3]}"
  ]

  # The registry of AWS needs no credentials (Amazon ECS Developer Guide, "Private registry authentication for tasks").
  registry_credentials = (
    var.registry_access != "credentials" || can(regex(local.ecr_host, local.image))
    ? null
    : { credentialsParameter = var.registry_secret_id }
  )

  is_pullable = var.registry_access != "auto" || !can(regex(local.private_host, local.image))
}
