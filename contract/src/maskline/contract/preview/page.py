"""The preview's page: every sample's picture beside its painted instances, in one file that refers to no other."""

import json
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from string import Template
from typing import Any

from maskline.contract.picture import encode_png
from maskline.contract.preview.preview import Preview
from maskline.contract.shard import Sample

RECORD_FIELDS = ("id", "file_name", "width", "height", "group")
"""What every image record has; the rest is the domain's own, and captions show it."""
LONGEST = 300
"""Characters of a caption's value; lists of atoms are longer and say nothing here."""

# Nothing may be fetched and nothing run: the page is one file.
PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title &middot; Maskline preview</title>
<style>
body { margin: 2rem auto; max-width: 110rem; padding: 0 1rem; background: #f4f3f0; color: #1d1c1a;
  font: 1rem/1.5 system-ui, sans-serif; }
ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1.5rem; padding: 0; list-style: none; }
li span { display: inline-block; width: .8em; height: .8em; margin-right: .4em; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(40rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0; padding: .75rem; background: #fff; border: 1px solid #dddad3; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; align-items: start; }
img { max-width: 100%; height: auto; outline: 1px solid #eceae5; }
figcaption { margin-top: .5rem; font-size: .8125rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .75rem; margin: .25rem 0 0; }
dt { color: #66625b; }
dd { margin: 0; }
</style></head><body>
<h1>$title</h1>
<ul>$legend</ul>
<main>
$figures
</main></body></html>
""")


def page(title: str, preview: Preview) -> str:
    """Return the page as HTML: a legend of the classes, then the samples, captioned with what their records say."""
    legend = "".join(
        f"<li>{_swatch(category.colour)}{escape(category.name)}</li>" for category in preview.categories.categories
    )
    figures = "\n".join(_figure(sample, preview) for sample in preview.samples)
    return PAGE.substitute(title=escape(title), legend=legend, figures=figures)


def _swatch(colour: str) -> str:
    return f'<span style="background: {colour}"></span>'


def _figure(sample: Sample, preview: Preview) -> str:
    shown = zip(("picture", "instances"), preview.kind.painted(sample, preview.categories), strict=True)
    pictures = "".join(
        f'<img alt="{what}" src="data:image/png;base64,{b64encode(encode_png(pixels)).decode()}">'
        for what, pixels in shown
    )
    told = filter(None, (escape(preview.kind.size(sample.image)), f"instances: {len(sample.annotations)}"))
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _caption(sample.image))
    return (
        f'<figure><div class="pair">{pictures}</div>'
        f"<figcaption>sample {sample.image['id']}: {', '.join(told)}<dl>{rows}</dl></figcaption></figure>"
    )


def _caption(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and value of the domain's own fields; an object's members one by one, long values not at all."""
    for name, value in record.items():
        if name not in RECORD_FIELDS:
            members = value if isinstance(value, dict) else {name: value}
            for member, inner in members.items():
                text = inner if isinstance(inner, str) else json.dumps(_short(inner))
                if len(text) <= LONGEST:
                    yield member, text


def _short(value: Any) -> Any:
    """Return a number with six digits that count, and anything else as it is."""
    return float(f"{value:.6g}") if isinstance(value, float) else value
