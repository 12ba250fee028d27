"""The options of vLLM and SGLang, from the argument parsers that the launchers themselves build."""
import argparse, ast, dataclasses, importlib, importlib.abc, importlib.machinery, importlib.metadata, json, os, re, sys, types

from table import Option, Variable


class _Anything(type):
    """A class whose every attribute is another such class."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _anything(name)

    def __call__(cls, *args, **options):
        if len(args) == 1 and callable(args[0]) and not options:
            return args[0]  # used as a decorator
        try:
            return type.__call__(cls)
        except TypeError:
            return object()

    def __or__(cls, other):
        return cls

    def __ror__(cls, other):
        return cls

    def __getitem__(cls, item):
        return cls

    def __iter__(cls):
        return iter(())


def _anything(name):
    return _Anything(name, (), {"__getattr__": lambda self, inner: _anything(inner)})


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _anything(name)


class _Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for modules that a launcher imports and does not need to read its arguments."""

    def __init__(self, names):
        self.names = names

    def find_spec(self, full, path=None, target=None):
        if any(full == name or full.startswith(name + ".") for name in self.names):
            return importlib.machinery.ModuleSpec(full, self, is_package=True)
        return None

    def create_module(self, spec):
        module = _Module(spec.name)
        module.__path__ = []
        module.__version__ = "0"
        return module

    def exec_module(self, module):
        pass


ABSENT = {
    "vllm": "uvloop xgrammar outlines_core torchvision torchaudio cv2 flashinfer numba soundfile",
    "sglang": "torchvision torchaudio cv2 uvloop sgl_kernel flashinfer xgrammar soundfile numba "
    "decord av IPython torch_memory_saver zmq.x timm sglang_kernel deep_gemm cuda pynvml "
    "interegular outlines gguf modelscope triton",
}


def parser(launcher, folder):
    """The real parser of a launcher whose Python files are below a folder."""
    sys.path.insert(0, folder)
    sys.meta_path.append(_Absent(ABSENT[launcher].split()))
    if launcher == "sglang":
        from sglang.srt.server_args import ServerArgs

        found = argparse.ArgumentParser(prog="sglang.launch_server")
        ServerArgs.add_cli_args(found)
        return found
    os.environ.setdefault("VLLM_TARGET_DEVICE", "cpu")
    # Older releases ask the package's version which device they are for.
    version = importlib.metadata.version
    importlib.metadata.version = lambda name: "0+cpu" if name == "vllm" else version(name)
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    try:
        from vllm.utils.argparse_utils import FlexibleArgumentParser
    except ImportError:
        from vllm.utils import FlexibleArgumentParser
    for place in ("common", "launchers", "openai"):  # the newest first
        name = f"vllm.entrypoints.{place}.cli_args"
        try:
            make = importlib.import_module(name).make_arg_parser
        except ModuleNotFoundError as error:
            if not name.startswith(error.name or ""):
                raise
        else:
            return make(FlexibleArgumentParser(prog="vllm serve"))
    raise SystemExit("no parser of vLLM's server found")


def options(launcher, folder):
    """Every option, as the parser has it."""
    found = parser(launcher, folder)
    words = vllm_words(folder) if launcher == "vllm" else {}
    result = []
    for action in found._actions:
        names = [n for n, a in found._option_string_actions.items() if a is action]
        names = names or list(action.option_strings)
        if not names or "--help" in names:
            continue
        off = [n for n in names if is_off(n, names, action)]
        on = sorted((n for n in names if n not in off), key=lambda n: not n.startswith("--"))
        kind, extra = kind_of(action)
        choices = [str(c) for c in action.choices or () if takes_word(action, str(c))] or extra
        choices = choices or words.get(on[0], []) or members(on[0], action)
        result.append(Option(on, off, kind, takes(action), choices, default(action)))
    return result


def members(name, action):
    """The keys of the object that an option takes, each with a colon; none where any will do."""
    if name == "--speculative-config":
        try:
            from vllm.config import SpeculativeConfig as made
        except ImportError:
            return []
    else:
        made = next(made_of(action.type, 4), None)
    return [field.name + ":" for field in dataclasses.fields(made)] if made else []


def made_of(reader, depth):
    """The classes that a reader of JSON makes objects of: they stand in its defaults or its closure."""
    parts = list(getattr(reader, "__defaults__", None) or ())
    parts += [cell.cell_contents for cell in getattr(reader, "__closure__", None) or ()]
    parts += list(getattr(reader, "args", None) or ())
    for part in parts:
        if isinstance(part, type) and dataclasses.is_dataclass(part):
            yield part
        elif depth and callable(part):
            yield from made_of(part, depth - 1)


def takes_word(action, word):
    """Whether a word that is listed is taken: some turn 'None' into nothing, which is not listed."""
    try:
        return (action.type(word) if action.type else word) in action.choices
    except Exception:
        return False


def is_off(name, names, action):
    """Whether a name of a switch switches it off."""
    if name.startswith("--no-"):
        return "--" + name[5:] in names
    # Off forms of vLLM 0.33: --disable-x beside --enable-x.
    return name.startswith("--disable-") and "--enable-" + name[10:] in names


def takes(action):
    name = type(action).__name__
    if action.nargs == 0:
        return "0"
    if "Append" in name:
        return "repeat"
    return {None: "1", "?": "?", "+": "+", "*": "+"}.get(action.nargs, str(action.nargs))


