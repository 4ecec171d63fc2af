"""Two style sheets and one script for a deployment, made of the many that we write."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

from console.static import LATER_STYLES, SCRIPTS, STYLES, bundle, pack_script, pack_styles

pytestmark = pytest.mark.embedded

SOURCE = Path(settings.BASE_DIR) / "static"


def paths() -> dict[str, tuple[StaticFilesStorage, str]]:
    storage = StaticFilesStorage(location=SOURCE, base_url="/static/")
    names = (str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if path.is_file())
    return {name: (storage, name) for name in names}


def templates() -> list[str]:
    return [path.read_text() for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")]


def test_every_style_sheet_stands_in_the_bundle_once_in_its_layer() -> None:
    styles = pack_styles(bundle(paths(), *STYLES))
    assert "@import" not in styles
    assert "/*" not in styles
    assert styles.startswith("@layer reset,tokens,base,layout,components,utilities;")
    later = pack_styles(bundle(paths(), *LATER_STYLES))
    assert "@import" not in later
    entries = ("css/console.css", "css/later.css")
    named = re.findall(r'url\("([^"]+)"\)', "".join((SOURCE / entry).read_text() for entry in entries))
    assert len(named) == len(set(named))
    # What only some pages need they ask for beside it.
    apart = {name for text in templates() for name in re.findall(r'static\("css/([^"]+)"\)', text)}
    assert not apart & set(named)
    assert {*named, *apart} == {path.name for path in (SOURCE / "css").glob("*.css")}
    assert len(re.findall(r"@layer \w+\{", styles + later)) == len(named)


def test_packing_leaves_what_a_rule_says() -> None:
    packed = pack_styles("/* why */\n.a > .b:hover {\n  color: red;\n  margin: 0 4px;\n}\n")
    assert packed == ".a > .b:hover{color:red;margin:0 4px}"


def test_every_script_stands_in_the_bundle_in_a_scope_of_its_own() -> None:
    script = pack_script(bundle(paths(), *SCRIPTS))
    assert "import " not in script
    named = re.findall(r'import "\./([^"]+)"', (SOURCE / "js/console.js").read_text())
    assert script.count("\n}\n{\n") == len(named) - 1
    # What only some pages need they ask for beside it.
    apart = {name for text in templates() for name in re.findall(r'static\("js/([^"]+)"\)', text)} - {"console.js"}
    assert not apart & set(named)
    assert {*named, *apart, "console.js"} == {path.name for path in (SOURCE / "js").glob("*.js")}


def test_no_page_has_a_style_or_script_of_its_own() -> None:
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if template.parent.name == "emails":
            continue
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text), template
