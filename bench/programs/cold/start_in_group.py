"""Become another program, in a cgroup, at a given point of its quota: see throttle.py.

start_in_group.py MEMBERS SPIN MARK PROGRAM [ARGUMENT ...]

MEMBERS: the group's cgroup.procs, or "-". SPIN: microseconds of a period's quota to use up, -1 for none at all. MARK: a
file for the monotonic time of the start, or "-".
"""

import os
import sys
import time

# Between two turns of the loop below; a process is stopped for longer, other processes take less.
STOPPED = 0.010

members, spin, mark, *program = sys.argv[1:]
if members != "-":
    with open(members, "w") as file:
        file.write(str(os.getpid()))
if spin != "-1":
    # Until the quota is used up and the process has been stopped: then a period begins, with a whole quota.
    before = time.monotonic()
    while (now := time.monotonic()) - before < STOPPED:
        before = now
    end = time.thread_time() + int(spin) / 1e6
    while time.thread_time() < end:
        pass
if mark != "-":
    with open(mark, "w") as file:
        file.write(str(time.monotonic_ns()))
os.execvp(program[0], program)
