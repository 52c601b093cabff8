"""Settings outside dazzle.toml: options, environment variables, and the user's configuration file."""

from dazzle_infra.config.config import Config, read_config
from dazzle_infra.config.layers import Layer
from dazzle_infra.config.settings import Setting, settings_of
from dazzle_infra.config.variables import unknown_variables

__all__ = ["Config", "Layer", "Setting", "read_config", "settings_of", "unknown_variables"]
