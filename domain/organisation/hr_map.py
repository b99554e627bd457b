"""How HR's list of people is read: said once, kept with the organisation (ORG-09)."""

from typing import Literal

from domain.kernel.value import Value


class HrMap(Value):
    """`columns`: the header of each field; `values`: what counts where a cell is empty; `units`: ids by HR's names.

    `until` says whether HR writes the last day at work or the first day gone. `dates` is the order of day and month.
    """

    columns: dict[str, str] = {}
    values: dict[str, str] = {}
    units: dict[str, str] = {}
    dates: Literal["iso", "dmy", "mdy"] = "iso"
    until: Literal["first day gone", "last day"] = "first day gone"
