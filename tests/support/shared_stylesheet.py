"""A style sheet that parses each piece of CSS once in a process: the apps of all tests have the same pieces."""

from __future__ import annotations

from typing import ClassVar

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation


class SharedStylesheet(Stylesheet):
    _shared: ClassVar[dict[tuple[object, ...], list[RuleSet]]] = {}

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        place = (css, read_from, is_default_rules, tie_breaker, scope)
        key = (*place, frozenset(self._variables.items()))
        if key not in self._shared:
            self._shared[key] = super()._parse_rules(*place)
        return self._shared[key]

    def reparse(self) -> None:
        """Overridden: Textual parses all anew in a plain style sheet, for another theme or the same one."""
        self.parse()
