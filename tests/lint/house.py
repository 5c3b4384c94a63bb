#!/usr/bin/env python3
"""house.py: the rules of the house that no compiler knows. Prints one line a fault, file:line: what; exits 1 if any.

  floors      a room includes only rooms below it (cgi-bin/README.md draws them)
  circles     files of a room do not include each other in a ring, headers and sources taken together
  libraries   each library is known to the files named here, and to no others
  sizes       no function over 50 lines, no file of 700 or more
  words       no Cyrillic in the C sources outside comments: what a reader sees is in templates
  threats     each row of cgi-bin/man/THREATS.md names a test that is there
  raw         {{{x}}} and {{&x}} only for fields that hold HTML of ours, by their names

It reads text, not C: what a macro makes is not seen.
"""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
CODE = TOP / "cgi-bin"

# From the bottom; rooms of one floor do not know each other but for the pairs in BESIDE.
FLOORS = [
    {"base"},
    {"journal"},
    {"probe", "notice", "search", "address", "directory", "tally"},
    {"view", "web", "content"},
    {"pages", "backup"},
    {"commands"},
    {""},
]
# (who, whom): on one floor, and meant.
BESIDE = {
    ("search", "directory"),  # statements split in the same way
    ("directory", "search"),  # opening a snapshot opens its search
    ("directory", "probe"),   # blocked hosts
    ("directory", "notice"),  # what is announced lies beside the snapshot too
}
LIBRARIES = {
    "fastcgi.h": {"web/fastcgi.c"},
    "iniparser": {"base/ini.c"},
    "cairo": {"view/picture.c"},
    "cmark.h": {"content/markdown.c", "content/tree.c"},
    "libpq-fe.h": {"tally/postgres/"},
    "curl/": {"probe/"},
    "ares.h": {"probe/"},
    "libpsl.h": {"address/host.c"},
    "unicode/": {"ops/"},
    "qrencode.h": {"view/qr.c"},
    "seccomp.h": {"base/seccomp.c"},
    "nettle/": {"journal/form_token.c", "journal/report_limit.c"},
    "archive": {"backup/", "tally/log_stream.c"},
    "microhttpd.h": {"commands/answer.c"},
    "libstemmer.h": {"search/"},
    "utf8proc.h": {"base/utf8.c"},
    "idn2.h": {"base/idn.c"},
}
FUNCTION_LINES = 50
FILE_LINES = 700
# Fields that hold HTML or SVG made by ours.
RAW = re.compile(r"(^|_|\.)(html|svg|style|script|look|json_ld|structured|code|diff_html|figure|excerpt|schema|shot|path)$|^(svg|html|style)")

faults = []


def fault(path, line, what):
    faults.append(f"{path.relative_to(TOP)}:{line}: {what}")


def floor_of(room):
    first = room.split("/")[0]
    for number, rooms in enumerate(FLOORS):
        if first in rooms:
            return number
    return None


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'#include ([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1), found.group(2)


def check_includes(path):
    room = str(path.parent.relative_to(CODE))
    room = "" if room == "." else room
    own = floor_of(room)
    if own is None:
        fault(path, 1, f"the room {room} has no floor: add it to FLOORS of tests/lint/house.py")
        return
    for line, mark, name in includes(path):
        if mark == '"' and "/" in name and not name.startswith("gen/"):
            other = name.rsplit("/", 1)[0]
            there = floor_of(other)
            mine, theirs = room.split("/")[0], other.split("/")[0]
            if there is None or (mine != theirs and (there > own or (there == own and (mine, theirs) not in BESIDE))):
                fault(path, line, f"{room or 'a program'} includes {name}, which is not below it")
        elif mark == "<":
            for library, homes in LIBRARIES.items():
                where = str(path.relative_to(CODE))
                if name.startswith(library) or name.endswith("/" + library):
                    if not any(where.startswith(home) for home in homes):
                        fault(path, line, f"<{name}> is known to {', '.join(sorted(homes))} alone")


