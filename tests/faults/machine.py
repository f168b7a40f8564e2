"""What only the machine can do to a client: freeze it, lose or count its packets, move its clock, move a name.

Each of these needs something that a machine may lack (root, a cgroup, iptables, a compiler, Linux itself).
`Unavailable` says what; the lab then skips the fault and prints the reason. Whatever is changed outside of the client's
own process is taken back when the block ends.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from processes import Program

HERE = Path(__file__).resolve().parent
SECONDS = 5.0
CGROUPS = Path("/sys/fs/cgroup")


class Unavailable(Exception):
    """This machine can't do it; the text says why."""


# --- freezing ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def stopped(program: Program) -> Iterator[None]:
    """Frozen by SIGSTOP: every thread has stopped when the block begins."""
    program.send_signal(signal.SIGSTOP)
    try:
        _until(lambda: _state(program.process_id) == "T", "SIGSTOP did not stop the client")
        yield
    finally:
        program.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def frozen(program: Program) -> Iterator[None]:
    """Frozen by a cgroup, as Lambda does it: version 2 where it is mounted, else the freezer of version 1."""
    name = f"momento-faults-{os.getpid()}-{program.process_id}"
    for mount, control, freeze, thaw in (
        (CGROUPS, "cgroup.freeze", "1", "0"),
        (CGROUPS / "unified", "cgroup.freeze", "1", "0"),
        (CGROUPS / "freezer", "freezer.state", "FROZEN", "THAWED"),
    ):
        folder = mount / name
        home = _cgroup_of(program.process_id, mount)
        if not (mount / "cgroup.procs").exists():
            continue
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            try:
                (folder / "cgroup.procs").write_text(str(program.process_id))
                (folder / control).write_text(freeze)
            except OSError:
                continue
            _until(lambda seen=folder, wanted=freeze: _is_frozen(seen, wanted), "the cgroup did not freeze the client")
            try:
                yield
            finally:
                (folder / control).write_text(thaw)
        finally:
            with contextlib.suppress(OSError):
                (home / "cgroup.procs").write_text(str(program.process_id))
            _until(lambda gone=folder: _removed(gone), f"{folder} could not be removed")
        return
    raise Unavailable(f"no cgroup freezer that may be written under {CGROUPS} (root, Linux)")


def _is_frozen(folder: Path, wanted: str) -> bool:
    if wanted == "1":
        return "frozen 1" in (folder / "cgroup.events").read_text()
    return (folder / "freezer.state").read_text().strip() == wanted


def _cgroup_of(process_id: int, mount: Path) -> Path:
    """Where the process is now, to be put back."""
    for line in Path(f"/proc/{process_id}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == ("freezer" if mount.name == "freezer" else ""):
            return mount / path.lstrip("/")
    return mount


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return not folder.exists()
    return True


def _state(process_id: int) -> str:
    return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]


def _until(reached: object, failure: str) -> None:
    """A look now and then: the kernel has no signal for these."""
    assert callable(reached)
    deadline = time.monotonic() + SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise RuntimeError(failure)
        time.sleep(0.001)


# --- packets ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def packets_lost(client_ports: Sequence[int], proxy_port: int) -> Iterator[None]:
    """Every packet of these connections is dropped, both ways: nothing is acknowledged any more."""
    pairs = [pair for port in client_ports for pair in ((port, proxy_port), (proxy_port, port))]
    with _rules([["--sport", str(a), "--dport", str(b), "-j", "DROP"] for a, b in pairs]):
        yield


@contextlib.contextmanager
def attempts_counted(port: int) -> Iterator[Callable[[], int]]:
    """How often a connection to this port was tried since the block began, refused or not."""
    with _rules([["--syn", "--dport", str(port)]]) as tool:

        def count() -> int:
            listed = subprocess.run([tool, "-w", "-S", "INPUT", "-v"], capture_output=True, text=True, timeout=SECONDS)
            found = re.search(rf"--dport {port} --tcp-flags FIN,SYN,RST,ACK SYN -c (\d+)", listed.stdout)
            if found is None:
                raise Unavailable(f"iptables does not list the rule that counts: {listed.stderr.strip()}")
            return int(found[1])

        count()
        yield count


