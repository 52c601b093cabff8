"""A stand-in for Terraform providers that serves their real schemas, so that Terraform runs without a network.

Of their types, it serves those that the template and the tests name.

An unmodified `terraform` or `tofu` starts it as a provider plugin, and `init`, `validate`, `plan`, `apply`, `test`
and `destroy` work: what a schema says is checked by Terraform itself, computed attributes get values of the right
form, and a few rules that providers check beyond their schemas are in `rules`.

It does not catch what only the cloud or the provider's code knows: most lists of words and ranges of numbers, JSON
inside attributes, most exclusive arguments, limits of nested blocks above one, replacement beyond a short list.
What AWS says about these is in `tests.awsfacts`.
"""
