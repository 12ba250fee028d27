"""The options of TGI and TEI, from the struct that Rust's clap makes their parsers of."""
import os, re
import table

FILES = {"tgi": "launcher/src/main.rs", "tei": "router/src/main.rs"}


def options(launcher, folder):
    text = open(os.path.join(folder, FILES[launcher])).read()
    body = re.search(r"^struct Args \{(.*?)^\}", text, re.S | re.M)[1]
    rows = []
    field = re.compile(r"((?:\s*(?://[^\n]*|#\[[^\]]*\])\n)+)\s*(?:pub )?(\w+):\s*([^\n]+),\n")
    for attributes, name, kind in field.findall(body):
        clap = " ".join(re.findall(r"#\[clap\((.*?)\)\]", attributes, re.S))
        default = re.search(r'default_value(?:_t)?\s*=\s*"?([^",)]+)', clap)
        bare = re.sub(r"Option<(.*)>", r"\1", kind)
        item = re.sub(r"Vec<(.*)>", r"\1", bare)
        takes = "+" if item != bare else "1"
        words = []
        if item == "bool":
            kind, takes = "flag", "1" if kind.startswith("Option") or "num_args" in clap else "0"
        elif re.fullmatch(r"[iu](8|16|32|64|size)", item):
            kind = "integer"
        elif item in ("f32", "f64"):
            kind = "number"
        else:
            kind, words = "text", [] if item == "String" else enumeration(folder, item.split("::")[-1])
        rows.append(table.Option(
            ["--" + name.replace("_", "-")] + short(clap, name, rows), [], kind, takes, words,
            default[1] if default else "", name.upper() if re.search(r"\benv\b", clap) else ""))
    return rows


def short(clap, name, rows):
    """The short name that clap makes of the first letter, where no field before has it."""
    letter = "-" + name[0]
    taken = any(letter in row.names for row in rows)
    return [letter] if re.search(r"\bshort\b", clap) and not taken else []


def enumeration(folder, name):
    """The words of an enumeration, which clap writes with small letters and hyphens."""
    for room, _, files in os.walk(folder):
        for file in files:
            if not file.endswith(".rs"):
                continue
            found = re.search(
                rf"enum {name} \{{(.*?)^\}}", open(os.path.join(room, file)).read(), re.S | re.M)
            if not found:
                continue
            words, given, left_out = [], None, False
            for line in found[1].splitlines():
                line = line.strip()
                rename = re.match(r'#\[(?:clap|value)\(name = "([^"]+)"', line)
                if rename:
                    given = rename[1]
                elif line.startswith("#[cfg("):
                    # Built for some processors alone.
                    left_out = False
                elif re.match(r"\w+,?$", line):
                    variant = line.rstrip(",")
                    words.append(given or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", variant).lower())
                    given = None
            return words
    return []