def kind_of(action):
    """What text the option's own reader takes: asked of the reader, not of its name."""
    if action.nargs == 0:
        return "flag", []
    read = action.type
    if read is None or read is str:
        return "text", []

    def result(text):
        try:
            return read(text)
        except Exception:
            return None

    # Readers of JSON and of an object's class give anything but text for an object.
    if type(action).__name__ == "LoRAParserAction":
        return "text", []
    value = result("7")
    words = [w for w in ("auto",) if result("x-y") is None and result(w) is not None]
    if isinstance(value, bool):
        return "text", []
    if isinstance(value, int) and result("x-y") is None:
        if isinstance(result("7k"), int):
            return "size", words
        if isinstance(result("[7]"), list) or isinstance(result('{"a": 1}'), dict):
            return "json", words
        return "integer", words
    if isinstance(value, float):
        return "number", words
    if result("x-y") is None or isinstance(result("{}"), dict):
        return "json", []
    return "text", []


def default(action):
    value = action.default
    if value is None or value == argparse.SUPPRESS:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, str)):
        return str(value)
    try:
        return json.dumps(value)
    except TypeError:
        return ""


def vllm_words(folder):
    """Words that vLLM looks up in registries after it has read its arguments."""
    result = {}

    def registry(option, *places):
        for module, keys in places:
            path = os.path.join(folder, *module.split("/"))
            if not os.path.exists(path):
                continue
            found = keys(path)
            if found:
                result[option] = sorted(found)
                return

    registry(
        "--tool-call-parser", ("vllm/tool_parsers/__init__.py", table_keys),
        ("vllm/entrypoints/openai/tool_parsers", registered))
    registry(
        "--reasoning-parser", ("vllm/reasoning/__init__.py", table_keys),
        ("vllm/reasoning", registered))
    registry(
        "--quantization",
        ("vllm/model_executor/layers/quantization/__init__.py", literal("QuantizationMethods")))
    registry("--load-format", ("vllm/model_executor/model_loader/__init__.py", literal("LoadFormats")))
    registry("--tokenizer-mode", ("vllm/config/model.py", literal("TokenizerMode")))
    return result


def table_keys(path):
    """The keys of the tables of text to pairs that a module registers lazily."""
    keys = []
    for node in ast.walk(ast.parse(open(path).read())):
        value = getattr(node, "value", None)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(value, ast.Dict):
            keys += [
                k.value for k, v in zip(value.keys, value.values)
                if isinstance(k, ast.Constant) and isinstance(v, ast.Tuple)
            ]
    return keys


def registered(path):
    """The names with which the modules of a folder register themselves."""
    if os.path.isfile(path):
        return []
    keys = []
    for name in sorted(os.listdir(path)):
        if name.endswith(".py"):
            text = open(os.path.join(path, name)).read()
            for call in re.findall(r"register_module\(([^)]*)\)", text):
                keys += re.findall(r"[\"']([\w-]+)[\"']", call)
    return keys


def literal(name):
    """The words of a `Literal` that a module gives a name."""

    def keys(path):
        for node in ast.walk(ast.parse(open(path).read())):
            target = getattr(node, "target", None) or (getattr(node, "targets", None) or [None])[0]
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and getattr(target, "id", "") == name:
                return [
                    c.value for c in ast.walk(node.value)
                    if isinstance(c, ast.Constant) and isinstance(c.value, str)
                ]
        return []

    return keys


def variables(launcher, folder):
    """Every variable with the launcher's prefix that its module of variables declares."""
    if launcher == "vllm":
        tree = ast.parse(open(os.path.join(folder, "vllm/envs.py")).read())
        for node in ast.walk(tree):
            target = getattr(node, "target", None) or (getattr(node, "targets", None) or [None])[0]
            if getattr(target, "id", "") == "environment_variables" and isinstance(node.value, ast.Dict):
                return [
                    Variable(k.value, variable_kind(ast.unparse(v)))
                    for k, v in zip(node.value.keys, node.value.values)
                    if isinstance(k, ast.Constant) and k.value.startswith("VLLM_")
                ]
        raise SystemExit("no table of variables in vllm/envs.py")
    kinds = {"EnvBool": "boolean", "EnvInt": "integer", "EnvFloat": "number"}
    result = []
    tree = ast.parse(open(os.path.join(folder, "sglang/srt/environ.py")).read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name = getattr(node.targets[0], "id", "")
            if re.match(r"(SGLANG|SGL)_", name):
                result.append(Variable(name, kinds.get(getattr(node.value.func, "id", ""), "text")))
    known = {v.name for v in result}
    # Some are read where they are used.
    for directory, _, names in os.walk(os.path.join(folder, "sglang")):
        for name in names:
            if name.endswith(".py"):
                text = open(os.path.join(directory, name), errors="replace").read()
                known_here = re.findall(r"[\"'](SGLANG_[A-Z0-9_]*[A-Z0-9])[\"']", text)
                for variable in known_here:
                    if variable not in known:
                        known.add(variable)
                        result.append(Variable(variable, "text"))
    return sorted(result, key=lambda v: v.name)


def variable_kind(source):
    """How the expression that reads a variable reads it."""
    if re.search(r"bool\(int\(", source):
        return "0or1"
    if re.search(r"\.lower\(\) in \(|== 'true'", source):
        return "boolean"
    if re.search(r"lambda: (int|maybe_convert_int)\(", source):
        return "integer"
    if re.search(r"lambda: float\(", source):
        return "number"
    return "text"
