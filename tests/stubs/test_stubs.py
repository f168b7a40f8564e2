"""The stubs answer as they say: each is run as a program, as the tests in other languages run it.

.venv/bin/pytest tests/stubs
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from credentials_stub import AUTHORIZATION  # noqa: E402  the path must be set first
from extension_stub import PARAMETERS, SECRETS, SESSION_TOKEN, TOKEN_HEADER  # noqa: E402
from loopback import HOST, RefusingPort  # noqa: E402
from processes import LISTENING, ProgramError, Programs, start_time_of  # noqa: E402
from secrets_stub import ERRORS, MODES  # noqa: E402

Start = Callable[..., str]
SIGNED = "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20260101/eu-west-1/secretsmanager/aws4_request, Signature=abc"


@pytest.fixture
def programs() -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.end_all()


@pytest.fixture
def start(programs: Programs) -> Start:
    """Start a stub by its file name; returns its address HOST:PORT."""

    def start(file: str, *arguments: str) -> str:
        program = programs.start(file, [sys.executable, str(HERE / file), *arguments])
        return f"{HOST}:{program.wait_for_line(LISTENING, 10)[1]}"

    return start


def call(address: str, path: str = "/", body: object = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://{address}{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def get_secret_value(address: str, name: str = "momento/key") -> tuple[int, Any]:
    target = {"X-Amz-Target": "secretsmanager.GetSecretValue", "Authorization": SIGNED}
    return call(address, body={"SecretId": name}, **target)


@pytest.mark.parametrize("mode", ERRORS)
def test_errors_have_the_form_of_the_json_protocol(start: Start, mode: str) -> None:
    address = start("secrets_stub.py", "--mode", mode)
    status, body = get_secret_value(address)
    assert (status, body["__type"]) == ERRORS[mode][:2]
    if mode == "access-denied":
        assert "is not authorized to perform: secretsmanager:GetSecretValue on resource: momento/key" in body["Message"]


def test_a_mode_can_hold_for_some_requests_only(start: Start) -> None:
    address = start("secrets_stub.py", "--secret-string", "first")
    assert get_secret_value(address)[1]["SecretString"] == "first"
    assert call(address, "/mode", {"mode": "throttling", "times": 2, "secret_string": "second"})[0] == 200
    assert [get_secret_value(address)[0] for _ in range(3)] == [400, 400, 200]
    assert get_secret_value(address)[1]["SecretString"] == "second"
    status, body = call(address, "/mode", {"mode": "no such mode"})
    assert status == 400
    assert all(mode in body["message"] for mode in MODES)


def test_requests_are_recorded_without_the_signature(start: Start) -> None:
    address = start("secrets_stub.py", "--mode", "binary", "--secret-string", "value")
    assert base64.b64decode(get_secret_value(address)[1]["SecretBinary"]) == b"value"
    recorded = call(address, "/requests")[1]
    assert recorded["count"] == 1
    (request,) = recorded["requests"]
    assert (request["region"], request["access_key_id"]) == ("eu-west-1", "ASIAEXAMPLE")
    assert request["body"] == {"SecretId": "momento/key"}
    assert "authorization" in request["header_names"]
    assert "Signature" not in json.dumps(recorded)
    call(address, "/reset", {})
    assert call(address, "/requests")[1]["count"] == 0


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("truncated", http.client.IncompleteRead), ("garbage", json.JSONDecodeError), ("silent", TimeoutError)],
)
def test_broken_answers(start: Start, mode: str, expected: type[Exception]) -> None:
    host, port = start("secrets_stub.py", "--mode", mode).split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=0.3)
    headers = {"X-Amz-Target": "secretsmanager.GetSecretValue"}
    connection.request("POST", "/", json.dumps({"SecretId": "momento/key"}), headers)
    # socket.timeout is TimeoutError's other name from Python 3.10 on.
    with pytest.raises((expected, socket.timeout)):
        json.loads(connection.getresponse().read())
    connection.close()


def test_credentials_want_the_authorization(start: Start) -> None:
    address = start("credentials_stub.py")
    assert call(address, "/credentials")[0] == 401
    status, credentials = call(address, "/credentials", Authorization=AUTHORIZATION)
    assert status == 200
    assert set(credentials) == {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}
    assert call(address, "/requests")[1] == {"count": 2, "refused": 1}


def test_the_extension_wants_its_token_and_gets_ready(start: Start) -> None:
    address = start("extension_stub.py", "--secret-string", "value")
    secret, parameter = f"{SECRETS}?secretId=a%2Fb&versionStage=AWSCURRENT", f"{PARAMETERS}?name=a&withDecryption=true"

    def get(path: str, token: str = SESSION_TOKEN) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(address, timeout=5)
        connection.request("GET", path, headers={TOKEN_HEADER: token})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body

    assert get(secret, "another")[0] == 401
    assert json.loads(get(secret)[1])["SecretString"] == "value"
    assert json.loads(get(parameter)[1])["Parameter"]["Value"] == "value"
    call(address, "/mode", {"mode": "not-ready", "times": 2})
    assert [get(secret)[0] for _ in range(3)] == [400, 400, 200]
    recorded = call(address, "/requests")[1]
    assert recorded["count"] == 6
    assert [request["token_is_right"] for request in recorded["requests"]] == [False] + [True] * 5
    assert recorded["requests"][0]["arguments"] == {"secretId": "a/b", "versionStage": "AWSCURRENT"}
    assert SESSION_TOKEN not in json.dumps(recorded)


def test_the_proxy_counts_look_ups_and_passes_the_answers_on(start: Start) -> None:
    stub = start("secrets_stub.py", "--secret-string", "value")
    proxy = start("counting_proxy.py", "--upstream", f"http://{stub}")
    assert get_secret_value(proxy)[1]["SecretString"] == "value"
    call(stub, "/mode", {"mode": "missing"})
    assert get_secret_value(proxy, "other")[0] == 400
    assert call(proxy, "/counters")[1] == {"lookups": 2, "by_secret": {"momento/key": 1, "other": 1}}


def test_a_silent_server_accepts_and_a_refusing_port_does_not(start: Start) -> None:
    host, port = start("silent_server.py").split(":")
    with socket.create_connection((host, int(port)), timeout=0.3) as connection:
        connection.sendall(b"anybody there?")
        with pytest.raises(socket.timeout):
            connection.recv(1)
    with RefusingPort() as refusing, pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, refusing.port), timeout=1)


def test_a_program_that_is_not_ready_is_reported_with_its_output(programs: Programs) -> None:
    program = programs.start("broken", [sys.executable, "-c", "print('this is why')"])
    with pytest.raises(ProgramError, match="this is why"):
        program.wait_for_line(LISTENING, 10)


def test_ending_a_program_ends_what_it_started(programs: Programs) -> None:
    """The grandchild is in a session of its own and ignores SIGTERM, so only its noted id finds it."""
    child = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    parent = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True, stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); print('child is', child.pid, flush=True); time.sleep(60)"
    )
    program = programs.start("parent", [sys.executable, "-c", parent])
    process_id = int(program.wait_for_line(r"child is (\d+)", 10)[1])
    assert start_time_of(process_id) is not None
    program.end()
    assert not program.alive
    assert start_time_of(process_id) is None
    with pytest.raises(ProgramError, match="being ended"):
        programs.end_all()
        programs.start("too late", [sys.executable, "-c", ""])
