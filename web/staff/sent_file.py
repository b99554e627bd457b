"""A table that a form sends: as a file, or as an earlier page carried it on to the confirmation."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from starlette.datastructures import FormData, UploadFile

from application.files.hr_table import ENDINGS
from domain.kernel.errors import Refused
from web.staff.forms import incomplete, text

LARGEST: Final = 1_500_000
"""Bytes of a file on a page. Larger ones go by the command line."""
IN_A_FORM: Final = LARGEST * 4 // 3 + 4_096


@dataclass(frozen=True)
class SentFile:
    name: str
    data: bytes

    @property
    def carried(self) -> str:
        """The file as the form of the confirmation carries it."""
        return base64.b64encode(self.data).decode()


async def sent_file(form: FormData, *, missing: Refused) -> SentFile:
    """Raises `missing` where no file was chosen, Refused `bad-ending`, `file-size`, `bad-form`."""
    if "confirm" in form:
        try:
            return SentFile(_named(text(form, "name")), base64.b64decode(str(form.get("data", "")), validate=True))
        except binascii.Error:
            raise incomplete() from None
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise missing
    if (file.size or 0) > LARGEST:
        raise Refused(
            "file-size",
            "{name} is larger than {most} bytes; ask operations to import it, or split it.",
            name=_named(file.filename),
            most=LARGEST,
        )
    return SentFile(_named(file.filename), await file.read())


def _named(name: str) -> str:
    """The last part of a name, with an ending that says it is a table. Raises Refused `bad-ending`."""
    last = PurePath(name.replace("\\", "/")).name[-80:]
    if PurePath(last).suffix.lower() not in ENDINGS:
        raise Refused("bad-ending", "Name a file that ends in .csv or .xlsx; {name} does not.", name=last)
    return last
