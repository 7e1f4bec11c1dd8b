"""Lua scripts by their headers: the names in a script are bound from what its header declares.

A file is its own contract. `load_folder(commands, includes)` reads every `.lua` file of a folder,
inlines the includes it names (and theirs, once each) and returns ready scripts. The tags:

    --- name: purpose            the first line; the name is that of the file
    --- @key name type meaning   a key; bound as `name`
    --- @dynamic name:<x> ...    keys built in the script as `prefix .. 'name:' .. x`
    --- @arg name int|str ...    an argument; bound as `name`
    --- @rest name meaning       what follows the arguments is ARGV[name + 1], ARGV[name + 2], ...
    --- @field name meaning      a field that an include reads; all of them are bound as `fields`
    --- @include name name       functions of other files
    --- @lazy why                few calls need this include: it is made when it is called, and with
                                 it those that only it needs
    --- @when condition          lazy, and answers nil at once where this is false of its parameters
    --- @return ...              the reply
    --- @code BB_WORD meaning    an error reply of this script
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Arg = str | bytes | int
Kind = Literal["int", "str"]

_TAG: Final = re.compile(r"---\s+@(\w+)\s+(.*)")
_SIGNATURE: Final = re.compile(r"local function \w+(\([\w, ]*\))")
_TITLE: Final = re.compile(r"---\s+(\w+): (.+)")
# A string or a comment, whichever begins first: comments go, strings stay.
_STRING_OR_COMMENT: Final = re.compile(r"""('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|--[^\n]*""")
# A function of Lua 5.1 can refer to 60 names around it, and have 200 of its own.
_MAX_BINDINGS: Final = 60
_MAX_INCLUDES: Final = 150
_KNOWN_TAGS: Final = frozenset(
    {"key", "dynamic", "arg", "rest", "field", "include", "lazy", "when", "return", "code"}
)


class LuaError(Exception):
    """A Lua file and its header do not fit together."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that a script declares: its name and how Lua reads it."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Source:
    """One file as written: what its header declares, and its code without comments."""

    name: str
    purpose: str
    text: str
    code: str
    keys: tuple[str, ...]
    dynamic: tuple[str, ...]
    args: tuple[Argument, ...]
    rest: str | None
    fields: tuple[str, ...]
    includes: tuple[str, ...]
    codes: tuple[str, ...]
    when: str | None

    def unused(self) -> list[str]:
        """The declared names that the code never mentions."""
        declared = [*self.keys, *(a.name for a in self.args), *self.fields, *self.includes]
        if self.rest:
            declared.append(self.rest)
        return [name for name in declared if not re.search(rf"\b{name}\b", self.code)]


@dataclass(frozen=True, slots=True)
class Script:
    """A script that can be sent to the server.

    Attributes:
        name: Name of its file.
        text: What the server runs. Its line numbers are those of the file.
        sha: SHA-1 of the text, for EVALSHA.
        keys: Names of its keys, in the order in which they are passed.
        args: Its arguments, in that order too.
        rest: Name of the variable tail after the arguments, if it takes one.
        codes: The words its error replies may begin with.
    """

    name: str
    text: str
    sha: str
    keys: tuple[str, ...]
    args: tuple[Argument, ...]
    rest: str | None
    codes: tuple[str, ...]

    def command(
        self, keys: Mapping[str, str], rest: Sequence[Arg] = (), **args: Arg
    ) -> tuple[Arg, ...]:
        """The whole EVALSHA command for a call by name.

        Args:
            keys: The full key of each name that the header declares.
            rest: The variable tail.
            **args: A value for each declared argument.

        Raises:
            TypeError: A name is missing or unknown.
        """
        self._check("key", self.keys, keys)
        self._check("argument", [argument.name for argument in self.args], args)
        if rest and self.rest is None:
            raise TypeError(f"{self.name}() takes no values beyond its arguments")
        named_keys = [keys[name] for name in self.keys]
        named_args = [args[argument.name] for argument in self.args]
        return ("EVALSHA", self.sha, len(named_keys), *named_keys, *named_args, *rest)

    def in_full(self, command: tuple[Arg, ...]) -> tuple[Arg, ...]:
        """The same call with the whole script in it, for a server that does not know it.

        Args:
            command: The EVALSHA command.
        """
        return ("EVAL", self.text, *command[2:])

    def _check(self, what: str, declared: Iterable[str], given: Iterable[str]) -> None:
        expected, names = set(declared), set(given)
        for name in sorted(expected - names):
            raise TypeError(f"{self.name}() misses the {what} {name!r}")
        for name in sorted(names - expected):
            raise TypeError(f"{self.name}() has no {what} {name!r}")


def load_folder(commands: Path, *includes: Path) -> dict[str, Script]:
    """Every script of a folder, by name.

    Args:
        commands: Folder whose `.lua` files are one script each.
        *includes: Folders whose `.lua` files are one function each; the first that has one wins.

    Raises:
        LuaError: A header is wrong, or names an include that does not exist.
    """
    parts: dict[str, Source] = {}
    for folder in reversed(includes):
        parts |= read_folder(folder)
    return {name: render(source, parts) for name, source in read_folder(commands).items()}


def read_folder(folder: Path) -> dict[str, Source]:
    """The sources of a folder, by name and in the order of their names."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.lua"))}


