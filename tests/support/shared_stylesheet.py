"""A style sheet that parses each piece of CSS once in a process: the apps of all tests have the same pieces."""

from __future__ import annotations

from typing import ClassVar

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation


class SharedStylesheet(Stylesheet):
    _shared: ClassVar[dict[tuple[object, ...], list[RuleSet]]] = {}
    _sheets: ClassVar[dict[object, tuple[list[RuleSet], dict[str, list[RuleSet]]]]] = {}

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

    def parse(self) -> None:
        """Overridden: Textual puts all pieces together anew for each kind of widget that is mounted first."""
        key = (tuple(self.source.items()), frozenset(self._variables.items()))
        if key not in self._sheets:
            super().parse()
            self._sheets[key] = (self.rules, super().rules_map)
        self._rules, self._rules_map = self._sheets[key]
        self._require_parse = False

    @property
    def rules_map(self) -> dict[str, list[RuleSet]]:
        return super().rules_map if self.rules else {}

    def reparse(self) -> None:
        """Overridden: Textual parses all anew in a plain style sheet, for another theme or the same one."""
        self.parse()
