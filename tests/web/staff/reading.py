"""Reads pages as a reader does: tables by the name of their first column, pictures, and whether tags are closed."""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "table":
                self.tables.append([])
            case "tr":
                self.tables[-1].append([])
            case "td" | "th":
                self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed by itself."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def table(page: str, first: str) -> list[list[str]]:
    """The rows below the head of the one table whose first column is called so; words of each cell."""
    reader = _Tables()
    reader.feed(page)
    found = [each for each in reader.tables if each and each[0] and each[0][0] == first]
    assert len(found) == 1, f"{len(found)} tables begin with {first}"
    return found[0][1:]


def pictures(page: str) -> list[str]:
    return re.findall(r"<svg role=.*?</svg>", page, re.DOTALL)


def unclosed(page: str) -> list[str]:
    """Tags that are not closed in the order in which they were opened."""
    reader = _Nesting()
    reader.feed(page)
    return [*reader.wrong, *reader.open]
