"""Token and endpoints of a client.

Keys are read by the native part; what is here never shows one: not in `repr`, not in an error.
"""

from __future__ import annotations

from momento_lambda import _native

# The official texts, which point at the factory of the official SDK's own name.
_NOT_V2 = "Received an invalid v2 API key. Are you using the correct key and the correct CredentialProvider method?"
_NOT_V2_IN_ENVIRONMENT = (
    "Received an invalid v2 API key. Are you using the correct key? "
    "Or did you mean to use `from_environment_variable()` with a legacy key instead?"
)
_UNEXPECTED_V2 = (
    "Unexpectedly received a v2 API key. Are you using the correct key? "
    "Or did you mean to use `from_api_key_v2()` or `from_environment_variables_v2()` instead?"
)


class CredentialProvider:
    """A token and the addresses it is for. Made by one of the `from_` methods.

    Attributes:
        auth_token: What goes over the wire.
        control_endpoint: The host for caches themselves.
        cache_endpoint: The host for items.
        token_endpoint: The host for disposable tokens.
        port: The port of all three; 443 means TLS, another one plaintext, which is only for
            loopback and local providers. An endpoint may also be a URL, for TLS on another port.
    """

    auth_token: str
    control_endpoint: str
    cache_endpoint: str
    token_endpoint: str
    port: int
    _is_local: bool

    def __init__(
        self, auth_token: str, control_endpoint: str, cache_endpoint: str, token_endpoint: str, port: int = 443
    ) -> None:
        self.auth_token = auth_token
        self.control_endpoint = control_endpoint
        self.cache_endpoint = cache_endpoint
        self.token_endpoint = token_endpoint
        self.port = port
        self._is_local = False

    @staticmethod
    def from_environment_variable(
        env_var_name: str,
        control_endpoint: str | None = None,
        cache_endpoint: str | None = None,
        token_endpoint: str | None = None,
    ) -> CredentialProvider:
        """Reads a v1 key, which names its endpoint, from an environment variable.

        Raises:
            RuntimeError: The variable is not set.
            InvalidArgumentException: The key is malformed, or a v2 key.
        """
        auth_token = _read_variable(env_var_name)
        origin = f"environment variable {env_var_name}"
        return _from_text(auth_token, origin, control_endpoint, cache_endpoint, token_endpoint)

    @staticmethod
    def from_string(
        auth_token: str,
        control_endpoint: str | None = None,
        cache_endpoint: str | None = None,
        token_endpoint: str | None = None,
    ) -> CredentialProvider:
        """Reads a v1 key, which names its endpoint.

        Raises:
            InvalidArgumentException: The key is malformed, or a v2 key.
        """
        return _from_text(auth_token, "the argument auth_token", control_endpoint, cache_endpoint, token_endpoint)

    @staticmethod
    def from_disposable_token(auth_token: str) -> CredentialProvider:
        """Reads a disposable token, which names its endpoint.

        Raises:
            InvalidArgumentException: The token is malformed.
        """
        _require_string(auth_token, "Disposable token")
        if not auth_token.strip():
            raise _invalid("Disposable token cannot be empty.")
        return _from_text(auth_token, "the argument auth_token", None, None, None)

    @staticmethod
    def from_api_key_v2(api_key: str, endpoint: str) -> CredentialProvider:
        """Takes a v2 key and the endpoint it is for.

        Raises:
            InvalidArgumentException: One is empty or malformed.
        """
        _require_string(api_key, "API key")
        _require_string(endpoint, "Endpoint")
        if not api_key.strip():
            raise _invalid("API key cannot be empty.")
        if not endpoint.strip():
            raise _invalid("Endpoint cannot be empty.")
        return _from_v2(api_key, endpoint, "the argument endpoint", _NOT_V2)

    @staticmethod
    def from_environment_variables_v2(
        api_key_env_var: str = "MOMENTO_API_KEY", endpoint_env_var: str = "MOMENTO_ENDPOINT"
    ) -> CredentialProvider:
        """Reads a v2 key and its endpoint from two environment variables.

        Raises:
            RuntimeError: A variable is not set.
            InvalidArgumentException: A name or a value is empty or malformed.
        """
        _require_string(api_key_env_var, "API key environment variable name")
        _require_string(endpoint_env_var, "Endpoint environment variable name")
        if not api_key_env_var:
            raise _invalid("API key environment variable name cannot be empty.")
        if not endpoint_env_var:
            raise _invalid("Endpoint environment variable name cannot be empty.")
        api_key = _read_variable(api_key_env_var)
        endpoint = _read_variable(endpoint_env_var)
        return _from_v2(api_key, endpoint, f"environment variable {endpoint_env_var}", _NOT_V2_IN_ENVIRONMENT)

    @staticmethod
    def for_momento_local(host: str = "127.0.0.1", port: int = 8080) -> CredentialProvider:
        """For a local server that asks for no token, in plaintext, also on another machine."""
        provider = CredentialProvider("", host, host, host, port)
        provider._is_local = True
        return provider

    def get_auth_token(self) -> str:
        """The token."""
        return self.auth_token

    def __repr__(self) -> str:
        return (
            f"CredentialProvider(auth_token='***', control_endpoint={self.control_endpoint!r}, "
            f"cache_endpoint={self.cache_endpoint!r}, token_endpoint={self.token_endpoint!r}, port={self.port!r})"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CredentialProvider):
            return NotImplemented
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # its attributes may change


def _from_text(
    auth_token: str,
    origin: str,
    control_endpoint: str | None,
    cache_endpoint: str | None,
    token_endpoint: str | None,
) -> CredentialProvider:
    _require_string(auth_token, "Auth token")
    if not auth_token.strip():
        raise _invalid("malformed auth token")
    if _native.is_v2_api_key(auth_token):
        raise _invalid(_UNEXPECTED_V2)
    token, (control, cache, tokens, port) = _native.read_api_key(auth_token, origin)
    return CredentialProvider(
        token, control_endpoint or control, cache_endpoint or cache, token_endpoint or tokens, port
    )


def _from_v2(api_key: str, endpoint: str, origin: str, refusal: str) -> CredentialProvider:
    if not _native.is_v2_api_key(api_key):
        raise _invalid(refusal)
    return CredentialProvider(api_key.strip(), *_native.check_endpoint(endpoint, origin))


def _read_variable(name: str) -> str:
    import os

    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"Missing required environment variable {name}")
    return value


def _require_string(value: object, what: str) -> None:
    if not isinstance(value, str):
        raise _invalid(f"{what} must be a string")


def _invalid(message: str) -> Exception:
    # An error only happens once in a while; its classes are not worth their import before.
    from momento_lambda.errors.exceptions import InvalidArgumentException, Service

    return InvalidArgumentException(message, Service.AUTH)
