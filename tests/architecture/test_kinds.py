"""Stages, pipelines and the chart serve every kind of record and every domain alike: none of them asks which it is."""

import ast
import re
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = [*ROOT.glob("components/*/src/**/*.py"), *ROOT.glob("pipelines/src/**/*.py"), *ROOT.glob("contract/src/**/*.py")]
CHART = [*ROOT.glob("charts/maskline/templates/**/*")]
KINDS = {entry.name for entry in entry_points(group="maskline.kind")}
DOMAINS = {entry.name for entry in entry_points(group="maskline.render")}
NAMES = KINDS | DOMAINS


def decided(tree: ast.AST) -> set[object]:
    """Return the constants that a module compares with, or that it looks up by."""
    found: set[object] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Compare | ast.match_case):
            parts = [node.pattern] if isinstance(node, ast.match_case) else [node]
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key]
        found |= {each.value for part in parts for each in ast.walk(part) if isinstance(each, ast.Constant)}
    return found


def test_there_are_kinds_and_domains_to_ask_about() -> None:
    assert "coco/1" in KINDS
    assert "molecules" in DOMAINS
    assert decided(ast.parse("if kind == 'coco/1': pass")) == {"coco/1"}


def test_no_module_decides_by_the_name_of_a_kind_or_a_domain() -> None:
    assert len(CODE) > 200
    assert [path for path in CODE if NAMES & decided(ast.parse(path.read_text("utf-8")))] == []


def test_no_template_of_the_chart_decides_by_the_name_of_a_kind_or_a_domain() -> None:
    asks = re.compile(r"\{\{-?\s*(?:if|else if|with)[^}]*\b(" + "|".join(map(re.escape, sorted(NAMES))) + r")\b")
    assert [path for path in CHART if path.is_file() and asks.search(path.read_text("utf-8"))] == []
