"""What is typed about an endpoint: every mistake is a sentence, and what is sound becomes an endpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.ui.endpoint_form import (
    EndpointForm,
    KeyFrom,
    described,
    form_of,
    is_secret,
    is_secret_command,
    lacking,
    missing_model,
    next_step,
    proposed_name,
    switched,
    taken_apart,
    wants_key,
    what_differs,
    what_to_choose,
    with_name,
)
from tui_chat.ui.price_fields import PriceFields

KEY = "sk-form-0123456789abcdef"
AZURE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
MISTRAL = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"
CURL = (
    "curl https://x.inference.ai.azure.com/v1/chat/completions \\\n -H 'Authorization: {key}' \\\n"
    ' -H \'extra-parameters: pass-through\' -d \'{{"model": "m1", "messages": [], "safe_prompt": true}}\''
)
SOUND = EndpointForm("https://api.mistral.ai", "variable", "MISTRAL_API_KEY", "mistral", "mistral-small-latest")


def test_a_sound_form() -> None:
    assert described(SOUND, ()) == (
        EndpointConfig(
            "mistral", "https://api.mistral.ai", api_key_env="MISTRAL_API_KEY", model="mistral-small-latest"
        ),
        None,
    )


@pytest.mark.parametrize(
    ("key_from", "key", "field", "value"),
    [
        ("variable", " $MY_KEY ", "api_key_env", "MY_KEY"),
        ("command", "pass show 'my azure'", "api_key_command", ("pass", "show", "my azure")),
        ("none", "left over", "api_key_env", None),
    ],
)
def test_where_the_key_comes_from(key_from: KeyFrom, key: str, field: str, value: object) -> None:
    found = described(EndpointForm("https://h.example", key_from, key, "e"), ())
    assert isinstance(found, tuple)
    assert getattr(found[0], field) == value
    assert found[1] is None


def test_a_key_for_the_keyring_is_stored_under_our_own_service() -> None:
    found = described(EndpointForm("https://h.example", "keyring", f" {KEY}\n", "e"), ())
    assert isinstance(found, tuple)
    assert (found[0].api_key_keyring, found[1]) == ("tui-chat", KEY)
    assert KEY not in repr(found[0])


def test_a_typed_key_is_no_part_of_the_endpoint() -> None:
    found = described(EndpointForm("https://h.example", "typed", f" {KEY}\n", "e"), ())
    assert isinstance(found, tuple)
    assert found[1] == KEY
    assert KEY not in repr(found[0])
    assert KEY not in repr(EndpointForm(key=KEY))


def test_a_variable_that_was_named_first_is_where_a_typed_key_is_looked_for_next_time() -> None:
    form = switched(EndpointForm("https://h.example", "variable", "$MY_KEY", "e"), "typed")
    found = described(replace(form, key=KEY), ())
    assert isinstance(found, tuple)
    assert (found[0].api_key_env, found[1]) == ("MY_KEY", KEY)
    secret = described(replace(form, key=KEY, others={"variable": AZURE}), ())
    assert isinstance(secret, tuple)
    assert secret[0].api_key_env is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (EndpointForm(), "Paste the address"),
        (EndpointForm("ftp://h"), "begins with ftp://"),
        (EndpointForm("two words"), "holds a space"),
        (EndpointForm("https://h.example"), "Give the endpoint a name"),
        (EndpointForm("https://h.example", name="a\x07b"), "cannot be shown"),
        (EndpointForm("https://h.example", name="demo"), "There is an endpoint demo already"),
        (EndpointForm("https://h.example", "variable", "", "e"), "Name the environment variable"),
        (EndpointForm("https://h.example", "variable", KEY, "e"), "not the name of a variable"),
        (EndpointForm("https://h.example", "command", "", "e"), "Give the command"),
        (EndpointForm("https://h.example", "command", "pass 'x", "e"), "not closed"),
        (EndpointForm("https://h.example", "keyring", "", "e"), "keyring"),
        (EndpointForm("https://h.example", "typed", " ", "e"), "Type the key"),
        (EndpointForm("https://h.example", "typed", "a\x00b", "e"), "control character"),
        (EndpointForm("https://h.example", "typed", "ключ", "e"), "no key has"),
        (EndpointForm("curl -H 'a: b'", name="e"), "names no URL"),
        (EndpointForm(f"curl https://h -H 'api-key: {KEY}", name="e"), "not closed"),
    ],
)
def test_mistakes(form: EndpointForm, said: str) -> None:
    found = described(form, ("demo",))
    assert isinstance(found, str)
    assert said in found
    assert KEY not in found
    assert found.endswith(".")


def test_a_command_fills_the_fields_and_keeps_what_has_none() -> None:
    form = taken_apart(EndpointForm(CURL.format(key=KEY)))
    assert isinstance(form, EndpointForm)
    assert (form.key_from, form.key, form.model) == ("typed", KEY, "m1")
    assert form.url == "https://x.inference.ai.azure.com/v1/chat/completions"
    found = described(form.__class__(**{n: getattr(form, n) for n in form.__slots__} | {"name": "e"}), ())
    assert isinstance(found, tuple)
    assert found[0].headers == {"extra-parameters": "pass-through"}
    assert found[0].body == {"safe_prompt": True}
    assert found[0].auth == "raw"


def test_a_variable_in_a_command_is_named_and_fields_that_were_filled_stay() -> None:
    assert taken_apart(EndpointForm(CURL.format(key="$MINE"))) == taken_apart(EndpointForm(CURL.format(key="${MINE}")))
    form = taken_apart(EndpointForm(CURL.format(key="$MINE"), "command", "pass x", "own", "own-model"))
    assert isinstance(form, EndpointForm)
    assert (form.key_from, form.key, form.name, form.model) == ("command", "pass x", "own", "own-model")


def test_each_source_of_the_key_has_a_value_of_its_own() -> None:
    form = switched(EndpointForm(key_from="typed", key=KEY), "variable")
    assert (form.key_from, form.key) == ("variable", "")
    form = switched(replace(form, key="MY_KEY"), "command")
    assert form.key == ""
    assert switched(form, "variable").key == "MY_KEY"
    assert switched(form, "typed").key == KEY
    assert KEY not in repr(form)


SHAPELESS = "correct-horse-battery"


@pytest.mark.parametrize("key", [AZURE, MISTRAL, KEY, SHAPELESS])
@pytest.mark.parametrize(
    "change",
    [
        {"name": "KEY"},
        {"name": "my KEY"},
        {"model": "KEY"},
        {"key_from": "variable", "key": "KEY"},
        {"key_from": "variable", "key": "$KEY"},
        {"key_from": "command", "key": "echo KEY"},
        {"key_from": "variable", "key": "MY_KEY=another-secret KEY"},
    ],
)
def test_a_key_in_place_of_a_name_is_refused_and_not_quoted(key: str, change: dict[str, Any]) -> None:
    pasted = taken_apart(EndpointForm(f"curl https://h.example -H 'api-key: {key}'", name="e"))
    assert isinstance(pasted, EndpointForm)
    change = {name: value.replace("KEY", key) for name, value in change.items()}
    found = described(replace(pasted, **change), ())
    assert isinstance(found, str)
    assert "key" in found
    assert key not in found


@pytest.mark.parametrize("keyring", [True, False])
@pytest.mark.parametrize(
    "pasted",
    [
        "AZURE_KEY=@@\nAZURE_URL=https://h.example/v1\n",
        '$env:AZURE_KEY="@@"; $env:AZURE_URL="https://h.example/v1"',
        "set -gx AZURE_KEY @@\nset -gx AZURE_URL https://h.example/v1",
        'export AZURE_KEY="@@"\nexport AZURE_URL="https://h.example/v1"',
        'client = OpenAI(base_url="https://h.example/v1", api_key="@@")\nclient.chat(model="m")',
        "curl https://h.example/v1 -H 'Authorization: Bearer @@'",
        "curl https://h.example/v1 --oauth2-bearer @@",
        "curl https://h.example/v1 -H 'api-key: @@' -d '{\"model\": \"m\"}'",
        'curl https://h.example/v1 -H "Authorization: @@"',
    ],
)
@pytest.mark.parametrize("key", [AZURE, SHAPELESS])
def test_whatever_was_pasted_gives_its_address_and_its_key(pasted: str, key: str, keyring: bool) -> None:
    form = taken_apart(EndpointForm(pasted.replace("@@", key)), keyring=keyring)
    assert isinstance(form, EndpointForm)
    assert (form.url.strip("/"), form.key) == ("https://h.example/v1", key)
    assert form.key_from == ("keyring" if keyring else "typed")
    assert form.model == ("m" if '"m"' in pasted else "")
    assert key not in form.url + form.name + form.model + repr(form)


def test_what_sets_a_variable_is_hidden_and_refused_and_a_command_may_name_a_user() -> None:
    form = EndpointForm("https://h.example", "variable", f"MY_VARIABLE_KEY={SHAPELESS}", "e")
    assert is_secret(form, form.key)
    found = described(form, ())
    assert isinstance(found, str)
    assert SHAPELESS not in found
    command = "sudo -u alice pass show azure/key"
    assert not is_secret_command(form, command)
    assert isinstance(described(replace(form, key_from="command", key=command), ()), tuple)


def test_a_key_pasted_as_the_address_is_moved_and_one_with_a_password_stays_whole() -> None:
    form = taken_apart(EndpointForm(AZURE))
    assert isinstance(form, EndpointForm)
    assert (form.url, form.key_from, form.key) == ("", "typed", AZURE)
    form = taken_apart(EndpointForm(f"curl -u me:{SHAPELESS} https://h.example"))
    assert isinstance(form, EndpointForm)
    assert form.key.startswith("Basic ")
    for url in ("https://me:pass@h.example/v1", "https://h.example/v1?api-key=x1y2z3"):
        assert taken_apart(EndpointForm(url)) == EndpointForm(url)
    for label in ("Target URI: ", "AZURE_MISTRAL_ENDPOINT="):
        assert taken_apart(EndpointForm(f"{label}https://h.example")) == EndpointForm("https://h.example")


def test_code_that_reads_a_variable_names_it() -> None:
    form = taken_apart(EndpointForm('OpenAI(base_url="https://h.example/v1", api_key=os.environ["MY_KEY"])'))
    assert isinstance(form, EndpointForm)
    assert (form.url, form.key_from, form.key) == ("https://h.example/v1", "variable", "MY_KEY")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.mistral.ai/v1", "mistral"),
        ("https://my-thing.inference.ai.azure.com", "my-thing"),
        ("http://localhost:8000/v1", "localhost:8000"),
        ("http://127.0.0.1:8766", "127.0.0.1:8766"),
        ("http://me:secret-word@127.0.0.1:8766", "127.0.0.1:8766"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
        ("http://localhost/v1", "localhost"),
        ("http://192.168.1.5:8000/v1", "192.168.1.5:8000"),
        ("https://api.openai.com", "openai-2"),
        ("no address", ""),
    ],
)
def test_a_name_is_proposed(url: str, name: str) -> None:
    assert proposed_name(url, ("openai", "demo")) == name


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ({"api_key_env": "MY_KEY"}, False),
        ({"api_key_command": ("pass", "show", "my azure")}, False),
        ({"api_key_keyring": "tui-chat"}, False),
        ({"api_key_keyring": "llm"}, False),
        ({"api_key_env": "MY_KEY"}, True),
        ({}, True),
        ({}, False),
    ],
)
def test_an_endpoint_that_is_edited_stays_what_nobody_changes(source: dict[str, Any], held: bool) -> None:
    config = EndpointConfig("e", "https://h.example", model="m", headers={"X-Team": "a"}, context=9, **source)
    form = form_of(config, held=held)
    assert described(form, ()) == (config, None)
    assert (form.key_from == "typed") is held
    other = switched(
        replace(form, key="" if form.kept else form.key), "variable" if not config.api_key_env else "command"
    )
    found = described(replace(other, key="NAME"), ())
    assert isinstance(found, tuple)
    sources = (found[0].api_key_env, found[0].api_key_command, found[0].api_key_keyring)
    assert sources in (("NAME", None, None), (None, ("NAME",), None))
    assert found[0].headers == {"X-Team": "a"}


FOUNDRY = "https://example.services.ai.azure.com/openai/v1/chat/completions"
SIGN_IN = (
    '"Authorization: Bearer $(az account get-access-token --resource https://ai.azure.com --query accessToken -o tsv)"'
)
CODE = """
token_provider = get_bearer_token_provider(DefaultAzureCredential(), "https://ai.azure.com/.default")
client = OpenAI(base_url="https://example.services.ai.azure.com/openai/v1/", api_key=token_provider)
client.chat.completions.create(model="mistral-large", messages=[])
"""


@pytest.mark.parametrize(
    "pasted",
    [
        f"curl {FOUNDRY} -H {SIGN_IN} -d '" + '{"model": "mistral-large", "messages": []}' + "'",
        CODE,
    ],
    ids=["curl", "code"],
)
def test_what_signs_in_is_an_endpoint_that_does(pasted: str) -> None:
    form = taken_apart(EndpointForm(pasted, name="work"), keyring=True)
    assert isinstance(form, EndpointForm)
    assert (form.key_from, form.key, form.model) == ("entra", "", "mistral-large")
    found = described(form, ())
    assert isinstance(found, tuple)
    config, key = found
    assert (config.auth, config.api_key_env, key) == ("entra", None, None)
    assert config.url.startswith("https://example.services.ai.azure.com/openai/v1")
    assert not config.headers
    assert form_of(config, held=False).key_from == "entra"


def test_a_sign_in_and_a_key_take_each_others_place() -> None:
    form = form_of(EndpointConfig("work", FOUNDRY, auth="entra"), held=False)
    found = described(replace(switched(form, "variable"), key="AZURE_KEY"), ())
    assert isinstance(found, tuple)
    assert (found[0].auth, found[0].api_key_env) == (None, "AZURE_KEY")
    back = described(switched(form_of(found[0], held=False), "entra"), ())
    assert isinstance(back, tuple)
    assert (back[0].auth, back[0].api_key_env) == ("entra", None)


def test_only_azure_is_signed_in_to() -> None:
    said = described(EndpointForm("https://api.mistral.ai", "entra", "", "mistral"), ())
    assert isinstance(said, str)
    assert "Azure only" in said


def test_a_page_of_the_portal_is_named_with_what_to_paste() -> None:
    said = described(EndpointForm("https://ai.azure.com/nextgen/r/x", "none", "", "e"), ())
    assert said == (
        "The address is a page of the Foundry portal: paste the endpoint that its page of the project or the deployment"
        " shows, such as https://NAME.services.ai.azure.com."
    )


KNOWN = (
    EndpointConfig("one", "https://h.example/v1/", api_key_env="ONE", model="m", headers={"X-Team": "a"}, context=9),
    EndpointConfig("two", "https://two.example"),
)


@pytest.mark.parametrize(
    ("url", "model", "name"),
    [
        ("https://h.example/v1/chat/completions", "m", "one"),
        ("https://h.example", "", "one"),
        ("https://h.example", "other", None),
        ("https://two.example", "", "two"),
        ("https://two.example", "m", None),
        ("https://user:word@h.example", "m", None),
        ("https://new.example", "", None),
        ("", "", None),
    ],
)
def test_an_endpoint_that_is_described_a_second_time_is_recognized(url: str, model: str, name: str | None) -> None:
    again = EndpointForm(url, model=model, known=KNOWN).again
    assert (again and again.name) == name


@pytest.mark.parametrize(
    ("url", "model", "why"),
    [
        (
            "https://api.mistral.ai/v1/chat/completions",
            "codestral",
            "mistral has the same address and the model small; this one has codestral. So this one is called mistral-2;"
            " any other name will do.",
        ),
        ("https://free.example", "m", "free has the same address and names no model; this one has m. So "),
        ("https://mistral.example.com/v1", "m", "mistral is at another server, api.mistral.ai. So "),
        (
            "https://res.openai.azure.com/openai/deployments/new",
            "",
            "res is at the same server, at /openai/deployments/old/chat/completions,"
            " this one at /openai/deployments/new/chat/completions. So this one is called res-2;",
        ),
        ("https://team.example", "m", "ours has the same address and the model n; this one has m."),
        ("https://new.example/v1", "m", ""),
        ("https://api.mistral.ai", "small", ""),
    ],
)
def test_what_differs_from_an_endpoint_that_is_there_is_said(url: str, model: str, why: str) -> None:
    known = (
        EndpointConfig("mistral", "https://api.mistral.ai", model="small"),
        EndpointConfig("ours", "https://team.example", model="n"),
        EndpointConfig("free", "https://free.example"),
        EndpointConfig("res", "https://res.openai.azure.com/openai/deployments/old"),
    )
    form = with_name(EndpointForm(url, model=model, known=known), [each.name for each in known])
    assert what_differs(form).startswith(why)
    assert bool(what_differs(form)) == bool(why)


def test_one_that_is_described_again_keeps_what_nobody_says_anew() -> None:
    form = EndpointForm("https://h.example", "typed", KEY, "one", known=KNOWN)
    assert described(form, ("one", "two")) == (KNOWN[0], KEY), "its key is looked for where it was"
    keyed = described(replace(form, key_from="keyring", price=PriceFields("1", "2")), ("one", "two"))
    assert keyed == (replace(KNOWN[0], api_key_env=None, api_key_keyring="tui-chat", price=Price(1, 2)), KEY)
    assert described(replace(form, key_from="none", key=""), ("one", "two")) == (KNOWN[0], None)
    other = described(replace(form, name="mine"), ("one", "two"))
    assert isinstance(other, tuple)
    assert (other[0].name, other[0].headers) == ("mine", {}), "another name makes a second one"
    taken = described(replace(form, model="other"), ("one", "two"))
    assert taken == "There is an endpoint one already: choose another name."


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (EndpointForm(), "url"),
        (EndpointForm("ftp://h"), "url"),
        (EndpointForm("https://h.example", "typed"), "key"),
        (EndpointForm("https://h.example", "keyring", kept={"keyring": "tui-chat"}), "name"),
        (EndpointForm("https://h.example", "entra", name="e"), ""),
        (EndpointForm("https://example.openai.azure.com", name="e"), "model"),
        (SOUND, ""),
    ],
)
def test_enter_leads_to_the_first_field_that_lacks_something(form: EndpointForm, field: str) -> None:
    assert lacking(form) == field
    found = described(form, ())
    step = field if field != "url" or not form.url else "try"
    assert next_step(form, found, None) == (step or "try")
    if not field and isinstance(found, tuple):
        assert (next_step(form, found, found), next_step(form, found, (found[0], "old"))) == ("use", "try")


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (EndpointForm("https://h.example"), True),
        (EndpointForm("https://h.example", "entra"), False),
        (EndpointForm("https://h.example", known=KNOWN), False),
        (EndpointForm("http://localhost:8000"), False),
        (EndpointForm("http://192.168.1.5:8000"), False),
    ],
)
def test_a_provider_wants_a_key(form: EndpointForm, wanted: bool) -> None:
    assert wants_key(form) is wanted


def test_a_price_is_part_of_the_endpoint_and_comes_back_when_it_is_edited() -> None:
    found = described(replace(SOUND, price=PriceFields("2", "6", "0.5", "EUR")), ())
    assert isinstance(found, tuple)
    assert found[0].price == Price(2, 6, "EUR", 0.5)
    assert described(form_of(found[0], held=False), ()) == found
    assert "give output, too" in str(described(replace(SOUND, price=PriceFields("2")), ()))
    said = str(described(replace(SOUND, price=PriceFields("2", "6", "", KEY)), ()))
    assert "currency is a key" in said
    assert KEY not in said


@pytest.mark.parametrize(
    ("url", "model", "is_missing"),
    [
        ("https://example.services.ai.azure.com", "", True),
        ("https://example.openai.azure.com/openai/v1", " ", True),
        ("https://example.openai.azure.com/openai/v1", "mistral-large", False),
        ("https://example.openai.azure.com/openai/deployments/mine/chat/completions", "", False),
        ("https://example.inference.ai.azure.com", "", False),
        ("https://api.mistral.ai", "", False),
        ("", "", False),
    ],
)
def test_an_address_of_deployments_without_one_is_said_before_it_is_saved(
    url: str, model: str, is_missing: bool
) -> None:
    assert ("deployment" in missing_model(EndpointForm(url, model=model))) is is_missing


@pytest.mark.parametrize(
    ("url", "model", "listed", "passed", "says"),
    [
        ("https://a.openai.azure.com", "", ["d", "e"], False, "2 deployments found: choose one."),
        ("https://a.openai.azure.com", "", ["d"], False, "1 deployment found: choose one."),
        ("https://a.openai.azure.com", "", [], False, "Type the name of the deployment"),
        ("https://a.openai.azure.com", "d", ["d"], False, ""),
        ("https://h.test/v1", "", ["m", "n"], True, "2 models: choose one, or go on"),
        ("https://h.test/v1", "", ["m"], True, ""),
        ("https://h.test/v1", "x", ["m"], False, "x is none of them"),
        ("https://h.test/v1", "x", ["m"], True, ""),
        ("https://h.test/v1", "x", [], False, ""),
    ],
)
def test_what_a_list_of_names_asks_for(url: str, model: str, listed: list[str], passed: bool, says: str) -> None:
    told = what_to_choose(EndpointForm(url, model=model), listed, passed=passed)
    assert says in told
    assert bool(told) is bool(says)
