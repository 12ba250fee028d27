"""Hostile texts for every field that reaches a unit: which of them amm refuses, and how systemd reads
the others. In `faithful`, Podman's generator creates the units, and in `Tests/HomeManager/check`,
home-manager does. The programs start on the machine of `machine`."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ.get("AMM_E2E_DIR", "/var/cache/amm-e2e")) / "root"
UNITS = "/home/tester/.config/systemd/user"
WORK = "/home/tester/faithful"
RECORDER = WORK + "/record"
IMAGE = "localhost/none:1"
BATCH = 5000

PIECES = [
    " ", "  ", "\t", "\n", "'", '"', '"""', "''", "`", "\\", "\\\\", "\\n", "\\x41", "%", "%%", "%h",
    "%t", "%i", "$", "$$", "$HOME", "${HOME}", "$(id)", "${", ";", " ; ", "#", "# x", "&", "|", "<", ">",
    "*", "?", "[", "]", "{", "}", "(", ")", "~", "!", "=", "a=b", ",", ":", "@", "-", "--", "--privileged",
    "-v", "/:/host", "../..", "[Service]", "\nExecStartPre=/bin/false", "\n[Service]\n", "\\\n", "é", "ß",
    "😀", "\u0301", "%\u0301", '"\u0301', "\\\u0301", "$\u0301", "\u037e", "\u202e", "\u200b", "\u2028",
    "\u00a0", "\ufeff", "\ufffd", "\U0001f468\u200d\U0001f469", "漢字", "𝔘", "\U0010fffd", "\u0600", "x", "word",
    "0", "''${x}", "''", "*/", "-->", "\r", "\x1b[31m", "\x7f", "\x85", "\ufffe", "\ufdd0", "\U0001ffff",
    # Names that home-manager and Podman's generator read as other units, and Nix as its own files.
    ".volume", "faithful.volume", "faithful-net.network", ".image", ".build", ".container", "/nix/store/", "null", "true",
]


