"""What runs before and after a backend's files are written."""

from dazzle_infra.hooks.protocol import Hook, HookContext, HookResult
from dazzle_infra.hooks.secrets import DevelopmentSecrets

__all__ = ["DevelopmentSecrets", "Hook", "HookContext", "HookResult"]
