"""What has the shape of a key, and what only looks a little like one."""

from __future__ import annotations

import random
import string

import pytest

from tui_chat.core.recognize_api_keys import MASK, hidden, holds_any, looks_like_key, mask_keys, pasted_keys

AZURE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
MISTRAL = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"
AZURE_LONG = "4Fh2Kq9Zt7LmVb3XcR8sWn1YpJ6dGuTe5QaHiOoPz0BxNvMk2CjJQQJ99BCACYeBjFXJ3w3AAABACOGx1Yz"

KEYS = [
    AZURE,
    AZURE.upper(),
    MISTRAL,
    AZURE_LONG,
    "g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3",
    "X7K2M9Q4W1Z8X5C3V6B0N2A4S6D8F1H3",
    "sk-1234567890",
    "sk-screen-0123456789abcdef",
    "sk-proj-Ab12Cd34Ef56Gh78Ij90Kl12Mn34Op56Qr78St90Uv12Wx34",
    "sk-svcacct-9_aB-cD3fGh1JkLmNoPqRsTuVwXyZ",
    "sk-ant-api03-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_AA",
    "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "sk-0123456789abcdef0123456789abcdef",
    "sk-lf-5b1c0e6a-7d1f-4a6e-9d3c-2b8f0e1d7c4a",
    "pk-lf-5b1c0e6a-7d1f-4a6e-9d3c-2b8f0e1d7c4a",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "rk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "xai-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGh",
    "gsk_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMn",
    "hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh",
    "ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
    "gho_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
    "glpat-AbCdEfGhIjKlMnOpQrSt",
    "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12",
    "xoxb-123456789012-abcdefghijkl",
    "r8_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789A",
    "fw_3ZaBcDeFgHiJkLmNoPqRsTuV",
    "pplx-0123456789abcdef0123456789abcdef0123456789abcdef",
    "nvapi-AbCdEfGhIjKl_MnOpQrStUvWxYz0123456789",
    "csk-0123456789abcdefghijklmnopqrstuvwxyz0123456789ab",
    "tgp_v1_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
    "tvly-dev-AbCdEfGhIjKlMnOpQrStUvWxYz012345",
    "ya29.a0AfH6SMBx-ExampleTokenOfGoogle",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4",
    "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOp",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "ABCDEFGHIJKLMNOPqrstuvwxyz0123456789",
    "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
    "Qx7-Zk2mR9wB4vT1_yH6nD3sJ8cL5gF0pK2aV7eU4iO",
    "m8Fz+Qk2R/w7Jx0dPq3Hn5Lb9Tc1Vg6Ye4Us8Ia2Wo+=",
    f"Bearer {MISTRAL}",
    f'"{AZURE}"',
    f"OPENAI_API_KEY={MISTRAL}",
    f"https://{AZURE}",
    f"https://host.example/v1?x={MISTRAL}",
    f"{AZURE}/v1",
]

