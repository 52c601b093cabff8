from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.terraform import terraform
from tests.support.terraform_template import shapes

__all__ = ["shapes"]

LOCALS = re.compile(r"(?ms)^locals \{\n.*?^\}\n")
OUTPUT = """
variable "settings" {
  type = map(string)
}

output "ports" {
  value = sort([for port in setunion(local.named_ports, local.plain_ports) : tostring(port)])
}
"""


@pytest.mark.parametrize(
    ("address", "ports"),
    [
        ("https://erp.example.com:8443/api", ["8443"]),
        ("https://erp.example.com", []),
        ("https://{tenant}.crm.example/${x}:99", []),
        ("HTTP://erp.example.com/path?x=1:2", ["80"]),
        ("http://erp.example.com:8080", ["8080"]),
        ("amqps://user:pa55@mq.example.com:5671/queue", ["5671"]),
        ("http://localhost:9000", []),
        ("http://127.0.0.1", []),
        ("erp.example.com:8443", []),
        ("eu-central-1", []),
        ("", []),
    ],
)
def test_the_port_of_an_address_in_the_settings_is_open(
    shapes: dict[str, Path], tmp_path: Path, address: str, ports: list[str]
) -> None:
    (found,) = LOCALS.findall((shapes["typical"] / "modules/stack/network.tf").read_text())
    (tmp_path / "main.tf").write_text(found + OUTPUT)
    settings = json.dumps({"ERP_URL": address}).replace("${", "$${").replace("%{", "%%{")
    tool = terraform()
    tool.succeed("apply", "-auto-approve", "-input=false", "-no-color", f"-var=settings={settings}", cwd=tmp_path)
    assert json.loads(tool.succeed("output", "-json", "ports", cwd=tmp_path)) == ports
