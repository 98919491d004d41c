"""The diagrams say what the tables say."""

from django.conf import settings

from sdwg.overview.diagrams import document


def test_the_drawn_states_are_those_of_the_tables() -> None:
    drawn = (settings.BASE_DIR / "docs" / "states.md").read_text()
    assert drawn == document(), "run manage.py draw_states"
