"""The next step after failures specific to one service: one table, first match wins.

Sources: the wire fixtures; azure-search-openai-demo#85 (tenant), #1837 (role), browser-use#1295 (keys),
langchain-azure#228 and litellm#11505 (operation, also for a retired model), aks-store-demo#203
(ServiceModelDeprecated), pollinations#6260 (high demand), azure-sql-db-chatbot#3 (network), learn.microsoft.com
foundry/concepts/rbac-foundry and ai-services/openai/how-to/role-based-access-control (roles),
mistralai/platform-docs-public (capacity), learn.microsoft.com api-management quota and llm-token-limit policies,
machine-learning how-to-troubleshoot-online-endpoints (traffic, pending requests), Microsoft.IdentityModel's IDX codes.
API Management's words for a wrong key and for llm-content-safety, which says the same where it may not use its own
service, are as quoted in public repositories.
The words for regions are OpenAI's (unsupported_country_region_territory). Inferred: which words Azure has for them, and
those for blocked resources, subscriptions, plans and deployments in the making.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.wire.errors.kind import GATEWAY_QUOTA
from tui_chat.wire.resolve_endpoint import POLICY, Endpoint

PROXY_LOGIN = (
    "Add the proxy's user name and password to its address in HTTPS_PROXY, or put the endpoint's host into NO_PROXY."
)


LONGEST_LIMIT = 600.0
"""The longest wait, in seconds, that suggests a limit per minute; for a quota Azure names up to a day."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A failure and what a row's pattern matched in it."""

    error: ServerError
    endpoint: Endpoint | None
    found: re.Match[str]

    @property
    def name(self) -> str:
        return self.endpoint.name if self.endpoint else "NAME"


@dataclass(frozen=True, slots=True)
class _Row:
    """`pattern` is searched in code and message; None matches by the kind alone."""

    pattern: str
    step: str | Callable[[_Seen], str | None]
    kinds: tuple[ErrorKind, ...] = ()


_KEYS_OFF = (
    'This resource takes no keys: sign in with Entra ID (az login, then auth = "entra" in place of the key, or --auth'
    " entra for this run), or have keys allowed in its settings in Azure."
)


def _subscription(seen: _Seen) -> str:
    return (
        "A gateway (Azure API Management) wants its own key in the header Ocp-Apim-Subscription-Key:"
        f' set auth = "subscription-key" if this is its key, or add it under [endpoints.{seen.name}.headers].'
    )


def _policy(seen: _Seen) -> str | None:
    if seen.endpoint is not None and POLICY not in map(str.lower, seen.endpoint.headers):
        return None
    return (
        f"The resource has no content filter of this name: correct policy under [endpoints.{seen.name}], or leave it"
        " out for the deployment's own. The names are in the portal under Guardrails."
    )


_ROLES = (
    (r"MachineLearningServices", "AzureML Data Scientist"),
    (r"accounts/(?:AIServices|Agents)\b|/projects/", "Foundry User (once called Azure AI User)"),
    (r"accounts/OpenAI\b", "Cognitive Services OpenAI User"),
    (r"", "Cognitive Services User"),
)


def _role(seen: _Seen) -> str:
    return missing_role(seen.error)


def missing_role(error: ServerError) -> str:
    """The next step for an account that may not do what was asked."""
    role = next(role for action, role in _ROLES if re.search(action, error.message, re.IGNORECASE))
    return (
        f"The signed-in account may not use this resource: have the role {role} assigned on it"
        " (Access control in the portal). It takes some minutes to count."
    )


def _tenant(seen: _Seen) -> str:
    return (
        "You are signed in to another tenant than the resource's: az login --tenant TENANT, with the tenant that its"
        " Overview page in the portal names."
    )


def _audience(seen: _Seen) -> str | None:
    endpoint, audience = seen.endpoint, seen.found[1]
    if endpoint is None or endpoint.key is None:
        return None
    if endpoint.auth == "entra":
        return f"The service refuses the token: it wants one for {audience}, of the tenant that owns the resource."
    if endpoint.auth == "bearer" and endpoint.key.startswith("eyJ"):
        return stale_token(audience)
    if endpoint.auth == "bearer" and not endpoint.tried:
        return (
            f'The key was sent like a token: set auth = "api-key" for the endpoint {endpoint.name}, and check that the'
            " key belongs to this resource."
        )
    return None


