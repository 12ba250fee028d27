"""A launcher's options as lines of text: what every catalogue is made of.

One line an option, tab-separated: names, names that switch it off, kind, how many words it takes,
the words it may be, default, its variable. Of a kind `removed` the words are the options that came
instead. A line that begins with `$` is a variable that stands for no option.
"""
from dataclasses import dataclass


@dataclass
class Option:
    names: list
    off: list
    kind: str
    takes: str
    choices: list
    default: str = ""
    variable: str = ""

    def line(self):
        # Longer ones, and those of several lines, are nothing to show in a table.
        default = "" if len(self.default) > 60 or set("\t\n") & set(self.default) else self.default
        return "\t".join(
            [" ".join(self.names), " ".join(self.off), self.kind, self.takes,
             " ".join(sorted(set(self.choices))), default, self.variable]).rstrip("\t")


@dataclass
class Variable:
    name: str
    kind: str

    def line(self):
        return "\t".join(["$" + self.name, "", self.kind, "1"])


def text(launcher, release, rows):
    """The whole of a catalogue."""
    return f"# {launcher} {release}\n" + "".join(row.line() + "\n" for row in rows)


def read(lines):
    """name -> line of a catalogue, for comparing two."""
    result = {}
    for line in lines.splitlines():
        if not line.startswith("#"):
            result[line.split("\t")[0].split(" ")[0]] = line
    return result
