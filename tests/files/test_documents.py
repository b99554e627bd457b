"""What can be read from a file, and the one sentence when it cannot."""

from decimal import Decimal

import pytest

from application.files.document import read_document, read_yaml
from domain.kernel.errors import Refused


@pytest.fixture
def file(tmp_path):
    def written(content, name="a.yaml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def refused(path):
    with pytest.raises(Refused) as found:
        read_document(path)
    assert found.value.code == "bad-file"
    return found.value.message.replace(f"{path.parent}/", "")


def test_data_comes_with_the_line_of_every_entry(file):
    document = read_yaml(file("a: 1\nb:\n  - x\n  - {c: y,\n     d: z}\n"))
    assert document.data == {"a": 1, "b": ["x", {"c": "y", "d": "z"}]}
    lines = {place: document.where(place).rsplit(":", 1)[1] for place in [(), ("a",), ("b",), ("b", 1), ("b", 1, "d")]}
    assert list(lines.values()) == ["1", "1", "2", "4", "5"]
    assert document.where(("b", 1, "missing")).endswith(":4")


def test_nothing_is_guessed_from_plain_words(file):
    text = (
        "no: no\non: on\ntime: 13:00\nday: 2026-04-13\nid: 007\nhex: 0x1F\nnan: .nan\nempty:\ntrue: true\nshare: 0.15\n"
    )
    assert read_yaml(file(text)).data == {
        "no": "no",
        "on": "on",
        "time": "13:00",
        "day": "2026-04-13",
        "id": "007",
        "hex": "0x1F",
        "nan": ".nan",
        "empty": None,
        "true": True,
        "share": Decimal("0.15"),
    }


def test_quotes_make_text(file):
    assert read_yaml(file("a: '12'\nb: \"true\"\nc: |\n  two\n  lines\n")).data == {
        "a": "12",
        "b": "true",
        "c": "two\nlines\n",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3: a was already given on line 1; keep one of the two"),
        ("a: 1\nx: {b: 1,\n    b: 2}\n", "a.yaml:3: b was already given on line 2; keep one of the two"),
        ("a:\n\tb: 1\n", "a.yaml:2: begins with a tab; indent with spaces"),
        ("a: [1, 2\nb: 3\n", "a.yaml:2: is not readable YAML: did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2: a second document begins; put it into a file of its own"),
        ("a: &x 1\n", "a.yaml:1: anchors and aliases are not read; write the value out"),
        ("a: 1\nb: *x\n", "a.yaml:2: anchors and aliases are not read; write the value out"),
        ("a: !!python/object:os.system x\n", "tags such as tag:yaml.org,2002:python/object:os.syste are not read"),
        ("? [a]\n: 1\n", "a.yaml:1: a name must be a plain word, not a list or a mapping"),
        ("a: 1\nb: \x07\n", "a.yaml:2: has a control character; delete it"),
        ("[" * 100_000, "a.yaml:1: is nested too deeply; at most 64 levels are read"),
        (b"a: 1\nb: \xe0\xb8\n", "a.yaml:2: is not UTF-8 text; save the file as UTF-8"),
        ("a: 1\n".encode("utf-16"), "a.yaml:1: is not UTF-8 text; save the file as UTF-8"),
        ("", "a.yaml: is empty"),
        (" \n\n", "a.yaml: is empty"),
        ("# only a comment\n", "a.yaml: is empty"),
        (b"a: " + b"x" * 5_000_000, "a.yaml: is larger than 5 MB; split it into several files"),
    ],
)
def test_an_unreadable_file_is_one_sentence_with_its_line(content, message, file):
    assert message in refused(file(content))


def test_a_missing_file_and_a_directory(tmp_path):
    assert refused(tmp_path / "none.yaml") == "none.yaml: there is no such file; check the path"
    assert refused(tmp_path / "sub" / "none.yaml") == "none.yaml: there is no such file; check the path"
    (tmp_path / "folder").mkdir()
    assert refused(tmp_path / "folder") == "folder: this is a directory; name the files in it"
    assert refused(tmp_path / "nul\0") == "nul\0: cannot be read: not a usable path"


def test_a_byte_order_mark_is_no_part_of_the_text(file):
    assert read_yaml(file(b"\xef\xbb\xbfa: 1\n")).data == {"a": 1}


def test_json_is_read_with_lines_too(file):
    document = read_document(file('{\n\t"a": "\\ud83d\\ude00 \\/",\n\t"b": [1.10,\n\t\ttrue]\n}\n', "a.json"))
    assert document.data == {"a": "😀 /", "b": [Decimal("1.10"), True]}
    assert document.where(("b", 1)).endswith("a.json:4")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1,\n "b": }', "a.json:2: is not JSON: Expecting value"),
        ('{"a": 1,\n "a": 2}', "a.json:2: a was already given on line 1; keep one of the two"),
        ('{"a": NaN}', "a.json: NaN is not a number that can be used"),
        ("[" * 100_000, "a.json: is nested too deeply; at most 64 levels are read"),
        ("[" * 100 + "]" * 100, "a.json:1: is nested too deeply; at most 64 levels are read"),
    ],
)
def test_unreadable_json_is_one_sentence_too(content, message, file):
    assert refused(file(content, "a.json")) == message