def hostile(pick):
    kind = pick.random()
    if kind < 0.02:
        return pick.choice(["", ";", "\u037e", "%", "$", '"', "'", "\\", "\n", " ", "-", "--", "\u0301"])
    if kind < 0.05:
        return pick.choice(PIECES) * pick.randrange(1, 2000)
    if kind < 0.055:
        return "".join(pick.choice(["x", " ", "%", "é", '"', "$"]) for _ in range(100_000))[:100_000 // 2]
    if kind < 0.3:  # any characters from every plane
        planes = [(0x20, 0x7E), (0xA0, 0x2FF), (0x300, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
        return "".join(chr(pick.randint(*pick.choice(planes))) for _ in range(pick.randrange(1, 30)))
    return "".join(pick.choice(PIECES) for _ in range(pick.randrange(1, 8)))


def is_control(character):  # includes characters that change the direction of text
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069


def is_nonchar(character):  # systemd treats them as invalid UTF-8 (src/basic/utf8.c)
    return 0xFDD0 <= ord(character) <= 0xFDEF or ord(character) & 0xFFFE == 0xFFFE


def refused_everywhere(text, multiline):
    return any((is_control(c) and not (multiline and c in "\n\t")) or is_nonchar(c) for c in text)


def refused_argument(text):
    return text in ("", ";") or len(text.encode()) >= 131_071 or refused_everywhere(text, True)


def refused_variable(text):
    return len(text.encode()) > 100_000 or refused_everywhere(text, True)


def refused_line(text):
    if not text or len(text.encode()) > 4096 or refused_everywhere(text, False) or text == ";":
        return True
    is_blank = lambda c: unicodedata.category(c) in ("Zs", "Zl", "Zp") or c in "\t\n\x0b\x0c\r\x85"
    return is_blank(text[0]) or is_blank(text[-1]) or text[0] == '"' or text[-1] in '"\\'


def refused_path(text):
    return any(part in (".", "..") for part in text.split("/")) or refused_everywhere(text, False) or any(
        c in ":,\"'\\" or c.isspace() and ord(c) not in (0x1C, 0x1D, 0x1E, 0x1F) for c in text
    ) or len(text.encode()) > 4096


def refused_below_home(text):  # Podman's generator looks for a unit with such a name
    return refused_path(text) or any(part.endswith(".volume") for part in text.split("/"))


def refused_file(text):  # a folder cannot be a file of variables
    return refused_below_home(text) or text.endswith("/")


def refused_target(text):  # home-manager also changes the name of a volume there
    return refused_path(text) or ".volume" in text


def of_mount(refused, before, after):
    return lambda text: len(text.encode()) > 4096 or refused(text[len(before):len(text) - len(after)])


# For each kind of text: its place within the field, its number in a unit, and the rule for refused texts.
KINDS = {
    "argument": ("{}", 40, refused_argument),
    "variable": ("{}", 40, refused_variable),
    "model argument": ("{}", 1, refused_argument),
    "description": ("{}", 1, refused_line),
    "health command": ("{}", 1, refused_line),
    "label": ("{}", 3, refused_line),
    "annotation": ("note={}", 1, refused_line),
    "model": ("~/models/{}", 1, refused_below_home),
    "token file": ("~/.config/{}", 1, refused_file),
    "cache": ("/mnt/{}", 1, refused_target),
    "folder": ("/srv/{}:/data:ro", 1, of_mount(refused_path, "", ":/data:ro")),
    "target": ("faithful:/in/{}:ro", 1, of_mount(refused_target, "faithful:", ":ro")),
}


def quoted(text):
    """Returns a YAML text in double quotes, with escapes that YAML has and JSON does not have."""
    out = '"'
    for c in text:
        n = ord(c)
        if c in '"\\':
            out += "\\" + c
        elif 0x20 <= n < 0x7F:
            out += c
        else:
            out += f"\\x{n:02x}" if n < 0x100 else f"\\u{n:04x}" if n < 0x10000 else f"\\U{n:08x}"
    return out + '"'


def fail(message):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def machine(*words, **options):
    return subprocess.run([HERE / "machine", *words], check=True, **options)


class Unit:
    """One instance with its profile: its fields, without those that amm refused."""

    def __init__(self, name, pick, image=IMAGE, before=(), kinds=KINDS):
        self.name = name
        self.image = image
        self.before = list(before)
        self.fields = {(kind, number): KINDS[kind][0].format(hostile(pick))
                       for kind in kinds for number in range(KINDS[kind][1])}
        # systemd does not read lines over a mebibyte, and Linux limits the length of an argument list.
        while sum(len(field.encode()) for field in self.fields.values()) > 120_000:
            longest = max(self.fields, key=lambda key: len(self.fields[key].encode()))
            self.fields[longest] = KINDS[longest[0]][0].format("short")
        for key in self.fields:  # amm reads files up to a mebibyte, and all units share instances.yaml
            if self.is_instance(key) and len(quoted(self.fields[key])) > 10_000:
                self.fields[key] = KINDS[key[0]][0].format("short")

    @staticmethod
    def is_instance(key):
        """Returns whether a field is in instances.yaml, which includes every fourth variable."""
        kind, number = key
        return kind in ("description", "token file", "folder", "target", "label", "annotation") or kind == "variable" and number % 4 == 0

    def of(self, kind):
        return {number: field for (has, number), field in self.fields.items() if has == kind}

    def one(self, kind):
        return self.fields.get((kind, 0))

    @property
    def model(self):
        return self.one("model") or "~/models/none.gguf"

    @property
    def served(self):
        """The path of the model in the container."""
        return "/models/" + [part for part in self.model.split("/") if part][-1]

    @property
    def words(self):
        option = self.one("model argument")
        return [*([option, self.served] if option else []), *self.before, *self.of("argument").values()]

    @property
    def environment(self):
        return {"MODEL": self.served, **{f"V{number}": text for number, text in self.of("variable").items()}}

    def write(self, workspace, instances, port, volumes=()):
        self.places = {}  # the key of a field by file and line
        lines = ["name: demo", f"container: {{runtime: custom, image: {self.image}}}"]

        def add(to, key, indent):
            if key in self.fields:
                to.append(indent + quoted(self.fields[key]))
                file = "instances.yaml" if to is instances else self.name + ".yaml"
                self.places[file, len(to)] = key

        lines += ["source:", "  type: local"]
        add(lines, ("model", 0), "  path: ")
        if not self.one("model"):
            lines.append("  path: " + self.model)
        lines += ["custom:", "  port: 9000", "  model_variable: MODEL", "  token_variable: HF_TOKEN"]
        add(lines, ("model argument", 0), "  model_argument: ")
        add(lines, ("health command", 0), "  health_command: ")
        add(lines, ("cache", 0), "  cache: ")
        lines.append("arguments:")
        lines += ["- " + quoted(word) for word in self.before]
        for number in self.of("argument"):
            add(lines, ("argument", number), "- ")
        instances += [f"  {self.name}:", f"    port: {port}"]
        variables = [("variable", number) for number in self.of("variable")]
        for to, indent, own in [(lines, "", False), (instances, "    ", True)]:
            if chosen := [key for key in variables if self.is_instance(key) == own]:
                to.append(indent + "environment:")
                for key in chosen:
                    add(to, key, f"{indent}  V{key[1]}: ")
        add(instances, ("description", 0), "    description: ")
        if self.one("token file"):
            instances.append("    token:")
            add(instances, ("token file", 0), "      environment_file: ")
        if self.of("label"):
            instances.append("    labels:")
            for number in self.of("label"):
                add(instances, ("label", number), f"      l{number}: ")
        if self.one("annotation"):
            instances += ["    quadlet:", "      unsafe: true", "      Container:", "        Annotation:"]
            add(instances, ("annotation", 0), "        - ")
        instances += ["    volumes:", *("    - " + volume for volume in volumes)]
        add(instances, ("folder", 0), "    - ")
        add(instances, ("target", 0), "    - ")
        if instances[-1].endswith("volumes:"):
            instances.pop()
        (workspace / f"profiles/x/{self.name}.yaml").write_text("\n".join(lines) + "\n")
        link = workspace / f"active/{self.name}.yaml"
        if not link.is_symlink():
            link.symlink_to(f"../profiles/x/{self.name}.yaml")


def new_workspace(folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name in ["profiles/x", "active"]:
        (folder / name).mkdir(parents=True)
    return folder


def write(workspace, units, volumes=()):
    instances = ["version: 1", "network: faithful-net",
                 'defaults: {gpus: [], podman: "5.4", start_timeout: 60}', "instances:"]
    for number, unit in enumerate(units):
        unit.write(workspace, instances, 20000 + number, volumes)
    (workspace / "instances.yaml").write_text("\n".join(instances) + "\n")


def refusals(amm, workspace, units):
    """Removes the fields that amm refuses; they must be exactly those that the rules above define."""
    count = 0
    while True:  # amm reports at most a hundred problems of a file
        write(workspace, units)
        result = subprocess.run([amm, "validate", "--json", "--workspace", workspace], capture_output=True)
        if result.returncode not in (0, 1):
            fail(f"validate ended with {result.returncode}: {result.stderr[-500:]}")
        said = {(pathlib.Path(found["file"]).name, found["line"]): found["message"]
                for found in json.loads(result.stdout)["diagnostics"]
                if found["severity"] == "error" and found.get("line")}
        before = count
        for unit in units:
            for place, key in unit.places.items():
                if place in said:
                    field = unit.fields.pop(key)
                    count += 1
                    if not KINDS[key[0]][2](field):
                        fail(f"the {key[0]} {field[:80]!r} was refused: {said[place]}")
        if count == before:
            break
    if result.returncode:
        fail(f"the workspace is refused: {result.stdout[-2000:]}")
    for unit in units:
        for (kind, _), field in unit.fields.items():
            if KINDS[kind][2](field):
                fail(f"the {kind} {field[:80]!r} was accepted")
    return count


def generate(amm, workspace):
    result = subprocess.run([amm, "generate", "--workspace", workspace], capture_output=True, text=True)
    if result.returncode:
        fail(f"generate ended with {result.returncode}: {result.stderr[-2000:]}")


def batches(amm, workspace, pick, values):
    """Fills a workspace until it had that many values in total; yields its units and the number of refused values."""
    done = 0
    while done < values:
        new_workspace(workspace)
        count = min(BATCH, values) // sum(number for _, number, _ in KINDS.values()) + 1
        units = [Unit(f"faithful-{number:04}", pick) for number in range(count)]
        refused = refusals(amm, workspace, units)
        generate(amm, workspace)
        yield units, refused
        done += refused + sum(len(unit.fields) for unit in units)


def lay_out_recorder():
    """Creates an empty folder on the machine, with a program in place of Podman that records its arguments."""
    shutil.rmtree(ROOT / WORK[1:], ignore_errors=True)
    for name in ["out", "units"]:
        (ROOT / WORK[1:] / name).mkdir(parents=True)
    recorder = ROOT / RECORDER[1:]
    recorder.write_text('#!/bin/sh\n# The third word of "run --name NAME" names the record.\n'
                        f'[ "$1" = run ] && cat "/proc/$$/cmdline" > "{WORK}/out/$3"\nexit 0\n')
    recorder.chmod(0o755)


def through_systemd(units, prefix=""):
    """Starts the services in WORK/units with systemd; each must start the recorder with the expected arguments."""
    machine("exec", "chown", "-R", "tester:tester", WORK)
    machine("user", "bash", "-c", f"""
        set -e
        mkdir -p {UNITS}/{prefix}faithful-.service.d
        rm -f {UNITS}/{prefix}faithful-*.service
        cp {WORK}/units/*.service {UNITS}/
        printf '%s\\n' '[Unit]' SourcePath= '[Service]' Type=oneshot Restart=no ExecStartPre= ExecStop= ExecStopPost= \
          > {UNITS}/{prefix}faithful-.service.d/once.conf
        systemctl --user daemon-reload
        cd {WORK}/units
        ls {prefix}faithful-0*.service | xargs -n 50 systemctl --user start || true
        for unit in {prefix}faithful-0*.service; do
          printf '%s\\0%s\\0' "$unit" "$(systemctl --user show -P Description "$unit"; echo x)"
        done > {WORK}/descriptions
        systemctl --user stop '{prefix}faithful-*'
        rm -rf {UNITS}/{prefix}faithful-*
        systemctl --user daemon-reload
        systemctl --user reset-failed '{prefix}faithful-*' || true""")
    told = (ROOT / WORK[1:] / "descriptions").read_bytes().split(b"\0")
    descriptions = dict(zip(told[::2], told[1::2]))
    rests = {}
    for unit in units:
        record = ROOT / WORK[1:] / "out" / unit.name
        if not record.exists():
            fail(f"systemd started nothing for {unit.name}")
        words = record.read_bytes().split(b"\0")[2:-1]  # without the shell and its script
        rest = compare(unit, words, descriptions[f"{prefix}{unit.name}.service".encode()])
        if rests.setdefault(unit.one("health command") is None, rest) != rest:
            fail(f"{unit.name}: a value became an option: {rest}")


def compare(unit, words, description):
    """Compares the recorder's arguments with a unit; returns the arguments that do not depend on the values."""
    image = len(words) - 1 - words[::-1].index(unit.image.encode())
    given = {option: [] for option in [
        b"--env", b"--env-file", b"--health-cmd", b"--health-startup-cmd", b"--label", b"--annotation", b"-v"]}
    rest = []
    options = iter(words[:image])
    for word in options:
        if word in given:
            given[word].append(next(options))
        else:
            rest.append(word.replace(unit.name.encode(), b"NAME"))

    def expect_option(what, option, *texts):  # Podman's generator uses its own order
        meant = [text.replace("~/", "/home/tester/", 1) if text.startswith("~/") else text
                 for text in texts if text is not None]
        expect(unit.name, what, sorted(given[option]), sorted(text.encode() for text in meant))

    # home-manager's labels, in any order.
    rest += [b"--label" for label in given[b"--label"] if label.startswith(b"nix.")]
    given[b"--label"] = [label for label in given[b"--label"] if not label.startswith(b"nix.")]
    expect(unit.name, "arguments", words[image + 1:], [word.encode() for word in unit.words])
    expect_option("variables", b"--env", *(f"{name}={text}" for name, text in unit.environment.items()))
    expect_option("health command", b"--health-cmd", unit.one("health command"))
    expect_option("start-up command", b"--health-startup-cmd", unit.one("health command"))
    expect_option("labels", b"--label", *(f"l{number}={text}" for number, text in unit.of("label").items()))
    expect_option("annotation", b"--annotation", unit.one("annotation"))
    expect_option("token's file", b"--env-file", unit.one("token file"))
    expect_option("mounts", b"-v", f"{unit.model}:{unit.served}:ro,z", unit.one("folder"),
                  placed(unit.one("target")), placed(unit.one("cache") and f"{unit.name}:{unit.one('cache')}"))
    if unit.one("description") is not None:
        expect(unit.name, "description", [description], [f"{unit.one('description')}\nx".encode()])
    port = rest.index(b"--publish") + 1
    return sorted(rest[:port] + rest[port + 1:])


def placed(mount):
    """Returns the normalized path in a container: no slash at the end, and no two slashes in a row."""
    return mount and re.sub("/(?=:ro$|$)", "", re.sub("//+", "/", mount))


def expect(name, what, found, meant):
    if found == meant:
        return
    if isinstance(found, dict):
        found, meant = sorted(found.items()), sorted(meant.items())
    for got, want in zip(found, meant):
        if got != want:
            fail(f"{name}, {what}: {want[:200]!r} arrived as {got[:200] if got is not None else None!r}")
    fail(f"{name}, {what}: {len(meant)} were written, {len(found)} arrived")