@contextlib.contextmanager
def _rules(matches: Sequence[Sequence[str]]) -> Iterator[str]:
    tool = shutil.which("iptables")
    if tool is None or os.geteuid() != 0:
        raise Unavailable("losing or counting packets wants root and iptables")
    rules = [["INPUT", "-i", "lo", "-p", "tcp", *match] for match in matches]
    inserted: list[list[str]] = []
    try:
        for rule in rules:
            done = subprocess.run([tool, "-w", "-I", *rule], capture_output=True, text=True, timeout=SECONDS)
            if done.returncode != 0:
                raise Unavailable(f"iptables refused a rule: {done.stderr.strip()}")
            inserted.append(rule)
        yield tool
    finally:
        for rule in inserted:
            subprocess.run([tool, "-w", "-D", *rule], check=True, capture_output=True, timeout=SECONDS)


# --- the clock --------------------------------------------------------------------------------------------------------


class ShiftedClock:
    """The client's wall clock runs ahead by `hours`, which may change while it runs; its monotonic clock stays."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise Unavailable("moving the client's clock wants a C compiler (cc)")
        library = folder / "clock_shift.so"
        source = HERE / "programs" / "clock_shift.c"
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"]
        built = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if built.returncode != 0:
            raise Unavailable(f"the clock's shim did not compile: {built.stderr.strip()[-300:]}")
        shift = folder / "clock_shift"
        shift.write_bytes(bytes(8))
        with shift.open("r+b") as file:
            self._seconds = mmap.mmap(file.fileno(), 8)
        self.environment = {"LD_PRELOAD": str(library), "FAULTS_CLOCK_SHIFT": str(shift)}

    def advance(self, hours: float) -> None:
        self._seconds[:] = struct.pack("q", round(hours * 3600))


# --- names ------------------------------------------------------------------------------------------------------------


class MovingName:
    """A host name that only the client knows, through a hosts file of its own (a mount namespace)."""

    NAME = "momento.fault.test"

    def __init__(self, folder: Path) -> None:
        tool = shutil.which("unshare")
        if tool is None or os.geteuid() != 0:
            raise Unavailable("moving a name wants root and unshare, for a hosts file that only the client sees")
        self._hosts = folder / "hosts"
        self.point_at("127.0.0.1")
        mount = 'mount --bind "$0" /etc/hosts && exec "$@"'
        self.prefix = [tool, "--mount", "--propagation", "private", "sh", "-c", mount, str(self._hosts)]
        tried = subprocess.run([*self.prefix, "true"], capture_output=True, text=True, timeout=SECONDS)
        if tried.returncode != 0:
            raise Unavailable(f"unshare refused a hosts file for the client: {tried.stderr.strip()}")

    def point_at(self, *addresses: str) -> None:
        """In place, since the client sees this very file."""
        text = "127.0.0.1 localhost\n" + "".join(f"{address} {self.NAME}\n" for address in addresses)
        with self._hosts.open("r+" if self._hosts.exists() else "w") as file:
            file.write(text)
            file.truncate()


# --- trust ------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, addresses: Sequence[str]) -> tuple[Path, Path]:
    """A certificate for these addresses, signed by itself, and its private key."""
    tool = shutil.which("openssl")
    if tool is None:
        raise Unavailable("TLS wants openssl, for a certificate")
    made, key = folder / "certificate.pem", folder / "key.pem"
    names = ",".join(f"IP:{address}" for address in addresses)
    command = [
        tool,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-subj", "/CN=fault lab", "-addext", f"subjectAltName={names}"]
    command += ["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", str(key), "-out", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != 0:
        raise Unavailable(f"openssl made no certificate: {done.stderr.strip()[-300:]}")
    return made, key


# --- what a process uses ----------------------------------------------------------------------------------------------


def resources(process_id: int) -> dict[str, float]:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process_id}/status").read_text().splitlines())
    return {
        "memory_mb": round(int(status["VmRSS"].split()[0]) / 1024, 2),
        "descriptors": len(os.listdir(f"/proc/{process_id}/fd")),
        "threads": int(status["Threads"]),
    }
