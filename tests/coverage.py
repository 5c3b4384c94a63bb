#!/usr/bin/env python3
"""coverage.py BUILD: what the tests reached of the rooms of cgi-bin, after they ran with programs built for it (make coverage).
One line for each room, then one for each file below FLOOR per cent; exit status 1 if a room is below what it must have."""
import json
import os
import subprocess
import sys

ROOMS = {"base": 90, "journal": 90, "tally": 90, "directory": 90, "address": 90, "view": 90, "web": 90, "pages": 80}
FLOOR = 80


def read(build):
    """file under cgi-bin → (lines, of them covered)."""
    out = subprocess.run(["gcovr", "--root", ".", "--filter", "cgi-bin/", "--gcov-ignore-parse-errors", "--json-summary", "-",
                          "-j", str(os.cpu_count()), build], check=True, capture_output=True).stdout
    return {file["filename"].removeprefix("cgi-bin/"): (file["line_total"], file["line_covered"])
            for file in json.loads(out)["files"] if file["filename"].endswith(".c")}


def line(name, lines, covered, more=""):
    print(f"{name:<28} {lines:>6} {covered:>6}  {100 * covered / max(1, lines):5.1f} %{more}")


def main():
    files = read(sys.argv[1])
    rooms = {}
    for file, (lines, covered) in files.items():
        room = rooms.setdefault(file.split("/")[0] if "/" in file else "programs", [0, 0])
        room[0] += lines
        room[1] += covered
    print(f"{'room':<28} {'lines':>6} {'reached':>7}")
    low = []
    for room, (lines, covered) in sorted(rooms.items()):
        least = ROOMS.get(room, 0)
        bad = 100 * covered < least * lines
        low += [room] if bad else []
        line(room, lines, covered, f"  at least {least} % is wanted" if bad else "")
    line("all", *(sum(column) for column in zip(*rooms.values())))
    for file, (lines, covered) in sorted(files.items()):
        if 100 * covered < FLOOR * lines:
            line(f"  {file}", lines, covered)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
