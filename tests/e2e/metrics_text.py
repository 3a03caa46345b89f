"""Reads the text format of Prometheus, version 0.0.4, and refuses what promtool would refuse.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import math
import re
from dataclasses import dataclass, field

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)\Z")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|\Z)')
TARGET = re.compile(r'[{,]target="((?:[^"\\]|\\.)*)"')
# Units that are not base units.
BAD_UNITS = ("_ms", "_milliseconds", "_minutes", "_hours", "_percent", "_kb", "_mb")


@dataclass
class Family:
    kind: str
    help: str
    samples: dict = field(default_factory=dict)


def unescaped(text):
    return re.sub(r"\\(.)", lambda it: "\n" if it[1] == "n" else it[1], text)


def read_labels(text, line):
    labels, at = {}, 0
    while at < len(text):
        found = LABEL.match(text, at)
        if not found:
            raise ValueError(f"these are no labels: {line}")
        if found[1] in labels:
            raise ValueError(f"a label twice: {line}")
        labels[found[1]] = unescaped(found[2])
        at = found.end()
    return tuple(sorted(labels.items()))


def read_sample(line, families, current):
    found = SAMPLE.match(line)
    if not found:
        raise ValueError(f"this is no sample (a timestamp?): {line}")
    if found["name"] != current:
        raise ValueError(f"a sample outside its family: {line}")
    labels = read_labels(found["labels"] or "", line)
    # Two files in one directory must not have one series, so that each has its target.
    if not any(name == "target" for name, _ in labels):
        raise ValueError(f"of which target is this: {line}")
    labels = tuple(label for label in labels if label[0] != "target")
    if labels in families[current].samples:
        raise ValueError(f"a sample twice: {line}")
    value = float(found["value"])
    if math.isnan(value) or math.isinf(value):
        raise ValueError(f"no number: {line}")
    families[current].samples[labels] = value


def read(text):
    """Name -> Family."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    families, current, helps = {}, None, {}
    for line in text.splitlines():
        if line.startswith("# HELP "):
            current, words = line[7:].split(" ", 1)
            if current in helps or not words.strip() or not NAME.match(current):
                raise ValueError(f"a bad or second HELP: {line}")
            helps[current] = words
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            if name != current or name in families or kind not in ("counter", "gauge"):
                raise ValueError(f"a bad TYPE: {line}")
            if (kind == "counter") != name.endswith("_total") or name.endswith(BAD_UNITS):
                raise ValueError(f"a bad name: {line}")
            families[name] = Family(kind, helps[name])
        elif line:
            read_sample(line, families, current)
    return families


class Metrics:
    """A file of metrics; each value by name and labels."""

    def __init__(self, text):
        self.families = read(text)
        self.targets = {unescaped(it) for it in TARGET.findall(text)}

    def get(self, name, **labels):
        return self.families[name].samples.get(tuple(sorted(labels.items())))

    def label_values(self):
        values = {v for it in self.families.values() for labels in it.samples for _, v in labels}
        return values | self.targets
