"""Which files may be attached, and whether a file is what its name says: by its first bytes, or by what is inside.

The list is the kernel's `MediaType`: documents, pictures and mails, nothing that a reader's machine would run.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from re import match
from zipfile import BadZipFile, ZipFile

from domain.kernel.errors import Refused

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
TYPES = {
    "csv": "text/csv",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "eml": "message/rfc822",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "ods": f"{_OPEN}.spreadsheet",
    "odt": f"{_OPEN}.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "txt": "text/plain",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
"""Media type by the end of a file's name, in small letters."""

_FIRST_BYTES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_MAIN_PART = {
    f"{_OFFICE}.wordprocessingml.document": "word/document.xml",
    f"{_OFFICE}.presentationml.presentation": "ppt/presentation.xml",
    f"{_OFFICE}.spreadsheetml.sheet": "xl/workbook.xml",
}
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f")


def ending(name: str) -> str:
    """What stands behind the last dot, in small letters."""
    return PurePath(name).suffix[1:].lower()


def media_type(name: str, data: bytes) -> str:
    """The type of a file, which its name claims and its content bears out.

    Raises Refused `file-type`, `file-content`.
    """
    kind = TYPES.get(ending(name))
    if kind is None:
        raise Refused(
            "file-type",
            "Files that end in {ending} are not taken; attach one of: {known}.",
            ending=repr(ending(name)[:20]),
            known=", ".join(sorted(TYPES)),
        )
    if not _is(kind, data):
        raise Refused(
            "file-content",
            "The file ends in {ending}, but its content is something else or holds macros; save it anew as {ending}."
            " Texts must be UTF-8.",
            ending=ending(name),
        )
    return kind


def _is(kind: str, data: bytes) -> bool:
    if kind in _FIRST_BYTES:
        return data.startswith(_FIRST_BYTES[kind])
    if kind in _MAIN_PART:
        return _in_archive(data, lambda archive: _is_office(archive, _MAIN_PART[kind]))
    if kind.startswith(_OPEN):
        return _in_archive(data, lambda archive: _is_open(archive, kind))
    return _is_text(data) and (kind != "message/rfc822" or match(rb"[!-9;-~]+:", data) is not None)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return not _CONTROL.intersection(data)


def _in_archive(data: bytes, test: Callable[[ZipFile], bool]) -> bool:
    try:
        with ZipFile(BytesIO(data)) as archive:
            return test(archive)
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, OSError):
        return False


def _is_office(archive: ZipFile, main: str) -> bool:
    names = set(archive.namelist())
    return {"[Content_Types].xml", main} <= names and not any(name.endswith("vbaProject.bin") for name in names)


def _is_open(archive: ZipFile, kind: str) -> bool:
    """Such a document says its type in its first entry; macros are in a folder of their own."""
    with archive.open("mimetype") as entry:
        said = entry.read(len(kind) + 1)
    return said == kind.encode() and not any(name.startswith(("Basic/", "Scripts/")) for name in archive.namelist())