def check_circles(files):
    """Header and source of one name are one unit; a unit must not reach itself. Headers without a source of their own are
    contracts (tally/engine.h): whoever fulfils one includes it, and that is no ring."""
    units = {}
    sources = {path.with_suffix("") for path in files if path.suffix == ".c"}
    for path in files:
        if path.with_suffix("") not in sources:
            continue
        unit = str(path.relative_to(CODE).with_suffix(""))
        for _, mark, name in includes(path):
            if mark == '"' and name.endswith(".h") and not name.startswith("gen/"):
                other = name[:-2]
                if other != unit:
                    units.setdefault(unit, set()).add(other)
    done = set()

    def walk(unit, way):
        if unit in way:
            ring = way[way.index(unit):] + [unit]
            return ring
        if unit in done:
            return None
        for other in sorted(units.get(unit, ())):
            ring = walk(other, way + [unit])
            if ring:
                return ring
        done.add(unit)
        return None

    for unit in sorted(units):
        ring = walk(unit, [])
        if ring:
            home = CODE / (ring[0] + ".c")
            fault(home if home.exists() else CODE / (ring[0] + ".h"), 1, "a circle: " + " -> ".join(ring))
            return


def check_sizes(path):
    lines = path.read_text().splitlines()
    if len(lines) >= FILE_LINES:
        fault(path, len(lines), f"{len(lines)} lines, of {FILE_LINES - 1} allowed")
    begin = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin is not None:
            if number - begin + 1 > FUNCTION_LINES:
                fault(path, begin, f"a function of {number - begin + 1} lines, of {FUNCTION_LINES} allowed")
            begin = None


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)


# Cyrillic that is no word for a reader: tables of letters, and what texts are looked through for.
LETTERS = ("search/", "address/", "base/utf8", "base/typed", "content/names", "content/glossary", "content/terms",
           "view/together", "content/", "probe/wall.c")


def check_words(path):
    where = str(path.relative_to(CODE))
    if where.startswith(LETTERS):
        return
    for number, line in enumerate(without_comments(path.read_text()).splitlines(), 1):
        if re.search(r"[А-Яа-яЁё]{2,}", line):
            fault(path, number, "a reader's word in C: it belongs into a template")


def check_templates():
    for path in sorted((TOP / "templates").rglob("*.mustache")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for triple, single in re.findall(r"\{\{\{\s*([\w.]+)\s*\}\}\}|\{\{&\s*([\w.]+)\s*\}\}", line):
                name = triple or single
                if not RAW.search(name) and path.parent.name not in ("text", "share"):
                    fault(path, number, f"{{{{{{{name}}}}}}} is put out raw, and its name does not say that it is HTML")


NAMED_TEST = re.compile(r"`([a-z]+/[\w.]+)` \"([^\"]{6,})\"")


def check_named_tests():
    """Each row of THREATS.md names tests that are there: a file below tests/, and the name of one of its tests, in quotes
    or as a function."""
    path = TOP / "cgi-bin/man/THREATS.md"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.startswith("| ") or line.startswith("| ASVS"):
            continue
        last = line.rstrip("|").rsplit("|", 1)[1]
        named = NAMED_TEST.findall(last)
        if not named or NAMED_TEST.sub("", last).strip(" ;"):
            fault(path, number, "a row without a test, or with one that is not named as `FILE` \"TEST\"")
        for name, title in named:
            file = TOP / "tests" / name
            if not file.is_file():
                fault(path, number, f"tests/{name} is not there")
            elif not is_test(file, title):
                fault(path, number, f"tests/{name} has no test \"{title}\"")


def is_test(file, title):
    if file.suffix == ".c":
        return re.search(rf"^(?:static void|int) {re.escape(title)}\(", file.read_text(), re.M) is not None
    titles = re.findall(r"^\s*test\((['`])(.*?)(?<!\\)\1", file.read_text(), re.M)
    return any(title in words.replace("\\'", "'") for _, words in titles)


def main():
    files = sorted(p for p in CODE.rglob("*.[ch]") if "debian" not in p.parts and "ops" not in p.parts)
    for path in files:
        check_includes(path)
        check_sizes(path)
        check_words(path)
    check_circles(files)
    check_templates()
    check_named_tests()
    for line in faults:
        print(line)
    print(f"house: {len(files)} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
