"""What our infrastructure promises beyond its structure: settings, rights, names and no keys."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.infra.bicep import Finding, Source, Sources, below, body_of, check, fields, text

NO_KEYS: Final = {
    "Microsoft.Storage/storageAccounts": ("allowSharedKeyAccess", "false"),
    "Microsoft.CognitiveServices/accounts": ("disableLocalAuth", "true"),
    "Microsoft.SignalRService/webPubSub": ("disableLocalAuth", "true"),
    "Microsoft.EventGrid/topics": ("disableLocalAuth", "true"),
    "Microsoft.Insights/components": ("DisableLocalAuth", "true"),
}
"""Resources that could be opened with a key, and the property that forbids it."""

OF_THE_PLATFORM: Final = re.compile(
    r"AzureWebJobsStorage__\w+|APPLICATIONINSIGHTS_AUTHENTICATION_STRING|AZURE_CLIENT_ID|TASKHUB_NAME|DURABLE_TASK_\w+"
)
TYPE: Final = re.compile(r"'([\w.]+/[\w/]+)@(\d{4}-\d{2}-\d{2})(-preview)?'")


def findings(folder: Path) -> list[Finding]:
    """Everything that can be told from the files alone."""
    found = check(folder)
    if found:
        return found
    sources = Sources()
    read = [source for path in sorted(folder.rglob("*.bicep")) if (source := sources.get(path))]
    return sorted(
        [
            *_unused_modules(folder, read),
            *_parameters(folder, sources),
            *(each for source in read for each in _keys(source)),
            *(each for source in read for each in _secret_outputs(source)),
            *(each for source in read for each in _previews(source)),
            *_roles(folder, sources),
        ]
    )


def app_settings(folder: Path) -> set[str]:
    """The names of all settings that the app is given."""
    source = Sources().get(folder / "modules" / "function-app.bicep")
    assert source is not None
    settings = body_of(source.symbols["settings"])
    return set(fields(fields(settings)["properties"]))


def settings_of_ours(folder: Path) -> set[str]:
    """Those that are not the platform's own."""
    return {name for name in app_settings(folder) if not OF_THE_PLATFORM.fullmatch(name)}


def containers(folder: Path) -> set[str]:
    source = Sources().get(folder / "modules" / "storage.bicep")
    assert source is not None
    return set(re.findall(r"^\s+'([a-z-]+)'$", text(source.symbols["containers"]), re.MULTILINE))


def events_of_alerts(folder: Path) -> set[str]:
    """The events of ours that alerts wait for."""
    return {name for text in _shown(folder) for name in re.findall(r'event == \\?"([a-z_.]+)\\?"', text)}


def metrics_shown(folder: Path) -> set[str]:
    """Our metrics that alerts and the workbook look at; what stands in square brackets is a field."""
    return {
        name
        for text in _shown(folder)
        for name in re.findall(r'(?<!\[)(?<!\[\\)"(talenti\.[a-z_.]+)\\?"', text)
    }


def _shown(folder: Path) -> list[str]:
    shown = [folder / "modules" / "alerts.bicep", folder / "workbook.json"]
    return [path.read_text(encoding="utf-8") for path in shown]


def _unused_modules(folder: Path, read: list[Source]) -> Iterator[Finding]:
    used = {(source.path.parent / use.source).resolve() for source in read for use in source.modules}
    for source in read:
        if source.path.parent.name == "modules" and source.path.resolve() not in used:
            yield Finding(source.path, 1, "no file uses this module")
    if not (folder / "main.bicep").is_file():
        yield Finding(folder, 1, "there is no main.bicep")


def _parameters(folder: Path, sources: Sources) -> Iterator[Finding]:
    """The file of values names the parameters of the template beside it."""
    for path in sorted(folder.glob("*.parameters.json")):
        template = sources.get(path.with_name(path.name.replace(".parameters.json", ".bicep")))
        if template is None:
            yield Finding(path, 1, "there is no template of this name")
            continue
        given = json.loads(path.read_text(encoding="utf-8"))["parameters"].keys()
        for name in sorted(given - template.params.keys()):
            yield Finding(path, 1, f"the template takes no {name}")
        for name, required in template.params.items():
            if required and name not in given:
                yield Finding(path, 1, f"the template needs {name}")


def _keys(source: Source) -> Iterator[Finding]:
    for name, node in source.of("resource").items():
        of_type = TYPE.search(text(node))
        if of_type is None or "existing =" in text(node).split("{")[0]:
            continue
        rule = NO_KEYS.get(of_type[1])
        properties = fields(fields(body_of(node)).get("properties"))
        if rule and (rule[0] not in properties or text(properties[rule[0]]) != rule[1]):
            yield Finding(source.path, node.start_point[0] + 1, f"{name} does not say {rule[0]}: {rule[1]}")


def _secret_outputs(source: Source) -> Iterator[Finding]:
    for name, node in source.outputs.items():
        if any(text(each).startswith("list") for each in below(node) if each.type == "identifier"):
            yield Finding(source.path, node.start_point[0] + 1, f"output {name} gives a key away")


def _previews(source: Source) -> Iterator[Finding]:
    for name, node in source.of("resource").items():
        of_type = TYPE.search(text(node))
        if of_type and of_type[3]:
            yield Finding(source.path, node.start_point[0] + 1, f"{name} is of a preview version")


def _roles(folder: Path, sources: Sources) -> Iterator[Finding]:
    """Every role of the table is given to somebody, and nothing is given that is not in the table."""
    source = sources.get(folder / "modules" / "roles.bicep")
    if source is None:
        yield Finding(folder, 1, "there is no table of roles")
        return
    table = fields(body_of(source.symbols["roles"]))
    whole = text(source.root)
    for name, node in table.items():
        if not re.search(rf"\broles\.{name}\b", whole):
            yield Finding(source.path, node.start_point[0] + 1, f"nobody has the role {name}")
    for path in sorted(folder.rglob("*.bicep")):
        if path.name != "roles.bicep" and "Microsoft.Authorization/roleAssignments" in path.read_text(
            "utf-8"
        ):
            yield Finding(path, 1, "rights are given in roles.bicep alone")
