"""What holds beside dazzle.toml: options, variables, and the configuration of a person or an organisation."""

from dazzle_infra.config.config import Config, read_config
from dazzle_infra.config.layers import Layer
from dazzle_infra.config.settings import Setting, settings_of
from dazzle_infra.config.variables import unknown_variables

__all__ = ["Config", "Layer", "Setting", "read_config", "settings_of", "unknown_variables"]
