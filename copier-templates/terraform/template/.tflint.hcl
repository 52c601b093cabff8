plugin "terraform" {
  enabled = true
  preset  = "all"
}

# Each optional feature has its variables, outputs and resources in separate files, so that it can be added and
# removed as a whole.
rule "terraform_standard_module_structure" {
  enabled = false
}

# The modules are called only by the environments and by each other. versions.tf of an environment names the versions of
# Terraform and of the providers, for all of them.
rule "terraform_required_providers" {
  enabled = false
}

rule "terraform_required_version" {
  enabled = false
}
