"""The text of a file, or one clear sentence on why it cannot be read."""

from pathlib import Path

from domain.kernel.errors import Refused

MAX_BYTES = 5_000_000


def bad_file(text: str) -> Refused:
    """Refused `bad-file` with one problem, `file:line: what to do`."""
    return Refused("bad-file", "{first}", first=text, more=0, problems=[text])


def read_text(path: Path) -> str:
    """The text of a UTF-8 file of at most 5 MB. Raises Refused `bad-file`."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise bad_file(f"{path}: there is no such file; check the path") from None
    except IsADirectoryError:
        raise bad_file(f"{path}: this is a directory; name the files in it") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise bad_file(f"{path}: cannot be read: {reason}") from None
    if len(raw) > MAX_BYTES:
        raise bad_file(f"{path}: is larger than {MAX_BYTES // 1_000_000} MB; split it into several files")
    return text_of(raw, str(path))


def text_of(raw: bytes, name: str) -> str:
    """The text of a file that was read already; its problems call it `name`. Raises Refused `bad-file`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise bad_file(f"{name}:{line}: is not UTF-8 text; save the file as UTF-8 (in Excel: CSV UTF-8)") from None
    if not text.strip():
        raise bad_file(f"{name}: is empty")
    return text
