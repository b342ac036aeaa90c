"""Reads Bicep far enough to find what is wrong with its structure, without its compiler.

It knows no resource and no type: the compiler in the deployment's workflow is the judge. What it
finds, it finds in a second and without a network: broken syntax, names that nobody declared or
uses, modules that are not there, and what they are given and asked for in vain. The grammar is
older than the language: typed variables, spreads and extensions are syntax errors to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

PARSER: Final = Parser(Language(tree_sitter_bicep.language()))
NAMESPACES: Final = frozenset({"az", "sys"})
SYMBOLS: Final = {
    "parameter_declaration": "param",
    "variable_declaration": "var",
    "resource_declaration": "resource",
    "module_declaration": "module",
    "type_declaration": "type",
    "user_defined_function": "func",
}
NO_SYMBOLS: Final = frozenset(
    {"type", "decorator", "parameter", "parameterized_type", "metadata_declaration", "import_functionality"}
)
"""Whose identifiers are names of their own, and use nothing."""


@dataclass(frozen=True, order=True)
class Finding:
    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Use:
    """A module as it is used: what it is given, if that can be read."""

    name: str
    source: str
    given: dict[str, Node] | None
    node: Node


@dataclass
class Source:
    """One file: what it declares and what it uses."""

    path: Path
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def root(self) -> Node:
        return PARSER.parse(self.path.read_bytes()).root_node

    @cached_property
    def broken(self) -> list[int]:
        wrong = (node for node in below(self.root) if node.type == "ERROR" or node.is_missing)
        return sorted({line_of(node) for node in wrong})

    @cached_property
    def symbols(self) -> dict[str, Node]:
        return self._declared(SYMBOLS)

    @cached_property
    def outputs(self) -> dict[str, Node]:
        return self._declared({"output_declaration": "output"})

    def of(self, kind: str) -> dict[str, Node]:
        return {name: node for name, node in self.symbols.items() if SYMBOLS[node.type] == kind}

    @cached_property
    def params(self) -> dict[str, bool]:
        """Every parameter, and whether it has to be given."""
        return {name: is_required(node) for name, node in self.of("param").items()}

    @cached_property
    def modules(self) -> list[Use]:
        return [used(name, node) for name, node in self.of("module").items()]

    @cached_property
    def names_used(self) -> list[Node]:
        return [node for node in below(self.root) if node.type == "identifier" and is_use(node)]

    @cached_property
    def outputs_used(self) -> list[tuple[str, str, Node]]:
        """`module.outputs.name`, also of one of many."""
        return list(_outputs_used(self.root))

    def tell(self, node: Node, words: str) -> None:
        self.findings.append(Finding(self.path, line_of(node), words))

    def _declared(self, kinds: dict[str, str]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for node in self.root.children:
            name = child(node, "identifier") if node.type in kinds else None
            if name is None:
                continue
            if text(name) in found:
                self.tell(node, f"{text(name)} is declared twice")
            found[text(name)] = node
        return found


class Sources:
    """Files, each read once. A file is there only if its name is right to the letter."""

    def __init__(self) -> None:
        self._known: dict[Path, Source] = {}

    def get(self, path: Path) -> Source | None:
        place = path.resolve()
        if place not in self._known:
            beside = {each.name for each in place.parent.iterdir()} if place.parent.is_dir() else set()
            if place.name not in beside or not place.is_file():
                return None
            self._known[place] = Source(path)
        return self._known[place]


def check(folder: Path) -> list[Finding]:
    """What is wrong below a folder; a file that cannot be read tells no more than that."""
    sources, found = Sources(), []
    for path in sorted(folder.rglob("*.bicep")):
        source = sources.get(path)
        if source is None:
            continue
        if source.broken:
            found += [Finding(path, line, "syntax error") for line in source.broken]
            continue
        _check_names(source)
        _check_modules(source, sources)
        found += source.findings
    return sorted(found)


def _check_names(source: Source) -> None:
    known = {*source.symbols, *source.outputs, *local_names(source.root), *NAMESPACES}
    used_names = {text(node) for node in source.names_used}
    told: set[str] = set()
    for node in source.names_used:
        if text(node) not in known | told:
            told.add(text(node))
            source.tell(node, f"nothing is called {text(node)}")
    for kind in ("param", "var"):
        for name, node in source.of(kind).items():
            if name not in used_names and not is_exported(node):
                source.tell(node, f"{kind} {name} is never used")


def _check_modules(source: Source, sources: Sources) -> None:
    for use in source.modules:
        target = sources.get(source.path.parent / use.source)
        if target is None:
            source.tell(use.node, f"there is no file {use.source}")
        elif not target.broken:
            _check_given(source, use, target)
            for module, output, node in source.outputs_used:
                if module == use.name and output not in target.outputs:
                    source.tell(node, f"module {module} gives no {output}")


def _check_given(source: Source, use: Use, target: Source) -> None:
    if use.given is None:
        return
    for name in use.given.keys() - target.params.keys():
        source.tell(use.given[name], f"module {use.name} takes no {name}")
    for name, required in target.params.items():
        if required and name not in use.given:
            source.tell(use.node, f"module {use.name} needs {name}")


# ---- reading the tree ----


def below(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


def text(node: Node) -> str:
    return (node.text or b"").decode()


def line_of(node: Node) -> int:
    return node.start_point[0] + 1


def child(node: Node, kind: str) -> Node | None:
    return next((each for each in node.children if each.type == kind), None)


def fields(node: Node | None) -> dict[str, Node]:
    """The properties of an object, by name."""
    pairs = (each for each in (node.children if node else []) if each.type == "object_property")
    return {text(pair.children[0]).strip("'"): pair.children[-1] for pair in pairs}


def body_of(declaration: Node) -> Node | None:
    return next((node for node in below(declaration) if node.type == "object"), None)


def used(name: str, node: Node) -> Use:
    source, body = child(node, "string"), body_of(node)
    given = fields(body).get("params")
    known = fields(given) if given is None or given.type == "object" else None
    return Use(name, text(source).strip("'") if source else "", known, node)


def is_required(param: Node) -> bool:
    """Unless it has a default, or a type that may be null."""
    of_type = child(param, "type")
    may_be_null = of_type is not None and child(of_type, "nullable_type") is not None
    return child(param, "=") is None and not may_be_null


def is_exported(declaration: Node) -> bool:
    before = declaration.prev_sibling
    return before is not None and before.type == "decorators" and "@export()" in text(before)


def is_use(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type in NO_SYMBOLS:
        return False
    if parent.type in SYMBOLS or parent.type == "output_declaration":
        return child(parent, "identifier") != node
    if parent.type in {"object_property", "call_expression"}:
        return parent.children[0] != node
    # the grammar parts a call at the head of a line of an array into a name and its brackets
    after = node.next_sibling
    return after is None or after.start_byte != node.end_byte or not text(after).startswith("(")


def local_names(root: Node) -> Iterator[str]:
    """What loops, lambdas, functions, imports and resources inside of resources name."""
    for node in below(root):
        names = [text(each) for each in node.children if each.type == "identifier"]
        match node.type:
            case "loop_variable" | "loop_enumerator":
                yield text(node)
            case "for_statement" if child(node, "for_loop_parameters") is None:
                yield from names[:1]
            case "lambda_expression":
                head = node.children[0]
                yield from [text(head)] if head.type == "identifier" else map(text, head.children)
            case "parameter" | "import_functionality":
                yield from names
            case "resource_declaration" if node.parent != root:
                yield from names[:1]


def _outputs_used(root: Node) -> Iterator[tuple[str, str, Node]]:
    for node in below(root):
        outer = member(node)
        inner = member(outer[0]) if outer else None
        if outer and inner and inner[1] == "outputs":
            owner = inner[0].children[0] if inner[0].type == "subscript_expression" else inner[0]
            yield text(owner), outer[1], node


def member(node: Node) -> tuple[Node, str] | None:
    """`owner.name` in its two parts."""
    name = child(node, "property_identifier") if node.type == "member_expression" else None
    return (node.children[0], text(name)) if name else None
