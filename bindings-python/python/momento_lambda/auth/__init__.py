"""Credentials."""

from momento_lambda.auth.credential_provider import CredentialProvider

__all__ = ["CredentialProvider"]
