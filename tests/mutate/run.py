#!/usr/bin/env python3
"""run.py [--check] [--only TEXT] [--jobs N]: do the tests notice? Each row of table.txt is a small fault; it is put into a
scratch copy of the sources (build/mutate), built, and tried by the suites that should see it. A fault that no suite sees is
a survivor: a test is missing, or says less than it seems to.

  --check     only whether the table is sound: each row fits exactly once, its suites exist, every room has rows
  --only TEXT rows that have it in their file, name or suites
  --jobs N    so many copies side by side; default: as many as processors

The last line is the score, "N killed of M, score S %"; exit status 0 from 95 % on, if every row could be tried.
How a row is written, table.txt says. Suites must pass without any fault first: else they would "see" everything.
"""
import argparse
import concurrent.futures
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
TABLE = pathlib.Path(__file__).with_name("table.txt")
SCRATCH = TOP / "build" / "mutate"
LEAST = 45    # rows
SCORE = 95    # per cent of those that are not equivalent
LIMIT = 240   # seconds for one suite: who hangs is seen
OPTIONS = ["OPTIM=-O1", "WARN=-w"]
ROOMS = ["base", "journal", "tally", "tally/sqlite", "tally/postgres", "directory", "address", "search", "probe", "content",
         "web", "view", "pages", "pages/stats", "backup", "commands"]


class Row:
    def __init__(self, line, file, name):
        self.line, self.file, self.name = line, file, name
        self.suites, self.old, self.new, self.same = [], [], [], None

    def __str__(self):
        return f"{self.file}: {self.name}"

    def apply(self, text):
        """The text with the fault; None unless the row's place is there exactly once."""
        old = "\n".join(self.old)
        return text.replace(old, "\n".join(self.new)) if old and text.count(old) == 1 else None


def read_table():
    rows = []
    for number, line in enumerate(TABLE.read_text().splitlines(), 1):
        head = re.fullmatch(r"\[(\S+)\] (.+)", line)
        if head:
            rows.append(Row(number, *head.groups()))
        elif line.startswith("by "):
            rows[-1].suites.append(tuple(line.split(" ", 3)[1:]))
        elif line.startswith("same "):
            rows[-1].same = line[5:]
        elif line.startswith("-"):
            rows[-1].old.append(line[1:])
        elif line.startswith("+"):
            rows[-1].new.append(line[1:])
        elif line and not line.startswith("#"):
            sys.exit(f"{TABLE}:{number}: not understood: {line}")
    return rows


def suite_file(suite):
    kind, name = suite[:2]
    return TOP / "tests" / kind / (f"{name}.c" if kind == "unit" else f"{name}.test.js")


def faults_of(rows):
    """What is wrong with the table."""
    for row in rows:
        where = f"{TABLE.relative_to(TOP)}:{row.line}: {row}"
        path = TOP / "cgi-bin" / row.file
        if not path.is_file():
            yield f"{where}: no such file"
        elif row.apply(path.read_text()) is None:
            yield f"{where}: its lines are there {path.read_text().count(chr(10).join(row.old))} times, not once"
        if row.old == row.new:
            yield f"{where}: changes nothing"
        if not row.suites and row.same is None:
            yield f"{where}: no suite"
        for suite in row.suites:
            if not suite_file(suite).is_file():
                yield f"{where}: no suite {' '.join(suite)}"
    for room in ROOMS:
        if not any(str(pathlib.PurePath(row.file).parent) == room for row in rows):
            yield f"{TABLE.relative_to(TOP)}: no row for {room}"
    if len(rows) < LEAST:
        yield f"{TABLE.relative_to(TOP)}: {len(rows)} rows, at least {LEAST} are wanted"


# --- a scratch copy ---

