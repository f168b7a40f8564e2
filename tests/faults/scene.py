"""One run: a server, a token store, the proxy between them and one client program, each a process of its own.

Problem: a fault is only told in the terms of the parts (calls run, now this connection is dead, now go on), and all
that is counted must come from outside of the client. Choice: `Scene` starts the parts and offers these terms; what it
counts is in `result`. Everything it started ends with it, by process id.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

from kinds import PROGRAMS, ROOT, Kind, base_environment
from links import PATIENCE, ClientLink, LinkError, ProxyLink
from loopback import HOST
from machine import MovingName, ShiftedClock, Unavailable, certificate
from measure import call_figures, down_figures, write_figures
from processes import LISTENING, Program, Programs
from store import Store
from terms import Pace, Setup, api_key

LOCAL_SERVER = Path(os.environ.get("MOMENTO_LAMBDA_LOCAL", ROOT / ".venv" / "bin" / "momento-lambda-local"))
HERE = Path(__file__).resolve().parent
CACHE = "cache"
SECRET = "momento/faults"
# So many lists wait to be popped, more than a quick run comes to.
LISTS = 500
SECOND_ADDRESS = "127.0.0.2"
# All that a client may be asked to tell of itself.
VERBOSE = {
    "RUST_LOG": "trace",
    "RUST_BACKTRACE": "full",
    "AWS_SDK_LOG": "trace",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONDEVMODE": "1",
    "NODE_DEBUG": "net,tls,http,http2,module,timer,worker",
    "GRPC_VERBOSITY": "DEBUG",
    "GRPC_TRACE": "all",
}
ADMIN = r"admin on 127\.0\.0\.1:(\d+)"
CONTROL = r"control on 127\.0\.0\.1:(\d+)"


class Scene:
    def __init__(self, kind: Kind, setup: Setup, pace: Pace, verbose: bool = False) -> None:
        """`verbose`: the client logs and prints all that it can (canary.py)."""
        self.kind, self.setup, self.pace, self.verbose = kind, setup, pace, verbose
        self.notes: list[str] = []
        self.extra: dict[str, Any] = {}
        self.memory_lost = False
        # A whole second, since the claim is one.
        self.key_ends = float(int(time.time() + (setup.key_lives_seconds or 0)))
        expires = None if setup.key_lives_seconds is None else self.key_ends
        self.old_key = api_key(f"old-{uuid.uuid4().hex}", expires)
        self.new_key = api_key(f"new-{uuid.uuid4().hex}")
        self._fault_at: int | None = None
        self._healed_at: int | None = None
        self._records: list[list[Any]] = []
        self._running = False
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Scene:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="momento-faults-")))
            self.programs = Programs()
            stack.callback(self.programs.end_all)
            self.clock = ShiftedClock(folder) if self.setup.clock else None
            self.name = MovingName(folder) if self.setup.moving_name else None
            self.tls = certificate(folder, self.addresses) if self.setup.tls else None
            self.client_folder = folder / "client"
            self.client_folder.mkdir()
            self.server = self._start_server()
            self._stored({"do": "fill", "lists": LISTS})
            self._start_proxy(stack)
            self.secrets = Store()
            self.secrets.start()
            stack.callback(self.secrets.stop)
            self.publish(self.old_key)
            self.client = ClientLink()
            stack.callback(self.client.close)
            self.program = self._start_client()
            self.client.accept(self.program)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    @property
    def addresses(self) -> list[str]:
        return [HOST, SECOND_ADDRESS] if self.setup.moving_name or self.setup.two_addresses else [HOST]

    # --- the parts ----------------------------------------------------------------------------------------------------

    def _start_server(self) -> Program:
        arguments = ["--port", "0", "--admin-port", "0", "--cache", CACHE, "--latency-ms", str(self.setup.latency_ms)]
        if not self.setup.moving_name:  # only a local provider may name any host, and it has no token
            arguments += ["--token", self.old_key, "--token", self.new_key]
        server = self.programs.start("momento-lambda-local", [str(LOCAL_SERVER), *arguments])
        self.server_port = int(server.wait_for_line(LISTENING, PATIENCE)[1])
        self._admin_port = int(server.wait_for_line(ADMIN, PATIENCE)[1])
        return server

    def _start_proxy(self, stack: contextlib.ExitStack) -> None:
        command = [sys.executable, str(HERE / "fault_proxy.py"), "--upstream-port", str(self.server_port)]
        if self.setup.read_headers:
            if importlib.util.find_spec("hpack") is None:
                raise Unavailable("reading request headers wants hpack: pip install -r tests/faults/requirements.txt")
            command.append("--read-headers")
        for address in self.addresses:
            command += ["--address", address]
        if self.tls:
            command += ["--certificate", str(self.tls[0]), "--key", str(self.tls[1])]
        self._proxy_program = self.programs.start("the fault proxy", command)
        self.proxy_port = int(self._proxy_program.wait_for_line(LISTENING, PATIENCE)[1])
        self.proxy = ProxyLink(int(self._proxy_program.wait_for_line(CONTROL, PATIENCE)[1]))
        stack.callback(self.proxy.close)

    def _start_client(self) -> Program:
        host = self.name.NAME if self.name else HOST
        credentials: dict[str, Any] = {"kind": "environment"}
        if self.kind.official:
            credentials = {"kind": "token", "token": self.old_key, "host": host, "port": self.proxy_port}
        elif self.name:
            credentials = {"kind": "local", "host": host, "port": self.proxy_port}
        environment = base_environment()
        environment |= {
            "MOMENTO_SECRET_ID": SECRET,
            "MOMENTO_DEFAULT_TTL": "86400",  # what was written is there until it is counted
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.secrets.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "ASIAFUNCTIONEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "stand-in-secret-access-key",
            "AWS_SESSION_TOKEN": "stand-in-session-token",
            "AWS_LAMBDA_FUNCTION_NAME": "function",
        }
        if self.setup.token_ttl_seconds is not None:
            environment["MOMENTO_TOKEN_TTL"] = str(self.setup.token_ttl_seconds)
        if self.clock:
            environment |= self.clock.environment
        if self.tls:
            credentials["root_certificates"] = str(self.tls[0])
        if self.verbose:
            environment |= {**VERBOSE, "TMPDIR": str(self.client_folder)}
        command = self.kind.command(self.client.port, credentials, self.verbose)
        command = [*(self.name.prefix if self.name else []), *command]
        return self.programs.start(self.kind.name, command, environment, self.client_folder)

    def restart_server(self, number: int) -> None:
        """Ended by this signal; nobody listens until the new one, with an empty memory, is up."""
        begin = time.monotonic()
        self.memory_lost = True
        self.proxy.listen("refuse")
        self.server.send_signal(number)
        self.server.wait_for_end(PATIENCE)
        self.server = self._start_server()
        self.proxy.upstream(self.server_port)
        self.proxy.listen("accept")
        self.notes.append(f"away for {(time.monotonic() - begin) * 1000:.0f} ms")

    def publish(self, key: str, address: str = HOST, mode: str = "ok") -> None:
        """From now on the secret holds this key, with this address of the proxy."""
        self.secrets.change({"mode": mode, "secret_string": self.secret(key, address)})

    def secret(self, key: str, address: str = HOST) -> str:
        endpoint = f"{'https' if self.tls else 'http'}://{address}:{self.proxy_port}"
        return json.dumps({"MOMENTO_API_KEY": key, "MOMENTO_ENDPOINT": endpoint})

    def advance_clocks(self, hours: float) -> None:
        """The client's, and that of the store, which a signature is held against."""
        assert self.clock is not None
        self.clock.advance(hours)
        self.secrets.advance(hours)

    # --- what a fault is told in --------------------------------------------------------------------------------------

    def make(self, seconds: float = PATIENCE) -> bool:
        """Construct the client; the row shows how long it took. -> whether there is one"""
        self.client.order(do="make")
        made = self.client.next_event("made", seconds)
        if made is None:
            self.extra["constructor_ms"] = None
            self.notes.append(f"constructor still blocked after {seconds:g} s")
            return False
        self.extra["constructor_ms"] = round(made["ms"], 1)
        if made["error"]:
            self.notes.append(f"constructor raised {made['error']}")
        return made["error"] is None

    def start_calls(
        self, gets: int = 1, rate: float = 1000, writes: int = 1, write_rate: float = 200, calls: int | None = None
    ) -> None:
        """Workers that make calls one after the other, at most `rate` a second each; `calls` is how many gets each."""
        workers: list[dict[str, Any]] = [{"operation": "get", "rate": rate, "calls": calls}] * gets
        # Each begins with another operation, so that a blow falls on different ones.
        workers += [{"operation": "write", "rate": write_rate, "turn": number} for number in range(writes)]
        self.client.order(do="start", workers=workers, lists=LISTS)
        self._running = True

    def warm(self, **calls: Any) -> None:
        """The client is made and calls run well."""
        if not self.make():
            raise LinkError("the client could not be made on a healthy connection")
        self.start_calls(**calls)
        waits = [self.client.after_calls("get", 20, good=True)]
        if calls.get("writes", 1):
            waits.append(self.client.after_calls("write", 10, good=True))
        if not all(wait(PATIENCE) for wait in waits):
            self.stop_calls()
            codes = sorted({str(record[3]) for record in self._records if record[3] is not None})
            raise LinkError(f"calls did not run on a healthy connection: {', '.join(codes) or 'too slow'}")

    def stop_calls(self) -> None:
        if self._running:
            self._running = False
            self._records += self.client.records(2 * PATIENCE)

    def fault_begins(self) -> None:
        self._fault_at = time.monotonic_ns()

    def healed(self) -> None:
        self._healed_at = time.monotonic_ns()

    def treat(self, treatment: str, times: int = 1, in_flight: int = 0, rpc: str = "") -> None:
        if self.proxy.treat(treatment, times, in_flight, rpc) == 0:
            raise LinkError(f"there was no connection to treat with {treatment}")

    def settle(self, calls: int | None = None, seconds: float | None = None) -> None:
        """Until so many more gets have gone well, or the time is up."""
        patience = self.pace.settle_seconds if seconds is None else seconds
        if not self.client.after_calls("get", calls or self.pace.settle_calls, good=True)(patience):
            self.notes.append(f"watched for {patience:g} s")

    def hold(self, seconds: float) -> None:
        """The fault lasts this long."""
        time.sleep(seconds)

    def lookups(self) -> int:
        return int(self.secrets.recorded()["count"])

    def end_client(self) -> None:
        """All that it prints is there afterwards."""
        self.client.order(do="end")
        self.program.wait_for_end(PATIENCE)

    # --- what is counted ----------------------------------------------------------------------------------------------

    def result(self) -> dict[str, Any]:
        self.stop_calls()
        state, calls = self.proxy.state(), self.counters()["calls"]
        written: dict[str, list[str]] = {}
        for operation, _, _, _, key in self._records:
            if key is not None:
                written.setdefault(operation, []).append(key)
        executed = state["writes"] if self.memory_lost else self.executed(written, state["writes"])
        figures = call_figures(self._records, self._fault_at, self._healed_at)
        figures |= write_figures(self._records, self._fault_at, executed, self.memory_lost)
        if self.extra.pop("down", False):
            assert self._fault_at is not None and self._healed_at is not None
            figures |= down_figures(self._records, self._fault_at, self._healed_at)
        requests = self.secrets.recorded()["requests"]
        versions = [request["body"].get("VersionStage", "none") for request in requests]
        figures |= {
            "lookups": len(versions),
            "previous_lookups": versions.count("AWSPREVIOUS"),
            "lookup_stages": {stage: versions.count(stage) for stage in sorted(set(versions))},
            "signatures_expired": sum(request.get("expired", False) for request in requests),
            "connections": state["connections"],
            "connections_at_second": state["connections_at"].get(SECOND_ADDRESS, 0),
            # Keys that went to the server more than once, executed or not: a replay of what may have been executed.
            "sent_twice": sum(times > 1 for times in state["writes"].values()),
            "server_calls": {rpc: count for rpc, count in calls.items() if count},
        }
        self._check_output()
        return {**figures, **self.extra, "note": "; ".join(self.notes)}

    def counters(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://{HOST}:{self._admin_port}/counters", timeout=PATIENCE) as response:
            counters: dict[str, Any] = json.load(response)
            return counters

    def executed(self, written: dict[str, list[str]], arrived: dict[str, int]) -> dict[str, int]:
        """From key to how often its write was executed; `written` is the keys of each operation. A conditional set
        leaves no trace of a second time: if it was executed, it was so for each request with its key that has arrived,
        since each was answered after a look at the item."""
        times: dict[str, int] = json.loads(self._stored({"do": "read", "written": written}))
        for key in written.get("set_if_not_exists", ()):
            times[key] *= max(1, arrived.get(key, 0))
        return times

    def _stored(self, order: dict[str, Any]) -> str:
        """Past the proxy."""
        done = subprocess.run(
            [sys.executable, str(PROGRAMS / "stored_values.py"), str(self.server_port), self.new_key],
            input=json.dumps(order),
            env=base_environment(),
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
        )
        if done.returncode != 0:
            raise LinkError(f"the server was to {order['do']}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def _check_output(self) -> None:
        """No key stands in what the client printed, and the proxy had no trouble of its own."""
        for key in (self.old_key, self.new_key):
            if key in self.program.output or key.rsplit(".", 1)[1] in self.program.output:
                self.notes.append("THE CLIENT PRINTED A TOKEN")
        trouble = re.search(r"a connection of the proxy failed.*", self._proxy_program.output)
        if trouble:
            raise LinkError(trouble[0])
