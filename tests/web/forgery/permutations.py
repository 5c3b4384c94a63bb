#!/usr/bin/python3
"""permutations.py: what the algorithms of Debian's dnstwist make of host names, one a line on standard input.

Prints CLASS<tab>HOST<tab>NAME. Of a class and host at most LIMIT (the first argument), evenly out of all. No name is looked up:
only the generator of dnstwist is called.
"""
import pathlib
import sys

sys.path.append("/usr/lib/python3/dist-packages")
import dnstwist  # noqa: E402

WORDS = pathlib.Path("/usr/share/dnstwist/dictionaries")
# Newer ones than some packaged version has, by their definition: "plural" puts an s behind each letter from the third on.
LATER = {"plural": lambda label: {label[:i] + ("es" if label[i - 1] in "sxz" else "s") + label[i:] for i in range(2, len(label) + 1)}}


def words_of(name):
    return [word for word in (WORDS / name).read_text().split("\n") if word and not word.startswith("//")]


def permutations(host):
    fuzzer = dnstwist.Fuzzer(host, dictionary=words_of("english.dict"), tld_dictionary=words_of("common_tlds.dict"))
    fuzzer.generate()
    found = {}
    for item in fuzzer.domains:
        found.setdefault(item["fuzzer"], set()).add(item["domain"])
    for name, make in LATER.items():
        if name not in found:
            found[name] = {".".join(filter(None, [fuzzer.subdomain, label, fuzzer.tld])) for label in make(fuzzer.domain)}
    found.pop("*original", None)
    return found


limit = int(sys.argv[1])
for line in sys.stdin:
    for name, made in sorted(permutations(line.strip()).items()):
        names = sorted(made - {line.strip()})
        step = max(1, len(names) // limit)
        for one in names[::step]:
            print(name, line.strip(), one, sep="\t")
