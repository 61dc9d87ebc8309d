import pytest

from tui_chat.ui.measure import CENTRED_FROM, MEASURE, measure


@pytest.mark.parametrize(
    ("width", "margin", "text"),
    [(1, 0, 1), (4, 0, 1), (60, 0, 56), (103, 0, 99), (104, 0, 100), (139, 0, 100), (140, 18, 100), (201, 48, 100)],
)
def test_one_measure_for_everything_in_a_pane(width: int, margin: int, text: int) -> None:
    assert measure(width) == (margin, text)


def test_the_measure_fits_and_stands_in_the_middle_of_a_wide_pane() -> None:
    for width in range(5, 300):
        found = measure(width)
        assert found.margin + found.box <= width
        assert found.text <= MEASURE
        if width >= CENTRED_FROM:
            assert abs(width - found.box - 2 * found.margin) <= 1