def stale_token(audience: str) -> str:
    """The next step for a token in the place of a key."""
    return (
        f"The token has expired, or is for another audience than {audience}: get a new one"
        f' (az account get-access-token --resource {audience}), or set auth = "entra", which renews it.'
    )


def _wrong_key(seen: _Seen) -> str | None:
    if seen.endpoint is None or seen.endpoint.key is None:
        return None
    return (
        f"Copy key and address of the endpoint {seen.name} from the same page (Keys and Endpoint of the resource): a"
        " key of another resource is refused like a wrong one."
    )


def _gateway_token(seen: _Seen) -> str | None:
    if seen.endpoint is None or seen.endpoint.auth == "entra":
        return None
    return (
        'The gateway wants a token of Entra ID in place of a key: set auth = "entra", and scope if it has an'
        " application of its own."
    )


def _operation(seen: _Seen) -> str:
    if re.search(r"embed|whisper|dall-e|tts|image|transcribe|rerank", seen.error.message, re.IGNORECASE):
        return "This model does not chat: choose another deployment or model."
    return (
        "This model does not answer to chat completions: it has been retired, or answers to the Responses API alone;"
        " choose another deployment or model."
    )


def _limit(seen: _Seen) -> str | None:
    wait = seen.error.retry_after_s
    if wait is None:
        return None
    what = "tokens" if seen.found[1].lower() == "token" else "requests"
    if wait > LONGEST_LIMIT:
        return f"Try again in {spell(wait)}: the quota of {what} is used up, which another pricing tier raises."
    return (
        f"Try again in {spell(wait)}: the deployment's limit of {what} for a minute is reached, not the account's"
        " quota. Its owner can raise it in the portal."
    )


def _requests(seen: _Seen) -> str | None:
    if seen.error.retry_after_s is not None:
        return None
    return "Wait a minute, then try again: it is the number of requests that is limited."


def _gateway_quota(seen: _Seen) -> str:
    wait = seen.error.retry_after_s
    full = f": it is full again in {spell(wait)}" if wait else ""
    return f"Your quota at the gateway (Azure API Management) is used up{full}. Who runs it can raise it."


def _no_room(seen: _Seen) -> str:
    wait = f"in {spell(seen.error.retry_after_s)}" if seen.error.retry_after_s else "in a moment"
    return (
        f"The service has no room for this model now; your own quota is not used up. Try again {wait}, or use another"
        " model."
    )


_NO_SUBSCRIPTION = r"missing subscription[ -]key|subscription[ -]key\b.{0,40}\bmissing"

