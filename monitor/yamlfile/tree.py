"""YAML read into a tree of values that know their place, so that a complaint can name line and key path.

    read(path, environ) -> Document

The rules are those of YAML 1.2: `no` and `15:30` are text; `true` and `false` are the truth values. Text may
name environment variables, `${NAME}`; they are put in after the YAML is parsed, so they never become YAML
themselves. `$${` stands for a plain `${`. What comes from the environment may be a secret and is never shown:
messages quote the file, not the value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver

MAX_DEPTH: Final = 20
_MAX_QUOTED: Final = 60  # characters of a text in a message

_TAG: Final = "tag:yaml.org,2002:"
_LIST: Final = f"{_TAG}seq"
_MAPPING: Final = f"{_TAG}map"
_MERGE: Final = f"{_TAG}merge"
_DEEP: Final = re.compile(r"(?:[\[{?]\s*|-\s+){20}|^ {100}", re.MULTILINE)
_REFERENCE: Final = re.compile(r"(?P<escape>\$\$\{)|\$\{(?P<name>[^{}]*)\}|\$\{")

T = TypeVar("T")
Scalar: TypeAlias = bool | int | float | str | None
Convert: TypeAlias = Callable[[str], Scalar]
Data: TypeAlias = "Scalar | list[Value] | dict[str, Value]"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be, in bytes, and how many values it may hold.

    Values are counted with aliases followed: a few lines must not stand for a billion of them. `fast` reads with
    libyaml, several times quicker, its complaints terser: for long files that programs write.
    """

    bytes: int = 1_000_000
    values: int = 10_000
    fast: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file. Lines and columns count from 1; 0 means that none can be named."""

    line: int
    message: str
    label: str = ""
    column: int = 0

    def render(self, name: str) -> str:
        """The line a user reads: `config.yaml:12: fetch.delay: expected …`."""
        place = ":".join([name, *(str(number) for number in (self.line, self.column) if number)])
        return ": ".join(part for part in (place, self.label, self.message) if part)


class Refused(Exception):  # noqa: N818 - no user meets it: `config.load` makes a ConfigError of it
    """Something in a file cannot be accepted, for one reason or several."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the file and where it stands.

    `label` is its key path. `written` is a single value as the file has it: `${NAME}` where `data` has what
    the environment gave. `secret` tells that it gave something.
    """

    data: Data
    line: int
    label: str = ""
    written: str = ""
    secret: bool = False

    @classmethod
    def of(cls, data: object, label: str = "") -> "Value":
        """Return a value that stands in no file: what JSON makes of a text."""
        match data:
            case Mapping():
                return cls(
                    {key: cls.of(each, f"{label}.{key}".removeprefix(".")) for key, each in data.items()}, 0, label
                )
            case list():
                return cls([cls.of(each, f"{label}[{number}]") for number, each in enumerate(data)], 0, label)
            case None | bool() | int() | float() | str():
                return cls(data, 0, label, str(data))
        raise TypeError(f"no value of a file: {data!r}")

    def refused(self, message: str) -> Refused:
        """The message, bound to this place."""
        return Refused(Problem(self.line, message, self.label))

    def unexpected(self, expected: str, hint: str = "") -> Refused:
        """What is expected at this place and what was found there, with a hint where there is one."""
        note = " (filled from the environment: always text, never shown)" if self.secret else ""
        return self.refused(f"expected {expected}, found {self._found()}{note}{hint}")

    def _found(self) -> str:
        match self.data:
            case None:
                return "nothing"
            case bool():
                return str(self.data).lower()
            case str():
                return f'the text "{shown(self.written)}"'
            case int() | float():
                return f"the number {shown(self.written)}"
            case list():
                return "a list"
            case dict():
                return "keys with values"


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds, and what is wrong with it so far. A value that is wrong is left out of the tree."""

    root: Value
    problems: tuple[Problem, ...]

    def interpret(self, reader: Callable[[Value], T]) -> T:
        """What the reader makes of the file. Raises Refused with the problems of both."""
        try:
            result = reader(self.root)
        except Refused as refused:
            raise Refused(*self.problems, *refused.problems) from None
        if self.problems:
            raise Refused(*self.problems)
        return result


