"""Writes the table of values into a chart's README.md, from the comments in its values.yaml.

A comment that begins with `# -- ` describes the key below it. Usage: document_values.py [--check] CHART...
"""

import json
import re
import sys
from pathlib import Path

import yaml

TABLE = re.compile(r"(<!-- values: [^\n]*-->\n).*?(<!-- end of values -->)", re.DOTALL)
KEY = re.compile(r"^( *)([A-Za-z][A-Za-z0-9]*):")


def descriptions(text):
    """Maps dotted keys, in the file's order, to the sentence that stands above them."""
    found, path, comment = {}, [], []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("# -- "):
            comment = [stripped.removeprefix("# -- ")]
        elif stripped.startswith("#") and comment:
            comment.append(stripped.removeprefix("#").strip())
        elif key := KEY.match(line):
            path = path[: len(key.group(1)) // 2] + [key.group(2)]
            if comment:
                found[".".join(path)] = " ".join(comment)
            comment = []
    return found


def default_of(values, dotted):
    for key in dotted.split("."):
        values = values[key]
    return values


def table(values_text):
    values = yaml.safe_load(values_text)
    rows = ["| value | default | what it does |", "| --- | --- | --- |"]
    for key, sentence in descriptions(values_text).items():
        default = json.dumps(default_of(values, key), ensure_ascii=False)
        rows.append(f"| `{key}` | `{default}` | {sentence} |")
    return "\n".join(rows)


def documented(chart):
    readme = (chart / "README.md").read_text()
    body = table((chart / "values.yaml").read_text())
    return TABLE.sub(lambda match: f"{match.group(1)}{body}\n{match.group(2)}", readme)


def main(arguments):
    check = "--check" in arguments
    stale = []
    for chart in (Path(name) for name in arguments if not name.startswith("--")):
        text = documented(chart)
        if text != (chart / "README.md").read_text():
            stale.append(str(chart))
            if not check:
                (chart / "README.md").write_text(text)
    if check and stale:
        sys.exit(f"README.md does not fit values.yaml in: {', '.join(stale)}. Run `make charts-docs`.")


if __name__ == "__main__":
    main(sys.argv[1:])