def read(path: Path) -> Source:
    """One file.

    Raises:
        LuaError: Its header does not begin with its name, or has an unknown tag.
    """
    text = path.read_text(encoding="utf-8")
    title = _TITLE.match(text)
    if title is None or title[1] != path.stem:
        raise LuaError(f"{path.name}: the first line must be '--- {path.stem}: purpose'")
    tags = _tags(path.name, text)
    if "[[" in text or "--[=" in text:
        raise LuaError(f"{path.name}: long strings and long comments are not read here")
    rest = _words(tags, "rest")
    return Source(
        name=path.stem,
        purpose=title[2],
        text=text,
        code=_STRING_OR_COMMENT.sub(lambda found: found[1] or "", text),
        keys=_words(tags, "key"),
        dynamic=_words(tags, "dynamic"),
        args=tuple(_argument(path.name, line) for line in tags["arg"]),
        rest=rest[0] if rest else None,
        fields=_words(tags, "field"),
        includes=tuple(name for line in tags["include"] for name in line.split()),
        codes=_words(tags, "code"),
        when=tags["when"][0] if tags["when"] else "true" if tags["lazy"] else None,
    )


def render(source: Source, includes: Mapping[str, Source]) -> Script:
    """The script of a command file.

    Bindings and includes share its first line, so that an error's line number is that of the file.

    Raises:
        LuaError: An include does not exist, or Lua's limit of local names is passed.
    """
    parts = list(_with_includes(source, includes))
    keys = _unique(key for part in (source, *parts) for key in part.keys)
    if len(keys) + len(source.args) + 5 > _MAX_BINDINGS:
        raise LuaError(f"{source.name}: more keys and arguments than Lua can bind")
    bindings = _bindings(source, parts, keys)
    functions = _functions(source, includes, frozenset())
    # Within a function of its own, Lua binds the names of the includes in half the time.
    text = " ".join([*bindings, "return (function()", *functions, source.text]) + "end)()\n"
    return Script(
        name=source.name,
        text=text,
        # The server names scripts by SHA-1; nothing secret hangs on it.
        sha=hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
        keys=keys,
        args=source.args,
        rest=source.rest,
        codes=_unique(code for part in (source, *parts) for code in part.codes),
    )


def _bindings(source: Source, parts: Sequence[Source], keys: Sequence[str]) -> Iterator[str]:
    everything = (source, *parts)
    if keys:
        places = ", ".join(f"KEYS[{i}]" for i in range(1, len(keys) + 1))
        yield f"local {', '.join(keys)} = {places}"
    if any(part.dynamic for part in everything):
        yield f"local prefix = string.sub(KEYS[1], 1, -{len(keys[0]) + 1})"
    yield "local call, ARGV = redis.call, ARGV"
    fields = sorted({field for part in everything for field in part.fields})
    if fields:
        names = ", ".join(f"'{field}'" for field in fields)
        yield f"local fields = {{{names}}}"
    for place, argument in enumerate(source.args, start=1):
        value = f"ARGV[{place}]"
        yield f"local {argument.name} = " + (
            f"tonumber({value})" if argument.kind == "int" else value
        )
    if source.rest:
        yield f"local {source.rest} = {len(source.args)}"


def _functions(source: Source, includes: Mapping[str, Source], made: Set[str]) -> Iterator[str]:
    """The code of what a file includes, without what is made around it.

    Raises:
        LuaError: There are more than Lua can bind.
    """
    needed = _needed(source, includes)
    parts = [
        part
        for part in _with_includes(source, includes)
        if part.name in needed and part.name not in made
    ]
    if len(parts) > _MAX_INCLUDES:
        raise LuaError(f"{source.name}: more includes than Lua can bind")
    around = made | {part.name for part in parts}
    return (_function(part, includes, around) for part in parts)


def _function(part: Source, includes: Mapping[str, Source], made: Set[str]) -> str:
    """The code of an include; that of a lazy one makes its own includes first, when it is called.

    A function costs a script a moment even if nobody calls it.
    """
    code = _one_line(part.code)
    if part.when is None:
        return code
    signature = _SIGNATURE.match(code)
    if signature is None:
        raise LuaError(f"{part.name}: the code of a lazy include begins with its function")
    inside = " ".join([*_functions(part, includes, made), code])
    guard = "" if part.when == "true" else f"if not ({part.when}) then return end "
    return f"{signature[0]} {guard}{inside} return {part.name}{signature[1]} end"


def _with_includes(source: Source, includes: Mapping[str, Source]) -> Iterator[Source]:
    """The includes of a file, each once and after those that it needs itself."""
    seen: set[str] = set()

    def visit(part: Source) -> Iterator[Source]:
        for name in part.includes:
            if name not in includes:
                raise LuaError(f"{part.name}: there is no include {name!r}")
            if name not in seen:
                seen.add(name)
                yield from visit(includes[name])
                yield includes[name]

    return visit(source)


def _needed(source: Source, includes: Mapping[str, Source]) -> set[str]:
    """What a file includes, but for what only lazy includes need."""
    seen: set[str] = set()
    waiting = list(source.includes)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            part = includes[name]
            waiting += part.includes if part.when is None else ()
    return seen


def _tags(file: str, text: str) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {tag: [] for tag in _KNOWN_TAGS}
    for line in text.splitlines():
        found = _TAG.match(line)
        if found is None:
            continue
        if found[1] not in _KNOWN_TAGS:
            raise LuaError(f"{file}: unknown tag @{found[1]}")
        tags[found[1]].append(found[2].strip())
    return tags


def _words(tags: Mapping[str, Sequence[str]], tag: str) -> tuple[str, ...]:
    return tuple(line.split()[0].partition(":")[0] for line in tags[tag])


def _argument(file: str, line: str) -> Argument:
    name, kind, *_ = [*line.split(), ""]
    if kind == "int":
        return Argument(name, "int")
    if kind == "str":
        return Argument(name, "str")
    raise LuaError(f"{file}: argument {name!r} must be int or str, not {kind!r}")


def _one_line(code: str) -> str:
    return " ".join(line.strip() for line in code.splitlines() if line.strip())


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
