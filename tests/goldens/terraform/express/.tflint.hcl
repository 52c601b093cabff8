plugin "terraform" {
  enabled = true
  preset  = "all"
}

# A feature of the application has its variables, outputs and resources in files of its own, so that it comes and
# goes as a whole.
rule "terraform_standard_module_structure" {
  enabled = false
}
