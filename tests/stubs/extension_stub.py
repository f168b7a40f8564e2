"""A stand-in for AWS's Parameters and Secrets Lambda Extension: a cache that answers on a port of the sandbox.

    python extension_stub.py [--port N] [--mode MODE] [--secret-string TEXT] [--session-token TEXT]

`POST /mode` and `POST /reset` as in modes.py; "times" with the mode not-ready is an extension that starts.
`GET /requests` lists what was asked for: the path, the arguments, and whether the token was the right one. Whatever
the mode, a request without the right X-Aws-Parameters-Secrets-Token gets 401 and nothing else.
"""

from __future__ import annotations

import argparse
import urllib.parse

from loopback import run_until_signal
from modes import Behaviour, ModeHandler, ModeServer

TOKEN_HEADER = "X-Aws-Parameters-Secrets-Token"
SESSION_TOKEN = "stand-in-session-token"
SECRETS = "/secretsmanager/get"
PARAMETERS = "/systemsmanager/parameters/get"
# mode -> (HTTP status, body)
ANSWERS = {
    "not-ready": (400, b"not ready to serve traffic, please wait"),
    "bad-request": (400, b"an unexpected error occurred while executing request"),
    "missing": (400, b"api error ResourceNotFoundException: Secrets Manager can't find the specified secret."),
    "internal-error": (500, b"an unexpected error occurred while executing request"),
    "garbage": (200, b"<html>not what you asked for"),
}
MODES = ("ok", "silent", *ANSWERS)


class _Handler(ModeHandler):
    server: ExtensionStub

    def answer_get(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        arguments = dict(urllib.parse.parse_qsl(url.query))
        known = self.headers.get(TOKEN_HEADER) == self.server.session_token
        behaviour = self.server.record({"path": url.path, "arguments": arguments, "token_is_right": known})
        if not known:
            self.answer(401, f"{TOKEN_HEADER} is wrong or missing".encode(), "text/plain")
        elif behaviour.mode == "silent":
            self.say_nothing()
        elif behaviour.mode in ANSWERS:
            self.answer(*ANSWERS[behaviour.mode], content_type="text/plain")
        elif url.path == SECRETS and arguments.get("versionStage") == "AWSCURRENT":
            self.answer_json(200, {"Name": arguments["secretId"], "SecretString": behaviour.secret_string})
        elif url.path == PARAMETERS and arguments.get("withDecryption") == "true":
            parameter = {"Name": arguments["name"], "Type": "SecureString", "Value": behaviour.secret_string}
            self.answer_json(200, {"Parameter": parameter})
        else:
            self.answer(400, b"an unexpected error occurred while executing request", "text/plain")


class ExtensionStub(ModeServer):
    """Every name has the same answer, the one of the present mode."""

    def __init__(self, port: int = 0, behaviour: Behaviour | None = None, session_token: str = SESSION_TOKEN) -> None:
        super().__init__(_Handler, MODES, port, behaviour)
        self.session_token = session_token

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a function come here."""
        return {
            "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": str(self.port),
            "AWS_SESSION_TOKEN": self.session_token,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--mode", choices=MODES, default="ok")
    parser.add_argument("--secret-string", default=Behaviour.secret_string)
    parser.add_argument("--session-token", default=SESSION_TOKEN)
    options = parser.parse_args()
    behaviour = Behaviour(options.mode, options.secret_string)
    run_until_signal(ExtensionStub(options.port, behaviour, options.session_token))


if __name__ == "__main__":
    main()
