"""Collects other people's schemas for the example `random_calls`.

    pip install --no-deps bfcl-eval
    git clone https://github.com/json-schema-org/JSON-Schema-Test-Suite
    python collect_schemas.py FOLDER [SITE_PACKAGES/bfcl_eval/data] [JSON-Schema-Test-Suite]

writes FOLDER/bfcl.json and FOLDER/suite.json, each an array of {"name", "parameters"}. They are not
committed: they are not ours.
"""

import json
import pathlib
import re
import sys

# The Berkeley set names types as Python, Java and JavaScript do.
TYPES = {
    "dict": "object", "float": "number", "double": "number", "tuple": "array", "list": "array",
    "String": "string", "char": "string", "Boolean": "boolean", "Bool": "boolean", "int": "integer",
    "long": "integer", "short": "integer", "byte": "integer", "Array": "array", "ArrayList": "array",
    "HashMap": "object", "Hashtable": "object", "Queue": "array", "Stack": "array", "any": None, "Any": None,
}
KNOWN = {"object", "array", "string", "number", "integer", "boolean", "null"}


def normalised(node):
    """The schema with JSON Schema's names for types."""
    if isinstance(node, list):
        return [normalised(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if key == "properties" and isinstance(value, dict):
            out[key] = {name: normalised(schema) for name, schema in value.items()}
        elif key == "type" and isinstance(value, str):
            kind = TYPES.get(value, value)
            if kind in KNOWN:
                out[key] = kind
        elif key in ("default", "enum", "const", "description", "example", "examples"):
            out[key] = value
        elif key == "required" and not isinstance(value, list):
            continue
        else:
            out[key] = normalised(value)
    return out


def functions(node):
    """Every function that a line of the Berkeley set offers, however deep it lies."""
    if isinstance(node, list):
        for item in node:
            yield from functions(item)
    elif isinstance(node, dict):
        if isinstance(node.get("name"), str) and isinstance(node.get("parameters"), dict):
            yield node
        else:
            for value in node.values():
                yield from functions(value)


def bfcl(folder):
    seen = {}
    files = sorted(folder.glob("BFCL_v4_*.json")) + sorted((folder / "multi_turn_func_doc").glob("*.json"))
    for path in files:
        text = path.read_text()
        try:
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError:
            records = json.loads(text)
        for record in records:
            for function in functions(record):
                name = re.sub(r"[^A-Za-z0-9_-]", "_", function["name"])
                parameters = normalised(function["parameters"])
                seen.setdefault(json.dumps(parameters, sort_keys=True), {"name": name, "parameters": parameters})
    return list(seen.values())


def suite(folder):
    out = []
    for path in sorted((folder / "tests/draft2020-12").rglob("*.json")):
        for i, group in enumerate(json.loads(path.read_text())):
            out.append({"name": f"{path.stem}_{i}"[:120], "parameters": group["schema"]})
    return out


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, collect, folder in [("bfcl", bfcl, sys.argv[2]), ("suite", suite, sys.argv[3])]:
        found = collect(pathlib.Path(folder))
        (target / f"{name}.json").write_text(json.dumps(found))
        print(f"{name}: {len(found)} schemas, {len(json.dumps(found))} bytes")


main()