NAMES = [
    "Donaudampfschifffahrtsgesellschaft",
    "src/components/settings/EndpointForm/KeyField",
    "",
    "mistral-large-2411",
    "mistral-small-latest",
    "Mistral-Large-Instruct-2411-AWQ-INT4",
    "open-mixtral-8x22b-2404",
    "gpt-4o-mini-2024-07-18",
    "gpt-4.1-mini",
    "o3-mini-high",
    "chatgpt-4o-latest",
    "claude-3-5-sonnet-20241022",
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "gemini-2.5-flash-preview-05-20",
    "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "meta-llama/Meta-Llama-3.1-405B-Instruct-FP8",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
    "unsloth/DeepSeekR1DistillQwen32B-GGUF-dynamic",
    "DeepSeekR1DistillQwen32BInstructGGUFQ4KM",
    "nvidia/llama-3_3-nemotron-super-49b-v1_5",
    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8",
    "hf-internal-testing/tiny-random-gpt2",
    "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M",
    "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
    "SmolLM2-135M-Instruct-Q4_1.gguf",
    "/home/me/models/Meta-Llama-3.1-8B-Instruct-IQ3_XXS-00001-of-00002.gguf",
    "C:\\Models\\phi-3.5-mini-instruct-q8_0.gguf",
    "sha256-6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa",
    "library/llama3@sha256:6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa",
    "pplx-70b-online",
    "fw_llama_chat",
    "sk-learn-demo",
    "xai-grok-assistant",
    "5b1c0e6a-7d1f-4a6e-9d3c-2b8f0e1d7c4a",
    "deployment-5b1c0e6a-7d1f-4a6e-9d3c-2b8f0e1d7c4a",
    "e5f2c1ad8b7e4f6091d3c2b1a0f9e8d7c6b5a493",
    "org/model@e5f2c1ad8b7e4f6091d3c2b1a0f9e8d7c6b5a493",
    "models--org--x/snapshots/e5f2c1ad8b7e4f6091d3c2b1a0f9e8d7c6b5a493/model.gguf",
    "ft:gpt-4o-mini-2024-07-18:my-org:support:9aBcDeFg",
    "ft:open-mistral-7b:daf5e488:20240430:c1bed559",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/jumpstart-dft-hf-llm-mistral-7b-20240101-123456",
    "projects/my-project/locations/us-central1/endpoints/1234567890123456789",
    "AZURE_MISTRAL_KEY",
    "MY_COMPANYS_AZURE_OPENAI_API_KEY_FOR_TESTING_2",
    "AZURE_OPENAI_API_KEY_PRODUCTION_EASTUS2_V1",
    "mymodelfinetunedonlegaldocuments2024",
    "20240718T120000Z-nightly-build-of-the-model",
    "corporate-ca-bundle-2024-2029.pem",
    "~/.config/tui-chat/corporate-ca.pem",
    "https://mistral-large-abcde-serverless.eastus2.inference.ai.azure.com/v1/chat/completions",
    "https://x.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
    "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gateway/openai",
    "https://a1b2c3d4e5f6g7h8.us-east-1.aws.endpoints.huggingface.cloud",
    "https://g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3.lambda-url.us-east-1.on.aws/v1",
    "g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3.lambda-url.us-east-1.on.aws",
    "http://127.0.0.1:8080/v1",
    "pass show azure/mistral",
    "You are a helpful assistant. Answer in one sentence.",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_told_by_its_shape_and_masked(key: str) -> None:
    assert looks_like_key(key)
    assert MASK in mask_keys(f"before {key} after")


def test_the_whole_of_a_key_with_slashes_or_dashes_is_masked() -> None:
    draw = random.Random(7)
    for _ in range(200):
        key = "".join(draw.choices(string.ascii_letters + string.digits + "+/", k=43)) + "="
        if looks_like_key(key):
            assert mask_keys(f"no '{key}' here") == f"no '{MASK}' here"
    assert mask_keys("pa-5Gw9GcTgCg_quY7uUAVm3C-_P8Fqmx_Uoo59VyHgATPT5") == MASK


@pytest.mark.parametrize("name", NAMES)
def test_a_name_passes(name: str) -> None:
    assert not looks_like_key(name)
    assert mask_keys(name) == name


@pytest.mark.parametrize(
    ("alphabet", "length", "missed"),
    [
        ("0123456789abcdef", 32, 0.01),
        (string.ascii_lowercase + string.digits, 32, 0.01),
        (string.ascii_letters + string.digits, 32, 0.01),
        (string.ascii_letters + string.digits, 84, 0.001),
        (string.ascii_letters + string.digits + "-_", 43, 0.1),
    ],
)
def test_few_random_keys_pass_for_names(alphabet: str, length: int, missed: float) -> None:
    draw = random.Random(length)
    keys = ["".join(draw.choices(alphabet, k=length)) for _ in range(1000)]
    assert sum(not looks_like_key(key) for key in keys) <= missed * len(keys)


@pytest.mark.parametrize(
    ("pasted", "keys"),
    [
        ("OPENAI_API_KEY=hunter22", ["hunter22"]),
        ("AZURE_MISTRAL_KEY='hunter22'\nAZURE_MISTRAL_ENDPOINT=https://h.example", ["hunter22"]),
        ('$env:OPENAI_API_KEY="hunter22"', ["hunter22"]),
        ('$Env:OPENAI_API_KEY = "hunter22"', ["hunter22"]),
        ("set -gx OPENAI_API_KEY hunter22", ["hunter22"]),
        ("setx OPENAI_API_KEY hunter22", ["hunter22"]),
        ("setenv OPENAI_API_KEY hunter22", ["hunter22"]),
        ('client = OpenAI(api_key="hunter22", base_url="https://h.example/v1")', ["hunter22"]),
        ('AzureKeyCredential(key="hunter22")', ["hunter22"]),
        ('{"api_key": "hunter22", "model": "m"}', ["hunter22"]),
        ("api-key: hunter22", ["hunter22"]),
        ("curl https://h.example -H 'x-api-key: hunter22'", ["hunter22"]),
        ("curl https://h.example -H 'Authorization: Bearer hunter22'", ["hunter22"]),
        ("curl https://h.example -H 'Authorization: hunter22'", ["hunter22"]),
        ("curl https://h.example -u me:hunter22", ["me:hunter22"]),
        ("curl -ume:hunter22 https://h.example", ["me:hunter22"]),
        ("curl https://h.example --user 'me:hunter22'", ["me:hunter22"]),
        ("curl https://h.example --oauth2-bearer hunter22", ["hunter22"]),
        ("curl https://h.example -b 'session=hunter22; a=b'", ["session=hunter22; a=b"]),
        ("curl https://h.example -H 'Cookie: session=hunter22; a=b'", ["session=hunter22; a=b"]),
        ("curl 'https://h.example/v1?api-key=hunter22&x=1'", ["hunter22"]),
        ("https://me:hunter22@h.example/v1", ["me:hunter22"]),
        (f"use {AZURE} there", [AZURE]),
        ("OPENAI_API_KEY=$MINE", []),
        ('api_key=os.environ["OPENAI_API_KEY"]', []),
        ("curl https://h.example -H 'Authorization: Bearer ${MINE}'", []),
        ('curl https://h.example -H \'api-key: <your key>\' -d \'{"max_tokens": 1024, "model": "m"}\'', []),
        ('api_key_env = "AZURE_MISTRAL_KEY"', []),
        ("https://h.example/v1?api-version=2024-10-21", []),
    ],
)
def test_a_key_in_what_was_pasted_is_told_by_its_place(pasted: str, keys: list[str]) -> None:
    assert list(pasted_keys(pasted)) == keys
    drawn = hidden(pasted)
    assert "hunter22" not in drawn
    assert (len(drawn), drawn == pasted) == (len(pasted), not keys)


def test_a_known_key_is_found_wherever_it_stands_and_a_short_one_only_alone() -> None:
    assert holds_any("https://h.example/hunter22-long", {"hunter22-long"})
    assert holds_any(" abc ", {"abc"})
    assert not holds_any("abcdef", {"abc", ""})
    assert hidden("https://h.example/hunter22-long", {"hunter22-long"}) == f"https://h.example/{'•' * 13}"
