"""Pages are drawn without a browser here: nobody will see the picture, so nothing waits for it."""

import pytest

from ui import exhibit_page


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhibit_page, "PATIENCE_S", 0.0)
