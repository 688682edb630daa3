"""What who only watches a run of somebody else is shown: nothing to operate that is not theirs, nothing to do that they
cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from engine.exhibit import catalogue
from engine.runtime import service
from ui.home import page_file

SLUGS = [slug for slug in catalogue() if page_file(slug)]
ORDERS = re.compile(r"(?:^|[.;:·>] *)(?:Drag|Click|Press|Paint|Draw|Choose|Change|Turn|Take|Pull|Load)\b[^.]*")
THEIR_OWN = ("Click a name to hide it", "Press 3D, then drag to turn it", "Drag to turn it")
"""What everybody can do by themselves, such as in a figure that needs no run."""
WIDGETS = (
    "button",
    "checkbox",
    "number_input",
    "selectbox",
    "slider",
    "text_input",
    "file_uploader",
    "download_button",
)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    service.stop()


def watched(slug: str) -> AppTest:
    """An exhibit's page as the link to a run of somebody else shows it."""
    kind = catalogue()[slug]
    run = service.start().open(kind, kind.Params(), play=False)
    page = AppTest.from_file(str(page_file(slug)), default_timeout=60)
    page.query_params["run"], page.query_params["token"] = run.id, run.viewer_token
    page.run()
    assert not page.exception and [each.id for each in service.start().pool.runs()] == [run.id]
    return page


def texts(page: AppTest) -> list[str]:
    """All that is written on it, apart from what its views say."""
    html = [element.proto.body for element in page.get("html")]
    return [element.value for element in (*page.markdown, *page.caption)] + html


@pytest.mark.parametrize("slug", SLUGS)
def test_who_watches_is_told_to_do_nothing_that_they_cannot(slug: str) -> None:
    page = watched(slug)
    written = texts(page)
    assert any("mg-guide" in text for text in written) and not any("mg-do" in text for text in written)
    told = [order for text in written for order in ORDERS.findall(text) if not order.endswith(THEIR_OWN)]
    assert told == []
    dead = [element for kind in WIDGETS for element in page.get(kind) if element.proto.disabled]
    assert dead == []
