"""The exceptions. Operations return them in `Error` responses; constructors raise them."""

from __future__ import annotations

from enum import Enum

from momento_lambda.errors.error_details import MomentoErrorCode, MomentoErrorTransportDetails

_CONTACT = "please contact us at support@momentohq.com"


class Service(Enum):
    """Which service an error is about; its name stands in some of the messages."""

    CACHE = "cache"
    TOPICS = "topics"
    INDEX = "index"
    AUTH = "auth"


class SdkException(Exception):
    """The base of all exceptions here.

    Attributes:
        message: What happened.
        error_code: What kind of failure it was.
        service: Which service it is about.
        transport_details: What came over the wire; None where the failure arose on this side.
        message_wrapper: The sentence for this kind of failure, to go before the message.
    """

    message: str
    error_code: MomentoErrorCode
    service: Service
    transport_details: MomentoErrorTransportDetails | None
    message_wrapper: str

    def __init__(
        self,
        message: str,
        error_code: MomentoErrorCode,
        service: Service,
        transport_details: MomentoErrorTransportDetails | None = None,
        message_wrapper: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = error_code
        self.service = service
        self.transport_details = transport_details
        self.message_wrapper = message_wrapper

    def __reduce__(self) -> tuple[object, ...]:
        # Subclasses take other arguments than this class, so copies are made attribute by attribute.
        return _restore, (type(self), self.args, self.__dict__)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(message={self.message!r}, error_code={self.error_code!r}, "
            f"transport_details={self.transport_details!r}, message_wrapper={self.message_wrapper!r})"
        )

    def __str__(self) -> str:
        return repr(self)


def _restore(cls: type[SdkException], args: tuple[object, ...], attributes: dict[str, object]) -> SdkException:
    exception = cls.__new__(cls, *args)
    exception.args = args
    exception.__dict__.update(attributes)
    return exception


class _OfOneKind(SdkException):
    """An exception whose code and sentence follow from its class; `{service}` in it is the service's name."""

    _code: MomentoErrorCode
    _wrapper: str

    def __init__(
        self, message: str, service: Service, transport_details: MomentoErrorTransportDetails | None = None
    ) -> None:
        wrapper = self._wrapper.format(service=service.value)
        super().__init__(message, self._code, service, transport_details, wrapper)


class AlreadyExistsException(_OfOneKind):
    """What was to be created exists."""

    _code = MomentoErrorCode.ALREADY_EXISTS_ERROR
    _wrapper = (
        "A {service} with the specified name already exists. To resolve this error, "
        "either delete the existing {service} and make a new one, or use a different name"
    )


class AuthenticationException(_OfOneKind):
    """The token is not accepted, or none could be had."""

    _code = MomentoErrorCode.AUTHENTICATION_ERROR
    _wrapper = "Invalid authentication credentials to connect to {service} service"


class BadRequestException(_OfOneKind):
    """The request made no sense to the service."""

    _code = MomentoErrorCode.BAD_REQUEST_ERROR
    _wrapper = f"The request was invalid; {_CONTACT}"


class CancelledException(_OfOneKind):
    """The call was given up."""

    _code = MomentoErrorCode.CANCELLED_ERROR
    _wrapper = f"The request was cancelled by the server; {_CONTACT}"


class ClientResourceExhaustedException(_OfOneKind):
    """A limit of this process was met."""

    _code = MomentoErrorCode.CLIENT_RESOURCE_EXHAUSTED
    _wrapper = "Client resource (such as memory or number of concurrent streams) exhausted"


class ConnectionException(_OfOneKind):
    """An eager connect failed."""

    _code = MomentoErrorCode.CONNECTION_ERROR
    _wrapper = f"Connection to the Momento server failed; {_CONTACT}"


class FailedPreconditionException(_OfOneKind):
    """The state of the item does not allow the operation."""

    _code = MomentoErrorCode.FAILED_PRECONDITION_ERROR
    _wrapper = "System is not in a state required for the operation's execution"


class InternalServerException(_OfOneKind):
    """The service failed."""

    _code = MomentoErrorCode.INTERNAL_SERVER_ERROR
    _wrapper = f"An unexpected error occurred while trying to fulfill the request; {_CONTACT}"


class InvalidArgumentException(_OfOneKind):
    """An argument can't be used."""

    _code = MomentoErrorCode.INVALID_ARGUMENT_ERROR
    _wrapper = "Invalid argument passed to Momento client"


class LimitExceededMessageWrapper(Enum):
    """The sentence for each limit."""

    TOPIC_SUBSCRIPTIONS_LIMIT_EXCEEDED = "Topic subscriptions limit exceeded for this account"
    OPERATIONS_RATE_LIMIT_EXCEEDED = "Request rate limit exceeded for this account"
    THROUGHPUT_LIMIT_EXCEEDED = "Bandwidth limit exceeded for this account"
    REQUEST_SIZE_LIMIT_EXCEEDED = "Request size limit exceeded for this account"
    ITEM_SIZE_LIMIT_EXCEEDED = "Item size limit exceeded for this account"
    ELEMENTS_SIZE_LIMIT_EXCEEDED = "Element size limit exceeded for this account"
    UNKNOWN_LIMIT_EXCEEDED = "Limit exceeded for this account"


class LimitExceededException(_OfOneKind):
    """A limit of the account or of the service was met; `message_wrapper` says which."""

    _code = MomentoErrorCode.LIMIT_EXCEEDED_ERROR
    _wrapper = LimitExceededMessageWrapper.UNKNOWN_LIMIT_EXCEEDED.value


class NotFoundException(_OfOneKind):
    """There is no such cache."""

    _code = MomentoErrorCode.NOT_FOUND_ERROR
    _wrapper = (
        "A {service} with the specified name does not exist. To resolve this error, "
        "make sure you have created the {service} before attempting to use it"
    )


class PermissionDeniedException(_OfOneKind):
    """The token does not allow this."""

    _code = MomentoErrorCode.PERMISSION_ERROR
    _wrapper = "Insufficient permissions to perform an operation on the {service}"


class ServerUnavailableException(_OfOneKind):
    """The service can't be reached or can't answer now."""

    _code = MomentoErrorCode.SERVER_UNAVAILABLE
    _wrapper = f"The server was unable to handle the request; consider retrying. If the error persists, {_CONTACT}"


class TimeoutException(_OfOneKind):
    """No answer in time."""

    _code = MomentoErrorCode.TIMEOUT_ERROR
    _wrapper = (
        "The client's configured timeout was exceeded; you may need to use a Configuration with more lenient timeouts"
    )


class UnknownException(_OfOneKind):
    """Anything else."""

    _code = MomentoErrorCode.UNKNOWN_ERROR
    _wrapper = "Unknown error has occurred"

    def __init__(
        self,
        message: str,
        service: Service = Service.CACHE,
        transport_details: MomentoErrorTransportDetails | None = None,
    ) -> None:
        super().__init__(message, service, transport_details)


class UnknownServiceException(_OfOneKind):
    """The service answered with something unknown. Its code is that of a bad request, as in the official SDK."""

    _code = MomentoErrorCode.BAD_REQUEST_ERROR
    _wrapper = f"Service returned an unknown response; {_CONTACT}"