def shown(text: str) -> str:
    """The text fit for a message: on one line, not long, no URL beyond its scheme."""
    quoted = _without_url(text)
    if len(quoted) > _MAX_QUOTED:
        quoted = f"{quoted[:_MAX_QUOTED]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in quoted)


def _without_url(text: str) -> str:
    """The text up to the scheme of a URL: what follows may hold a password, well-formed or not."""
    before, separator, _ = text.partition("://")
    return f"{before}{separator}…" if separator else text


def read(path: Path, environ: Mapping[str, str] | None = None, limits: Limits = Limits()) -> Document:
    """The values of a file; an empty one has the value None. Without an environment, `${NAME}` stays as it is.

    Raises Refused if the file cannot be read or is not one document of YAML within the limits.
    """
    root = _compose(_decode(_content(path, limits)), fast=limits.fast)
    if root is None:
        return Document(Value(None, line=1), ())
    builder = _Builder(environ, limits)
    value = builder.build(root, root.start_mark.line + 1, "", ())
    return Document(value or Value(None, line=1), tuple(builder.problems))


def _content(path: Path, limits: Limits) -> bytes:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise Refused(Problem(0, "this is no regular file"))
        with path.open("rb") as file:
            content = file.read(limits.bytes + 1)
    except FileNotFoundError:
        raise Refused(Problem(0, "there is no such file")) from None
    except IsADirectoryError:
        raise Refused(Problem(0, "this is a folder; name a file in it")) from None
    except OSError as error:
        raise Refused(Problem(0, f"cannot be read: {error.strerror}")) from None
    if len(content) > limits.bytes:
        raise Refused(Problem(0, f"larger than {limits.bytes // 1_000_000} MB; this is hardly a file of settings"))
    return content


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(Problem(line, "not UTF-8; save the file as UTF-8 text")) from None


class _Yaml12(VersionedResolver):
    """The rules of YAML 1.2, whatever version a file declares."""

    @property
    def processing_version(self) -> tuple[int, int]:
        return (1, 2)


def _compose(text: str, *, fast: bool) -> Node | None:
    # libyaml has no limit of depth, and ends the process where the stack does
    yaml = YAML(typ="safe", pure=not fast or _DEEP.search(text) is not None)
    yaml.Resolver = _Yaml12
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # YAML allows it
    try:
        root: Node | None = yaml.compose(text)
    except MarkedYAMLError as error:
        raise Refused(_syntax_problem(error)) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"the character U+{error.character:04X} is not allowed in YAML"
        raise Refused(Problem(line, message)) from None
    except (ValueError, OverflowError):  # what the library makes of "\U00110000" and "\UFFFFFFFF"
        raise Refused(Problem(0, "not YAML: an escape (\\U…) names a character that does not exist")) from None
    except AssertionError:  # what it makes of "%YAML 1.9"
        raise Refused(Problem(0, "not YAML: the file declares a version other than 1.2")) from None
    return root


def _syntax_problem(error: MarkedYAMLError) -> Problem:
    context, said = error.context or "", _without_url(error.problem or "")
    if isinstance(error, MaxDepthExceededError):
        message = f"nested more than {MAX_DEPTH} deep"
    elif said == "but found another document":
        message = "a second document starts here; the settings are one document"
    else:
        message = f"not YAML: {said or context}"
        if "'\\t'" in said:
            message += "; indent with spaces, not tabs"
        elif said and context and error.context_mark:
            message += f" ({context} from line {error.context_mark.line + 1})"
    mark = error.problem_mark or error.context_mark
    return Problem(mark.line + 1, message, column=mark.column + 1)


def _key_label(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key) else f'"{shown(key)}"'


def _whole_number(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits, 0) if digits.lstrip("+-")[1:2] in {"x", "o", "b"} else int(digits)


