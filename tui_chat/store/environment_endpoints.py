"""Endpoints that well-known environment variables provide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.store.config_problem import Problem
from tui_chat.store.endpoint_table import UrlCheck, any_text

AZURE_URL, AZURE_KEY = "AZURE_MISTRAL_ENDPOINT", "AZURE_MISTRAL_KEY"

# Both services want a model to be named. These are small ones that have long been there; --model names another.
_BY_KEY = (
    EndpointConfig(
        "mistral",
        "https://api.mistral.ai/v1/chat/completions",
        api_key_env="MISTRAL_API_KEY",
        dialect="mistral",
        model="mistral-small-latest",
    ),
    EndpointConfig(
        "openai",
        "https://api.openai.com/v1/chat/completions",
        api_key_env="OPENAI_API_KEY",
        dialect="openai",
        model="gpt-4.1-mini",
    ),
)
_AZURE = EndpointConfig("azure", "", api_key_env=AZURE_KEY)


def environment_endpoints(
    env: Mapping[str, str], check_url: UrlCheck = any_text, *, signs_in: bool = False
) -> tuple[dict[str, EndpointConfig], list[Problem]]:
    """The endpoints whose variables are set, in the order in which they are tried; and invalid addresses.

    An empty variable counts as unset. Azure's needs no key if the user `signs_in`.
    """
    found: dict[str, EndpointConfig] = {}
    problems: list[Problem] = []
    url = env.get(AZURE_URL, "").strip()
    if url and (signs_in or env.get(AZURE_KEY, "").strip()):
        wrong = check_url(url)
        if wrong is None:
            found["azure"] = replace(_AZURE, url=url)
        else:
            # The value is not shown: the two variables are easily mixed up.
            what, _, paste = wrong.partition("; paste ")
            expected = f"expected {paste}" if paste else "expected the endpoint's address as Azure shows it"
            problems.append(Problem("environment", AZURE_URL, f"an address that {what}", expected))
    elif url:
        step = f"expected the key that goes with {AZURE_URL}; or sign in without one: --auth entra"
        problems.append(Problem("environment", AZURE_KEY, "no key", step))
    for endpoint in _BY_KEY:
        if env.get(endpoint.api_key_env or "", "").strip():
            found[endpoint.name] = endpoint
    return found, problems
