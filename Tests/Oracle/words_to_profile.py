"""Turn the words of a launcher's command line into the section of a profile, by the launcher's table."""
import json, os

HERE = os.path.dirname(os.path.realpath(__file__))


def table(launcher, release):
    """name -> option of a catalogue."""
    found = {}
    path = os.path.join(HERE, f"../../Sources/CCatalogues/data/{launcher}-{release}.tsv")
    for line in open(path):
        if not line.startswith("-"):
            continue
        columns = line.rstrip("\n").split("\t") + [""] * 7
        option = dict(
            names=columns[0].split(), off=columns[1].split(), kind=columns[2], takes=columns[3])
        if option["kind"] != "removed":
            for name in option["names"] + option["off"]:
                found[name] = option
    return found


def section(words, options, joined=True):
    """The keys of a section, and the words that no option takes."""
    result, strange, i = {}, [], 0
    while i < len(words):
        word, inline = str(words[i]), None
        i += 1
        if joined and word.startswith("--") and "=" in word:
            word, inline = word.split("=", 1)
        if joined and word.startswith("--"):
            word = "--" + word[2:].replace("_", "-") if "." not in word else word
        head, _, inner = word.partition(".")
        option = options.get(head) or shortened(head, options, joined)
        if option is None:
            strange.append(word)
            key = head.lstrip("-").replace("-", "_")
            result[key] = True if inline is None else inline
            while i < len(words) and not str(words[i]).startswith("-"):
                result[key] = words[i]
                i += 1
            continue
        key = option["names"][0].lstrip("-").replace("-", "_")
        if option["kind"] == "flag":
            result[key] = head not in option["off"]
            continue
        values = [inline] if inline is not None else []
        if inline is None:
            many = option["takes"] in ("+", "*")
            while i < len(words) and (many or not values):
                if values and str(words[i]).startswith("--"):
                    break
                values.append(words[i])
                i += 1
        values = [read(v, option["kind"]) for v in values]
        if inner:
            place = result.setdefault(key, {})
            *path, last = inner.split(".")
            for part in path:
                place = place.setdefault(part, {})
            place[last] = read(values[0], "json")
        elif option["takes"] in ("+", "*"):
            result[key] = values
        elif option["takes"] == "repeat":
            result[key] = result.get(key, []) + values
        else:
            result[key] = values[0] if values else True
    return result, strange


def shortened(name, options, argparse):
    """The one option whose name begins so, as Python's argparse finds it."""
    if not argparse or not name.startswith("--"):
        return None
    found = [options[n] for n in options if n.startswith(name)]
    return found[0] if found and all(o is found[0] for o in found) else None


def read(word, kind):
    if not isinstance(word, str):
        return word
    try:
        if kind in ("integer", "size"):
            return int(word)
        if kind == "number":
            return float(word)
        if kind == "json":
            return json.loads(word)
    except ValueError:
        pass
    return word
