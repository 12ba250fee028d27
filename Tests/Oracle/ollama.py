"""Ollama's variables, and the parameters and instructions of its Modelfiles, from its Go sources."""
import os, re
import table

KINDS = {
    "Bool": "boolean", "BoolWithDefault": "boolean", "Uint": "integer", "Uint64": "integer",
    "String": "text"}


def cache_types(folder):
    if not os.path.exists(os.path.join(folder, "llm/llama_server.go")):
        return "f16 q8_0 q4_0".split()  # fs/ggml/ggml.go, SupportsKVCacheType
    return "f32 f16 bf16 q8_0 q4_0 q4_1 iq4_nl q5_0 q5_1".split()


def options(folder):
    config = open(os.path.join(folder, "envconfig/config.go")).read()
    types = open(os.path.join(folder, "api/types.go")).read()
    parser = open(os.path.join(folder, "parser/parser.go")).read()
    rows = []
    readers = dict((name, KINDS[kind]) for kind, name in re.findall(
        r"(Bool|BoolWithDefault|Uint|Uint64|String)\(\"(OLLAMA_\w+|LLAMA_ARG_\w+)\"", config))
    names = set(re.findall(r'"((?:OLLAMA|LLAMA_ARG)_[A-Z_]+)"', config))
    for name in sorted(names):
        # The level of its log is a boolean or a number.
        kind = "text" if name == "OLLAMA_DEBUG" else readers.get(name, "text")
        option = "--" + name.removeprefix("OLLAMA_").lower().replace("_", "-")
        # Handed on as llama-server's --cache-type-k since 0.30; before, Ollama looked at it itself.
        words = cache_types(folder) if name == "OLLAMA_KV_CACHE_TYPE" else []
        rows.append(table.Option(
            [option], [], "flag" if kind == "boolean" else kind, "1" if kind != "boolean" else "0",
            words, variable=name))
    for struct in ("Runner", "Options"):
        body = re.search(rf"type {struct} struct \{{(.*?)^\}}", types, re.S | re.M)[1]
        for kind, name in re.findall(r'\w+\s+([*\[\]\w]+)\s+`json:"(\w+)', body):
            bare = kind.lstrip("*[]")
            rows.append(table.Option(
                ["--" + name.replace("_", "-")], [],
                {"int": "integer", "float32": "number", "bool": "flag"}.get(bare, "text"),
                "repeat" if "[]" in kind else "0" if bare == "bool" else "1", [],
                variable="PARAMETER." + name))
    words = re.search(r'case ((?:"\w+", )+"\w+"):\s*return true', parser)[1]
    for word in sorted(re.findall(r'"(\w+)"', words)):
        if word not in ("from", "parameter"):
            rows.append(table.Option(
                ["--" + word], [], "text", "repeat" if word in ("message", "license") else "1", [],
                variable="INSTRUCTION." + word.upper()))
    return rows
