"""A launcher's options as lines of text: what every catalogue is made of.

One line an option, tab-separated: names, names that switch it off, kind, how many words it takes,
the words it may be, default, variable. A line that begins with `$` is a variable without an option,
one with `%` a parameter or an instruction of an Ollama model.
"""
from dataclasses import dataclass, field


@dataclass
class Option:
    names: list
    off: list
    kind: str
    takes: str
    choices: list
    default: str = ""
    variable: str = ""
    removed: bool = False

    def line(self):
        kind = "removed" if self.removed else self.kind
        default = self.default if len(self.default) <= 60 else ""
        return "\t".join(
            [" ".join(self.names), " ".join(self.off), kind, self.takes, " ".join(self.choices),
             "" if {c for c in default} & set("\t\n") else default, self.variable]).rstrip("\t")


@dataclass
class Variable:
    name: str
    kind: str
    choices: list = field(default_factory=list)
    mark: str = "$"

    def line(self):
        return "\t".join([self.mark + self.name, "", self.kind, "1", " ".join(self.choices)]).rstrip("\t")


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
