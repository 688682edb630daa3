"""Pages are drawn without a browser here: nobody will see the picture, so nothing waits for it."""

import pytest

from ui import page


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PATIENCE_S", 0.0)
