"""How a client behaves."""

from momento_lambda.config.configuration import Configuration
from momento_lambda.config.configurations import Configurations

__all__ = ["Configuration", "Configurations"]
