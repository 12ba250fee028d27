"""ai_models - which model is served where, and how well it did, for programs in Python.

    from ai_models import get_active_model, get_endpoint, log_experiment_result

    config = get_active_model("tgi-primary")       # the profile, as a dictionary
    api_url = get_endpoint("tgi-primary")["url"]   # asks `amm endpoints`
    log_experiment_result(config["name"], "coding", 0.61)

The workspace is $AMM_WORKSPACE, else $XDG_CONFIG_HOME/ai-models, else ~/.config/ai-models. Needs
Python 3.8 and PyYAML; get_endpoint also needs `amm` on PATH. Several processes may log at once,
together with `amm experiment log`: all take the same lock and replace the file as a whole.
"""
import datetime
import fcntl
import json
import os
import re
import subprocess
from pathlib import Path

import yaml

__all__ = ["get_active_model", "get_endpoint", "log_experiment_result", "workspace"]


def workspace():
    """The workspace's folder."""
    if os.environ.get("AMM_WORKSPACE"):
        return Path(os.environ["AMM_WORKSPACE"])
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "ai-models"


def get_active_model(service="tgi-primary"):
    """The profile that an instance serves, as a dictionary.

    Raises FileNotFoundError where the instance serves nothing.
    """
    with open(workspace() / "active" / f"{service}.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)


def get_endpoint(service="tgi-primary"):
    """Where an instance is reached: a dictionary with `url`, `model` and, where the server speaks
    OpenAI's protocol, `openai_url`.

    Raises subprocess.CalledProcessError where no such instance serves a model; amm has said why.
    """
    command = ["amm", "endpoints", service, "--json", "--workspace", str(workspace())]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)[0]


def log_experiment_result(model_name, task, score, metric="score", unit=None):
    """Logs a score of a model in the experiment that runs.

    It is tied to what the experiment saw the model served with last. Raises FileNotFoundError
    where no experiment runs, and ValueError for what an experiment cannot hold. Whatever it raises,
    the file is as it was.
    """
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    result = {"time": now, "task": task, "metric": metric, "score": float(score)}
    if unit is not None:
        result["unit"] = unit
    for text in (model_name, task, metric, unit or ""):
        _check(text)
    folder = workspace() / "experiments"
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        name = (folder / ".active").read_text().strip()
        if not re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_-]*", name):
            raise ValueError(f"{folder / '.active'} names no experiment")
        path = folder / f"{name}.json"
        experiment = json.loads(path.read_text(encoding="utf-8"))
        served = experiment["models"].get(model_name, [])
        if served:
            result["served"] = served[-1]["id"]
        experiment["results"].setdefault(model_name, []).append(result)
        text = json.dumps(experiment, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        _replace(path, text, lock)
    finally:
        os.close(lock)  # and with it the lock


def _check(text):
    """Refuses a text that amm would refuse in the file."""
    if len(text.encode()) > 500 or any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text):
        raise ValueError(f"not a text of one line and at most 500 bytes: {text[:40]!r}")


def _replace(path, text, folder):
    """Puts a text in place of a file: whoever reads it sees the old one or the new one."""
    staging = path.with_name(path.name + ".amm-new")
    with open(staging, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(staging, path)
    os.fsync(folder)
