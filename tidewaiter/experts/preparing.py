"""What `init` makes: the group of the role `expert`, and the questionnaires that come with the program."""

from __future__ import annotations

from tidewaiter.experts.actions import define_shipped_questionnaires, open_group_of_all


def prepare() -> None:
    """Makes them where they are not there."""
    open_group_of_all()
    define_shipped_questionnaires()
