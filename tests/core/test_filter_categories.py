from __future__ import annotations

from tui_chat.core.filter_categories import category_words


def test_a_category_is_known_however_its_words_are_joined() -> None:
    for spelling in ("self_harm", "SelfHarm", "self-harm", "selfharm"):
        assert category_words(spelling) == "self-harm"
    assert category_words("pii") == category_words("PersonallyIdentifiableInformation") == "personal data"
    assert category_words(" _ ") == "unnamed category"
