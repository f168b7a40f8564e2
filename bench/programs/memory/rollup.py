"""What this process holds, from /proc: imports nothing, so that the bare interpreter stays bare."""


def print_rollup() -> None:
    found = {}
    with open("/proc/self/smaps_rollup") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                found[name.upper()] = int(rest.split()[0]) * 1024 / 1e6
    print(f'{{"RSS": {found["RSS"]}, "PSS": {found["PSS"]}}}')
