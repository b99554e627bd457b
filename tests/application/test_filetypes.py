"""A file is taken if its name claims a type that may be attached and its content bears that out (KRN-54)."""

from io import BytesIO
from typing import get_args
from zipfile import ZipFile

import pytest

from application.commands.filetypes import TYPES, media_type
from domain.kernel.commands import MediaType
from domain.kernel.errors import Refused


def archive(**members: str) -> bytes:
    """A zip; `__` in a name stands for a slash, `_DOT_` for a dot."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/").replace("_DOT_", "."), text)
    return buffer.getvalue()


def office(main: str, **more: str) -> bytes:
    return archive(**{"[Content_Types].xml": "<x/>", main: "<x/>", **more})


RIGHT = {
    "pdf": b"%PDF-1.7\n\x00\x01",
    "png": b"\x89PNG\r\n\x1a\n\x00",
    "jpg": b"\xff\xd8\xff\xe0",
    "jpeg": b"\xff\xd8\xff\xe0",
    "txt": "ตกลง\tok\r\n".encode(),
    "csv": b"a;b\n1;2\n",
    "eml": b"From: e1001@example\r\n\r\nHello",
    "docx": office("word/document.xml"),
    "xlsx": office("xl/workbook.xml"),
    "pptx": office("ppt/presentation.xml"),
    "odt": archive(mimetype="application/vnd.oasis.opendocument.text"),
    "ods": archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
}


def code(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        media_type(name, data)
    return refused.value.code


def test_the_types_are_those_that_the_kernel_takes():
    assert set(TYPES.values()) == set(get_args(MediaType))
    assert set(RIGHT) == set(TYPES)


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize("end", RIGHT)
def test_a_file_is_taken_for_what_it_is(end: str):
    assert media_type(f"a.{end.upper()}", RIGHT[end]) == TYPES[end]


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize("end", RIGHT)
@pytest.mark.parametrize("content", [*RIGHT, "exe"])
def test_a_file_is_never_taken_for_what_it_is_not(end: str, content: str):
    data = {**RIGHT, "exe": b"MZ\x90\x00"}[content]
    texts = {"txt", "csv"}
    if TYPES[end] == TYPES.get(content) or (end in texts and content in {*texts, "eml"}):
        assert media_type(f"a.{end}", data)
    else:
        assert code(f"a.{end}", data) == "file-content"


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.docm", "a.zip", "pdf", ".pdf", "a", "a.pdf.js"])
def test_other_kinds_of_files_are_refused(name: str):
    assert code(name, RIGHT["pdf"]) == "file-type"


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", office("word/document.xml", **{"word/vbaProject.bin": "macro"})),
        ("a.odt", archive(mimetype="application/vnd.oasis.opendocument.text", Basic__script="macro")),
        ("a.docx", RIGHT["docx"][:-30]),
        ("a.docx", b"PK\x03\x04"),
        ("a.txt", b"caf\xe9"),
        ("a.csv", b"a\x00b"),
        ("a.eml", b"no header"),
    ],
)
def test_macros_broken_archives_and_texts_that_are_none_are_refused(name: str, data: bytes):
    assert code(name, data) == "file-content"
