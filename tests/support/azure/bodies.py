"""The error bodies of Azure's services, as they were seen or documented.

Sources: the wire fixtures of the same shapes; learn.microsoft.com rest/api/azureopenai/models/list, openai-python#447
(an old list of deployments) and azure-ai-projects (a project's); `api-version query parameter is not allowed` and
`Token tenant … does not match resource tenant` as pasted in public issues (Azure-Samples/azure-search-openai-demo#85);
the body for a missing model is inferred from OpenAI's.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from tests.wire.fixtures import raw

Error = tuple[int, bytes]
"""A status and a body."""


def fixture(name: str) -> Error:
    """What a fixture of one JSON body says."""
    case = raw(name)
    return case["status"], json.dumps(case["body"]).encode()


def coded(status: int, code: str | None, message: str, **more: object) -> Error:
    return status, json.dumps({"error": {"code": code, "message": message, **more}}).encode()


DEPLOYMENT = fixture("azure_404_deployment_not_found")
UNKNOWN_MODEL = fixture("azure_404_unknown_model_textplain")
NO_TOKEN = fixture("azure_401_statuscode")
NO_SUBSCRIPTION = fixture("apim_401_missing_subscription_key")
KEYS_OFF = fixture("azure_403_key_auth_disabled")
RESOURCE = coded(404, "404", "Resource not found")
GONE = coded(410, "Gone", "The model inference API has been retired. Use the v1 API.")
NO_HEADER = (400, b'{"error":"No auth header present"}')
BAD_TOKEN = (401, b'{"status":"Invalid auth token"}')
BAD_KEY = coded(
    401,
    "401",
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an"
    " active subscription and use a correct regional API endpoint for your resource.",
)
VERSION_ON_V1 = coded(400, "BadRequest", "api-version query parameter is not allowed when using /v1 path")
NO_MODEL = coded(
    400,
    "missing_required_parameter",
    "Missing required parameter: 'model'.",
    type="invalid_request_error",
    param="model",
)
NO_POLICY = coded(400, "InvalidContentFilterPolicy", "Invalid content filter policy.")
COMPLETION_TOKENS = coded(
    400,
    "unsupported_parameter",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    type="invalid_request_error",
    param="max_tokens",
)


GATEWAY_TOKEN = (401, b'{"statusCode":401,"message":"Unauthorized. Access token is missing or invalid."}')
"""What the policy validate-jwt of API Management answers by default (learn.microsoft.com validate-jwt-policy)."""


def _model(name: str, chats: bool, status: str, ends: int) -> dict[str, object]:
    able = {"fine_tune": False, "inference": True, "completion": False, "chat_completion": chats}
    return {
        "id": name,
        "object": "model",
        "status": "succeeded",
        "created_at": 1646126127,
        "capabilities": {**able, "embeddings": not chats},
        "lifecycle_status": status,
        "deprecation": {"inference": ends},
    }


MODELS = {
    "object": "list",
    "data": [
        _model("mistral-large-2411", True, "generally-available", 1798675200),
        _model("gpt-5-mini-2025-08-07", True, "preview", 1798675200),
        _model("gpt-35-turbo-0301", True, "deprecated", 1709284527),
        _model("text-embedding-3-small", False, "generally-available", 1798675200),
    ],
}
"""What can be deployed on a resource; the names of its deployments are nowhere in it."""


def deployed(names: Collection[str]) -> dict[str, object]:
    """The deployments of a resource, each of a model of its own name with a date, and one that does not chat."""
    more = {"object": "deployment", "owner": "organization-owner", "created_at": 1681171441, "status": "succeeded"}
    of = {**{name: f"{name}-2411" for name in sorted(names)}, "my-search": "text-embedding-3-small"}
    return {"object": "list", "data": [{"id": name, "model": model, **more} for name, model in of.items()]}


def project(names: Collection[str]) -> dict[str, object]:
    """The same as a project says it."""
    more = {"type": "ModelDeployment", "modelPublisher": "Mistral AI", "modelVersion": "1", "sku": {"capacity": 1}}
    chats, embeds = {"chat_completion": "true"}, {"embeddings": "true"}
    found = [{"name": n, "modelName": f"{n}-2411", "capabilities": chats, **more} for n in sorted(names)]
    other = {"name": "my-search", "modelName": "text-embedding-3-small", "capabilities": embeds, **more}
    return {"value": [*found, other]}


def tenant(name: str) -> Error:
    code = "Tenant provided in token does not match resource token"
    return coded(400, code, f"Token tenant {name} does not match resource tenant.")


def extra_common(names: list[str]) -> Error:
    """Azure's common schema (langchain-ai/langchain#29679)."""
    said = (
        f"Extra parameters {names} are not allowed when extra-parameters is not set or set to be 'error'."
        " Set extra-parameters to 'pass-through' to pass to the model."
    )
    return 400, json.dumps({"detail": said}).encode()


def extra_native(names: list[str]) -> Error:
    """Mistral's own schema on Azure (BerriAI/litellm#3899)."""
    entries = [
        {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"} for name in names
    ]
    return 422, json.dumps({"detail": entries}).encode()


def extra_openai(names: list[str]) -> Error:
    said = f"Unrecognized request argument supplied: {names[0]}"
    return coded(400, None, said, type="invalid_request_error", param=None)
