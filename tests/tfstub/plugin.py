"""How Terraform starts a provider and talks to it: HashiCorp's go-plugin over gRPC, protocol 5."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc

__all__ = ["Method", "serve"]

Method = Callable[[bytes], bytes]
"""One remote procedure: a request's bytes to a response's."""

_MAGIC: Final = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"


def serve(methods: Mapping[str, Method]) -> None:
    """Serve the methods of a provider until Terraform says to stop."""
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != _MAGIC:
        sys.exit("This is a Terraform provider; Terraform starts it.")
    if os.environ.get("PLUGIN_CLIENT_CERT"):
        sys.exit("The stub speaks without TLS: set TF_DISABLE_PLUGIN_TLS=1, as tests.support.terraform does.")
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(max_workers=12), options=unlimited)
    handlers = {name: grpc.unary_unary_rpc_method_handler(_guarded(name, run)) for name, run in methods.items()}
    folder = Path(tempfile.mkdtemp(prefix="tfstub-"))
    control = {"Shutdown": grpc.unary_unary_rpc_method_handler(_ending(folder))}
    output = {"StreamStdio": grpc.unary_stream_rpc_method_handler(lambda request, context: iter(()))}
    for service, served in (
        ("tfplugin5.Provider", handlers),
        ("plugin.GRPCController", control),
        ("plugin.GRPCStdio", output),
    ):
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, served),))
    socket = folder / "socket"
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    sys.stdout.write(f"1|5|unix|{socket}|grpc\n")
    sys.stdout.flush()
    server.wait_for_termination()


def _guarded(name: str, run: Method) -> Callable[[bytes, Any], bytes]:
    def handle(request: bytes, context: Any) -> bytes:
        try:
            return run(request)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            context.abort(grpc.StatusCode.INTERNAL, f"tests.tfstub {name}: {error!r}")
            raise

    return handle


def _ending(folder: Path) -> Callable[[bytes, Any], bytes]:
    def end() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    def shutdown(request: bytes, context: Any) -> bytes:
        # The answer has to leave first; gRPC's own stop would wait for Terraform, which waits for this process.
        threading.Timer(0.02, end).start()
        return b""

    return shutdown
