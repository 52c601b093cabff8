"""An API of AWS that answers as its documentation says, and the real command line interface in front of it.

The names, the parameters and the output are checked by the command line interface itself, which knows the service
models. Sources: API references of Amazon ECS, Systems Manager, CloudWatch Logs, Elastic Load Balancing and Amazon ECR.
"""