class Copy:
    def __init__(self, number, first=None):
        self.top = SCRATCH / str(number)
        self.log = ""
        if first is not None:
            subprocess.run(["cp", "-a", str(first.top), str(self.top)], check=True)
            return
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=TOP, check=True,
                               capture_output=True).stdout.decode().split("\0")
        for name in filter(None, names):
            if (TOP / name).is_file():
                (self.top / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(TOP / name, self.top / name)
        (self.top / "tests/web/node_modules").symlink_to(TOP / "tests/web/node_modules")

    def run(self, command, limit, **more):
        """True if it ends well in time. All that it started ends with it."""
        process = subprocess.Popen(command, cwd=self.top, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   start_new_session=True, **more)
        try:
            self.log = process.communicate(timeout=limit)[0].decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            time.sleep(1)
            self.log = "time-out"
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return process.wait() == 0

    def build(self, suites):
        targets = [f"build/unit/{suite[1]}" for suite in suites if suite[0] == "unit"]
        if any(suite[0] != "unit" for suite in suites):
            targets += ["programs", "build/fault/inject.so"]
        return self.run(["make", "--no-print-directory", "-j2", *OPTIONS, *dict.fromkeys(targets)], 900)

    def passes(self, suite):
        kind, name, *pattern = suite
        if kind == "unit":
            return self.run(["tests/unit/run.sh", f"build/unit/{name}"], LIMIT, env={**os.environ, "VHOD_TEST_LIMIT": "120"})
        only = [f"--test-name-pattern={pattern[0]}"] if pattern else []
        return self.run(["node", "--test", "--test-reporter=tap", *only, f"tests/{kind}/{name}.test.js"], LIMIT,
                        env={**os.environ, "VHOD_BUILD": str(self.top / "build"), "VHOD_TEST_SCALE": "0.1"})

    def judge(self, row):
        """killed by a suite, survived, or why it could not be tried."""
        path = self.top / "cgi-bin" / row.file
        right = path.read_text()
        path.write_text(row.apply(right))
        try:
            if not self.build(row.suites):
                return "broken", self.log
            for suite in row.suites:
                if not self.passes(suite):
                    return "killed", " ".join(suite)
            return "survived", ""
        finally:
            path.write_text(right)


def side_by_side(copies, work, items):
    """work(copy, item) for each item, each copy by one at a time; answers as they come."""
    free = queue.Queue()
    for copy in copies:
        free.put(copy)

    def one(item):
        copy = free.get()
        try:
            return item, work(copy, item)
        finally:
            free.put(copy)

    with concurrent.futures.ThreadPoolExecutor(len(copies)) as pool:
        for done in concurrent.futures.as_completed([pool.submit(one, item) for item in items]):
            yield done.result()


def baseline(copies, rows):
    """Every suite without a fault; those that fail, which can judge nothing."""
    suites = list(dict.fromkeys(suite for row in rows for suite in row.suites))
    bad = set()
    for suite, good in side_by_side(copies, lambda copy, suite: copy.passes(suite) or copy.log[-2000:], suites):
        if good is not True:
            bad.add(suite)
            print(f"FAIL      without any fault: {' '.join(suite)}\n{good}", flush=True)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    rows = read_table()
    faults = list(faults_of(rows))
    for fault in faults:
        print(fault)
    if faults or options.check:
        print(f"mutate: {len(rows)} rows, {len(faults)} faults")
        return 1 if faults else 0
    rows = [row for row in rows if options.only in f"{row} {row.suites}"]
    wanted = [row for row in rows if row.same is None]
    shutil.rmtree(SCRATCH, ignore_errors=True)
    first = Copy(0)
    if not first.build([suite for row in wanted for suite in row.suites]):
        print(first.log[-3000:])
        return 1
    copies = [first] + [Copy(number, first) for number in range(1, max(1, options.jobs))]
    bad = baseline(copies, wanted)
    counts = {"killed": 0, "survived": 0, "broken": sum(not bad.isdisjoint(row.suites) for row in wanted)}
    wanted = [row for row in wanted if bad.isdisjoint(row.suites)]
    lock = threading.Lock()
    for row, (word, what) in side_by_side(copies, Copy.judge, wanted):
        with lock:
            counts[word] += 1
            print(f"{word:<9} {row}" + (f" ({what})" if word == "killed" else f"\n{what[-1500:]}" if what else ""), flush=True)
    for row in rows:
        if row.same is not None:
            print(f"same      {row} ({row.same})")
    score = 100 * counts["killed"] / max(1, len(wanted))
    if counts["broken"] > 0:
        print(f"{counts['broken']} rows could not be tried")
    print(f"{counts['killed']} killed of {len(wanted)}, score {score:.1f} %")
    return 0 if score >= SCORE and counts["broken"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
