"""ai_models - finds served models and their endpoints, and logs results, for Python programs.

    from ai_models import get_active_model, get_endpoint, log_experiment_result

    config = get_active_model("main")       # the profile, as a dictionary
    api_url = get_endpoint("main")["url"]   # runs `amm endpoints`
    log_experiment_result(config["name"], "coding", 0.61)

The workspace is $AMM_WORKSPACE, or $XDG_CONFIG_HOME/ai-models, or ~/.config/ai-models. The module
needs Python 3.8 and PyYAML; get_endpoint also needs `amm` on PATH. Several processes, including
`amm experiment log`, can log at the same time: all of them take the same lock and replace the
complete file.
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
    """Returns the folder of the workspace."""
    if os.environ.get("AMM_WORKSPACE"):
        return Path(os.environ["AMM_WORKSPACE"])
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "ai-models"


def get_active_model(service="tgi-primary"):
    """Returns the profile that an instance serves, as a dictionary.

    Raises ValueError if there is no such instance, or if it serves nothing.
    """
    try:
        with open(workspace() / "active" / f"{service}.yaml", encoding="utf-8") as file:
            return yaml.safe_load(file)
    except FileNotFoundError:
        raise ValueError(
            f"no instance '{service}' with a profile in {workspace()}: 'amm status' lists the instances") from None


def get_endpoint(service="tgi-primary"):
    """Returns the endpoint of an instance: a dictionary with `url`, `model` and, if the server
    supports OpenAI's protocol, `openai_url`.

    Raises subprocess.CalledProcessError if no such instance serves a model; amm prints the reason.
    """
    command = ["amm", "endpoints", service, "--json", "--workspace", str(workspace())]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["endpoints"][0]


def log_experiment_result(model_name, task, score, metric="score", unit=None):
    """Logs a score of a model in the running experiment.

    The score refers to the configuration in which the experiment last saw the model. Raises
    ValueError if no experiment is running, and for values that an experiment cannot contain.
    After an error, the file is unchanged.
    """
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    result = {"time": now, "task": task, "metric": metric, "score": float(score)}
    if unit is not None:
        result["unit"] = unit
    for text in (model_name, task, metric, unit or ""):
        _check(text)
    folder = workspace() / "experiments"
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        raise _not_running() from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            name = (folder / ".active").read_text().strip()
        except FileNotFoundError:
            raise _not_running() from None
        if not re.fullmatch("[A-Za-z0-9_][A-Za-z0-9_-]*", name):
            raise ValueError(f"{folder / '.active'} does not name an experiment")
        path = folder / f"{name}.json"
        experiment = json.loads(path.read_text(encoding="utf-8"))
        served = experiment["models"].get(model_name, [])
        if served:
            result["served"] = served[-1]["id"]
        experiment["results"].setdefault(model_name, []).append(result)
        text = json.dumps(experiment, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        _replace(path, text, lock)
    finally:
        os.close(lock)  # also releases the lock


def _not_running():
    return ValueError("no experiment is running: 'amm experiment start TEXT' starts one")


def _check(text):
    """Raises ValueError for a text that amm would reject in the file."""
    if len(text.encode()) > 500 or any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text):
        raise ValueError(f"not one line of at most 500 bytes: {text[:40]!r}")


def _replace(path, text, folder):
    """Replaces a file atomically: readers see either the old text or the new text."""
    staging = path.with_name(path.name + ".amm-new")
    with open(staging, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(staging, path)
    os.fsync(folder)
