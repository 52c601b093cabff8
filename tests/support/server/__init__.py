"""A machine for the scripts of the server template: stand-ins for `ssh` and `docker`, and a deploy target."""
