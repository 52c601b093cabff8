"""The tools that the scripts and playbooks of the server need."""

from __future__ import annotations

from dazzle_infra.backends.tools import Tool, version_of, version_text

__all__ = ["server_tools"]


def server_tools() -> list[Tool]:
    """Return SSH and Ansible."""
    ssh, ansible = version_of("ssh", "-V"), version_of("ansible-playbook", "--version")
    needs_ssh = "install the OpenSSH client to set up and deploy; generating the files does not need it"
    needs_ansible = "install ansible-core to run the playbooks; the scripts in ops do not need it"
    return [
        Tool("ssh", version_text(ssh), "" if ssh else needs_ssh),
        Tool("ansible-playbook", version_text(ansible), "" if ansible else needs_ansible),
    ]