_TABLE = (
    _Row(
        r"invalid_image_format|image_parse_error|image is of one of|image\b.{0,40}\bcould not be (?:loaded|read)",
        "The server cannot read a picture: send it as PNG or JPEG.",
        (ErrorKind.BAD_REQUEST,),
    ),
    _Row(r"too many images", "Send fewer pictures at once.", (ErrorKind.BAD_REQUEST, ErrorKind.TOO_LARGE)),
    _Row(
        r"(?:image|vision|multi-?modal|image_url)\b.*"
        r"(?:not? support|unsupported|not (?:allowed|enabled|available|accept)|only)"
        r"|(?:not? support|unsupported|does not accept|no endpoints? found that support|cannot).{0,40}"
        r"(?:image|vision|multi-?modal)|mmproj|image_url.*(?:expected|invalid|literal)"
        r"|content.*(?:should|must) be a (?:valid )?string",
        "This model does not seem to take pictures: choose one that does, or send the prompt without them.",
        (ErrorKind.BAD_REQUEST, ErrorKind.SERVER, ErrorKind.NOT_FOUND),
    ),
    _Row(
        r"AuthenticationTypeDisabled"
        r"|(?:key[- ]based|local|api[- ]key) auth\w* is (?:disabled|not (?:enabled|allowed|permitted))"
        r"|DisableLocalAuth",
        _KEYS_OFF,
    ),
    _Row(_NO_SUBSCRIPTION, _subscription, (ErrorKind.AUTH,)),
    _Row(
        r"InvalidContentFilterPolicy|invalid content filter policy"
        r"|\b(?:guardrail|policy|policies)\b.{0,60}(?:not (?:be )?found|not exist)",
        _policy,
    ),
    _Row(
        r"not yet valid|IDX10222|AADSTS700024",
        "Check the date and time of this machine: by the service's clock, the token begins only later.",
        (ErrorKind.AUTH,),
    ),
    _Row(
        r"token tenant|tenant provided in token|InvalidAuthenticationTokenTenant|\bwrong issuer\b|IDX10205"
        r"|cross-tenant",
        _tenant,
    ),
    _Row(
        r"virtual network|firewall rules|public access is disabled|private endpoint|network security perimeter"
        r"|\bIP\b.{0,50}\bnot allowed",
        "The resource lets in certain networks only: connect from one of them (a VPN, for instance), or have this one"
        " added under Networking of the resource.",
        (ErrorKind.PERMISSION, ErrorKind.AUTH),
    ),
    _Row(
        r"lacks the required data action|does not have access to api/operation|PermissionDenied"
        r"|does not have authorization to perform action|missing the required (?:scope|role)",
        _role,
    ),
    _Row(
        r"resource has been (?:temporarily )?(?:blocked|suspended)",
        "Azure has blocked the resource itself, whatever is asked: its owner has to write to Azure's support.",
    ),
    _Row(
        r"SubscriptionDisabled|subscription\b.{0,40}\b(?:is disabled|not active|suspended|expired|cancelled)",
        "The Azure subscription that pays for it is not active: its owner has to put that in order.",
        (ErrorKind.PERMISSION, ErrorKind.QUOTA, ErrorKind.BAD_REQUEST),
    ),
    _Row(
        r"legal terms|terms .{0,20}not been accepted",
        "The owner of the Azure subscription has to accept the model's terms in the Azure Marketplace first.",
    ),
    _Row(
        r"RequestDisallowedByPolicy|disallowed by policy",
        "A policy of the company forbids this in Azure: ask who looks after its subscription.",
    ),
    _Row(
        r"inactive subscription|usage limit reached",
        "The plan is not active, or is used up: look at the billing page of the account.",
        (ErrorKind.AUTH, ErrorKind.PERMISSION, ErrorKind.QUOTA),
    ),
    _Row(
        r"(?:plan|tier|subscription)\b.{0,30}\b(?:not include|no access|not have access)",
        "The plan has no access to this model: choose another model (tui-chat models lists what is offered), or change"
        " the plan.",
        (ErrorKind.PERMISSION, ErrorKind.BAD_REQUEST, ErrorKind.NOT_FOUND),
    ),
    _Row(GATEWAY_QUOTA, _gateway_quota, (ErrorKind.QUOTA,)),
    _Row(r"audience is incorrect \(?(https://[\w.-]+\w)", _audience, (ErrorKind.AUTH,)),
    _Row(r"invalid subscription key or wrong API endpoint", _wrong_key, (ErrorKind.AUTH,)),
    _Row(
        r"invalid subscription key|subscription key is not valid",
        "The gateway (Azure API Management) does not know this key: ask who runs it for one of an active subscription.",
        (ErrorKind.AUTH,),
    ),
    _Row(r"\bJWT\b", _gateway_token, (ErrorKind.AUTH,)),
    _Row(
        r"failed content safety check",
        "The gateway's own check (Azure API Management) refused the prompt: change it. If it refuses every prompt, who"
        " runs it has to look at its access to Content Safety.",
        (ErrorKind.FILTERED,),
    ),
    _Row(
        r"no connected db",
        "LiteLLM without a database takes its master key alone: check the key.",
        (ErrorKind.AUTH,),
    ),
    _Row(
        r"unsupported_country_region|(?:country|region)\b.{0,40}\bnot (?:supported|available|enabled|allowed)"
        r"|not (?:available|supported|enabled|offered) in (?:this |your |the )?(?:country|region|location)",
        "The service or model is not offered in this region: use an endpoint in a region that has it.",
    ),
    _Row(
        r"limited access|restricted to organi[sz]ations"
        r"|not (?:enabled|registered|allow-?listed|approved) for (?:this|your|the) subscription"
        r"|requires registration",
        "The subscription has no access to this model yet: apply for it in the portal, or choose another deployment.",
        (ErrorKind.PERMISSION, ErrorKind.BAD_REQUEST, ErrorKind.NOT_FOUND),
    ),
    _Row(
        r"operation does not work with the specified model|OperationNotSupported"
        r"|only supported in v1/responses|not a chat model|not supported (?:in|with) the v1/chat/completions",
        _operation,
    ),
    _Row(
        r"ModelDeprecated"
        r"|\bmodel\b.{0,120}\b(?:retired|deprecated|decommissioned|no longer (?:available|supported|served))"
        r"|\bend[ -]of[ -]life\b|ModelEndOfLife",
        "This model has been retired: choose another one (tui-chat models lists what is offered), or have the"
        " deployment moved to its successor.",
        (ErrorKind.NOT_FOUND, ErrorKind.BAD_REQUEST, ErrorKind.PERMISSION, ErrorKind.SERVER),
    ),
    _Row(
        r"deployment\b.{0,40}\bin state (?:creating|updating)|DeploymentNotReady",
        "The deployment is still being made: try again in some minutes.",
    ),
    _Row(
        r"deployment\b.{0,60}\b(?:paused|stopped|in state (?:failed|deleting|disabled|canceled))|endpoint is suspended",
        "The deployment does not run: its page in the portal says why, and whoever owns it can start it.",
    ),
    _Row(
        r"message_order|expected last role",
        "This service wants another order of messages, with a prompt at the end: leave out the turns behind the last"
        " prompt, or start a new conversation.",
        (ErrorKind.BAD_REQUEST,),
    ),
    _Row(
        r"string too long|above_max_length",
        "A text in the request is longer than the server takes: leave out turns or attachments.",
        (ErrorKind.BAD_REQUEST,),
    ),
    _Row(
        r"must contain the word 'json'",
        "Ask for JSON in the prompt or the system prompt, too: this service wants that with response_format.",
        (ErrorKind.BAD_REQUEST,),
    ),
    _Row(
        r"only for api[- ]versions? (\d{4}-\d\d-\d\d(?:-preview)?)",
        lambda seen: f"Set api-version={seen.found[1]} in the url of the endpoint {seen.name}, or a later one.",
        (ErrorKind.BAD_REQUEST,),
    ),
    _Row(
        r"api[- ]version\b.{0,40}\bnot (?:supported|allowed|valid)|(?:unsupported|invalid) api[- ]version",
        "Leave the api-version out of the url: one that fits is added where one is wanted.",
        (ErrorKind.NOT_FOUND, ErrorKind.BAD_REQUEST),
    ),
    _Row(
        r"service[_ ]tier[_ ]capacity|experiencing high demand|\bcapacity exceeded|no capacity|NoCapacity|at capacity",
        _no_room,
        (ErrorKind.RATE_LIMIT, ErrorKind.SERVER, ErrorKind.QUOTA),
    ),
    _Row(r"exceeded (?:the )?(token|call|request)s? rate limit", _limit, (ErrorKind.RATE_LIMIT,)),
    _Row(
        r"pending[ _]requests",
        "More requests wait for this endpoint than it takes: try again in a moment, or have it given more instances.",
        (ErrorKind.RATE_LIMIT, ErrorKind.SERVER),
    ),
    _Row(r"\brequests? (?:rate )?limit|requests per", _requests, (ErrorKind.RATE_LIMIT,)),
    _Row(
        r"valid deployment with positive weight|no_deployment_found",
        "No deployment of this endpoint takes requests: have one given a share of its traffic in Azure Machine Learning"
        " Studio.",
        (ErrorKind.NOT_FOUND,),
    ),
    _Row(
        r"HTTP request (?:was sent )?to (?:an )?HTTPS (?:port|server)",
        "The server wants an encrypted connection at this port: begin the url with https://.",
        (ErrorKind.BAD_REQUEST, ErrorKind.PROTOCOL),
    ),
)


def known_failure(error: ServerError, endpoint: Endpoint | None) -> str | None:
    """The next step, if the failure is in the table."""
    if error.kind is ErrorKind.PROXY:
        return PROXY_LOGIN
    said = f"{error.code or ''} {error.message}"
    for row in _TABLE:
        if row.kinds and error.kind not in row.kinds:
            continue
        if (found := re.search(row.pattern, said, re.IGNORECASE)) is not None:
            return row.step if isinstance(row.step, str) else row.step(_Seen(error, endpoint, found))
    return None


def judges_key(error: ServerError) -> bool:
    """Whether a 401 is about the key, not about a header in which another way of sending it puts none."""
    return re.search(r"missing|no auth header|audience is incorrect|bearer", error.message, re.IGNORECASE) is None


def wants_subscription(error: ServerError) -> bool:
    """Whether a gateway reports that its own key is missing."""
    return error.kind is ErrorKind.AUTH and re.search(_NO_SUBSCRIPTION, error.message, re.IGNORECASE) is not None


def spell(seconds: float) -> str:
    """A wait in words."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 172_800:
        return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86_400)} days"
