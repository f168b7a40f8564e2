"""Provisioned concurrency: INIT, hours, and then the first event, on a connection that may be long gone.

The demo's Runtime API plays Lambda, because AWS's emulator runs INIT with the first event. Hours pass by the wall clock
(tests/faults/programs/clock_shift.c, preloaded); the fault lab's proxy before Momento does what a load balancer does
meanwhile.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path

import pytest
from conftest import FUNCTIONS, HERE, runtime_for, skip_if
from lambda_environment import function_environment
from loopback import HOST
from momento import Momento
from processes import LISTENING, Programs
from runtime_api import RuntimeApi
from runtimes import LOCAL_SERVER

sys.path.append(str(HERE.parent / "faults"))

from links import ProxyLink
from machine import ShiftedClock, Unavailable

FAULT_PROXY = HERE.parent / "faults/fault_proxy.py"
PATIENCE = 30.0
CONTROL = r"control on 127\.0\.0\.1:(\d+)"
HOURS = 3.0
# What the function may take for a call on a dead connection; and what making a client may.
CALL_SECONDS, MAKE_SECONDS = 0.4, 0.05


@pytest.fixture
def clock(tmp_path: Path) -> ShiftedClock:
    try:
        return ShiftedClock(tmp_path)
    except Unavailable as reason:
        skip_if([str(reason)])
        raise


def until_open(proxy: ProxyLink) -> None:
    """Until the proxy has a connection on both sides."""
    deadline = time.monotonic() + PATIENCE
    while proxy.state()["open"] != 1:
        assert time.monotonic() < deadline, "INIT begins the connection without a call"
        time.sleep(0.005)


@pytest.mark.parametrize("meanwhile", ["nothing", "reset", "swallow"])
@pytest.mark.parametrize("kind", ["python", "node"], indirect=True)
def test_the_first_event_comes_hours_after_init(
    built: None, programs: Programs, api: RuntimeApi, clock: ShiftedClock, kind: str, meanwhile: str
) -> None:
    momento = Momento(programs, LOCAL_SERVER)
    command = [sys.executable, str(FAULT_PROXY), "--upstream-port", str(momento.port)]
    proxy_program = programs.start("the proxy", command)
    proxy = ProxyLink(int(proxy_program.wait_for_line(CONTROL, PATIENCE)[1]))
    key = {"endpoint": f"http://{HOST}:{proxy_program.wait_for_line(LISTENING, PATIENCE)[1]}", "api_key": "key"}
    folder, handler = HERE / FUNCTIONS[kind][0], "provisioned.handler"
    variables = {
        "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency",
        "MOMENTO_AUTH_TOKEN": base64.b64encode(json.dumps(key).encode()).decode(),
        **clock.environment,
    }
    environment = function_environment(folder, handler, variables, runtime_api=api.address)
    programs.start("the function", [*runtime_for(kind).command, handler], environment, folder, api.fail)
    try:
        until_open(proxy)
        if meanwhile != "nothing":
            assert proxy.treat(meanwhile) == 1
        clock.advance(HOURS)
        reply = api.invoke({}, PATIENCE).value
        assert "Miss" in reply["response"], reply
        assert reply["seconds"] < CALL_SECONDS, reply
        assert reply["made_in"] < MAKE_SECONDS, reply
        assert reply["now"] > time.time() + HOURS * 3600 - 60, "the clock was not moved"
    finally:
        proxy.close()