_SCALARS: Final[Mapping[str, Convert]] = {
    f"{_TAG}null": lambda _: None,
    f"{_TAG}bool": lambda text: text.lower() == "true",
    f"{_TAG}int": _whole_number,
    f"{_TAG}float": lambda text: float(text.replace("_", "")),
    # The library gives dates, "=" and "<<" kinds of their own; in YAML 1.2 they are text.
    **dict.fromkeys((f"{_TAG}{kind}" for kind in ("str", "timestamp", "value", "merge", "yaml")), str),
}


def _complaint(reference: re.Match[str], environ: Mapping[str, str]) -> str | None:
    """What keeps a `${NAME}` from being replaced."""
    name = reference["name"]
    if name is None:
        return 'a "${" without its "}"; write "$${" if a plain "${" is meant'
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return f'"{shown(name)}" cannot be the name of an environment variable'
    return None if name in environ else f"the environment variable {name} is not set"


class _Builder:
    """Makes values of nodes: follows aliases, puts in the environment, and notes what is wrong."""

    def __init__(self, environ: Mapping[str, str] | None, limits: Limits) -> None:
        self.problems: list[Problem] = []
        self._environ = environ
        self._limits = limits
        self._count = 0

    def build(self, node: Node, line: int, label: str, within: tuple[Node, ...]) -> Value | None:
        """The value of a node inside others, or None where a problem was noted. Raises Refused at a limit."""
        self._count += 1
        if self._count > self._limits.values:
            raise Refused(
                Problem(line, f"more than {self._limits.values} values, counted with aliases followed", label)
            )
        if len(within) > MAX_DEPTH:
            raise Refused(Problem(line, f"nested more than {MAX_DEPTH} deep", label))
        if any(node is outer for outer in within):
            self._note(line, label, "the alias stands inside what it stands for")
            return None
        if isinstance(node, ScalarNode) and (convert := _SCALARS.get(str(node.tag))):
            return self._scalar(node.value, convert, line, label)
        if isinstance(node, SequenceNode) and node.tag == _LIST:
            return Value(self._items(node, label, (*within, node)), line, label)
        if isinstance(node, MappingNode) and node.tag == _MAPPING:
            return Value(self._entries(node, label, (*within, node)), line, label)
        self._note(line, label, f"the tag {shown(str(node.tag))} is not used here; leave it out")
        return None

    def _note(self, line: int, label: str, message: str) -> None:
        self.problems.append(Problem(line, message, label))

    def _items(self, node: SequenceNode, label: str, within: tuple[Node, ...]) -> list[Value]:
        items = (
            self.build(item, item.start_mark.line + 1, f"{label}[{index}]", within)
            for index, item in enumerate(node.value)
        )
        return [item for item in items if item is not None]

    def _entries(self, node: MappingNode, label: str, within: tuple[Node, ...]) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self._note(line, label, "a key must be text")
                continue
            below = f"{label}.{_key_label(key.value)}".removeprefix(".")
            if key.tag == _MERGE:
                self._note(line, below, "YAML 1.2 has no merge keys; write these settings out")
            elif key.value in lines:
                self._note(line, below, f"given twice, on line {lines[key.value]} and on line {line}")
            else:
                lines[key.value] = line
                value = self.build(child, line, below, within)
                if value is not None:
                    entries[key.value] = value
        return entries

    def _scalar(self, written: str, convert: Convert, line: int, label: str) -> Value | None:
        if convert is str:
            return self._text(written, line, label)
        try:
            return Value(convert(written), line, label, written)
        except ValueError:  # a number Python does not read, such as `.inf` or one of 5000 digits, stays text
            return Value(written, line, label, written)

    def _text(self, written: str, line: int, label: str) -> Value | None:
        environ = self._environ
        if environ is None or "${" not in written:
            return Value(written, line, label, written)
        references = [match for match in _REFERENCE.finditer(written) if not match["escape"]]
        complaints = [_complaint(reference, environ) for reference in references]
        for complaint in filter(None, complaints):
            self._note(line, label, complaint)
        if any(complaints):
            return None
        text = _REFERENCE.sub(lambda match: "${" if match["escape"] else environ[match["name"]], written)
        return Value(text, line, label, written, secret=bool(references))
