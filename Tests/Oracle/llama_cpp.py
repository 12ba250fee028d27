"""The options of llama-server, from the calls of common/arg.cpp that register them."""
import os, re
import table

# Words that a helper of arg.cpp compares with, and those that name types of numbers.
HELPERS = ("is_truthy", "is_falsey", "is_autoy")
# Readers of words that stand in other files: their name, the file, and where the words stand in it.
NAMED = [
    ("common_reasoning_format_from_name", "chat.cpp", r'format == "([^"]+)"'),
    ("common_speculative_types_from_names", "speculative.cpp",
     r'\{"([^"]+)",\s*COMMON_SPECULATIVE_TYPE_'),
]


def options(folder):
    text = open(os.path.join(folder, "common/arg.cpp")).read()
    words = {name: body_words(text, name) for name in HELPERS}
    types = [t.lower() for t in re.findall(
        r"GGML_TYPE_(\w+)", re.search(r"kv_cache_types = \{(.*?)\}", text, re.S)[1])]
    rows = []
    for call in calls(text):
        row = read(folder, call, words, types)
        # Some are registered in two ways, for the server and for other programs.
        if row and not any(row.names[0] in other.names for other in rows):
            rows.append(row)
    return rows


def named(folder, file, pattern):
    path = os.path.join(folder, "common", file)
    return re.findall(pattern, open(path).read()) if os.path.exists(path) else []


def body_words(text, name):
    return re.findall(r'value == "([^"]+)"', re.search(rf"bool (?:\w+::)?{name}\(const.*?\}}", text, re.S)[0])


def calls(text):
    """The text of each `add_opt(...)`, whose parentheses and quotes are counted."""
    for start in re.finditer(r"\badd_opt\(", text):
        depth, i, quote = 1, start.end(), False
        while depth:
            c = text[i]
            if quote:
                if c == "\\":
                    i += 1
                elif c == '"':
                    quote = False
            elif c == '"':
                quote = True
            elif c in "({":
                depth += 1
            elif c in ")}":
                depth -= 1
            i += 1
        yield text[start.end():i - 1]


def read(folder, call, words, types):
    lists = re.match(
        r'\s*common_arg\(\s*\{((?:\s*"[^"]*"\s*,?)+)\}\s*,\s*(?:\{((?:\s*"[^"]*"\s*,?)+)\}\s*,)?',
        call)
    if not lists:
        return None
    examples = re.search(r"\.set_examples\(\s*\{([^}]*)\}", call)
    if examples and not re.search(r"EXAMPLE_(SERVER|COMMON)\b", examples[1]):
        return None
    excludes = re.search(r"\.set_excludes\(\s*\{([^}]*)\}", call)
    if excludes and "EXAMPLE_SERVER" in excludes[1]:
        return None
    names = long_first(re.findall(r'"([^"]+)"', lists[1]))
    off = long_first(re.findall(r'"([^"]+)"', lists[2] or ""))
    if "arg_removed(" in call:
        instead = re.findall(r"--[\w-]*\w", re.search(r"arg_removed\((.*?)\)", call, re.S)[1])
        return table.Option(names, off, "removed", "0", instead)
    variable = re.search(r'\.set_env\("(\w+)"', call)
    variable = variable[1] if variable else ""
    handler = re.search(r"\[[^\]]*\]\s*\(common_params &[^,)]*(?:,\s*([^)]*))?\)", call)
    takes = (handler[1] or "") if handler else ""
    rest = call[lists.end():]
    if takes.count(",") == 1:
        return table.Option(names, off, "text", "2", [], variable=variable)
    if "bool" in takes or not takes:
        return table.Option(names, off, "flag", "0", [], variable=variable)
    if "int" in takes.split()[0]:
        return table.Option(names, off, "integer", "1", [], variable=variable)
    body = rest[rest.find(handler[0]) + len(handler[0]):] if handler else rest
    found = re.findall(r'value == "([^"]+)"', body)
    for name in HELPERS:
        if name + "(" in body:
            found += words[name]
    if "kv_cache_type_from_str" in body:
        found += types
    for name, file, pattern in NAMED:
        if name + "(" in body:
            found += named(folder, file, pattern)
            body += "throw std::invalid_argument"
    if re.search(r"std::sto[fd]\(value\)", body):
        return table.Option(names, off, "number", "1", found, variable=variable)
    if re.search(r"std::sto(i|l|ul|ull)\(value\)", body):
        return table.Option(names, off, "integer", "1", found, variable=variable)
    takes = "," if re.search(r"string_split<std::string>|parse_csv_row", body) else "1"
    if found and not re.search(r"else\s*\{\s*throw|throw std::(runtime_error|invalid_argument)", body):
        found = [] if "kv_cache_type_from_str" not in body else found
    return table.Option(names, off, "text", takes, found, variable=variable)


def long_first(names):
    return [n for n in names if n.startswith("--")] + [n for n in names if not n.startswith("--")]
