"""The lineage page in a real browser: it draws, searches, folds, tells details, and fetches nothing.

Needs chromium and chromedriver. The screenshot goes to the folder that KFPOPS_ARTIFACTS names, by default `.artifacts`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from kfpops.lineage.show.page import to_page

RUN = "6f0f2b1e-6c3f-4f0e-9a5b-0f1d2c3b4a59"
CONSUMERS = 90


def artifact(number: int, name: str, **more: Any) -> dict[str, Any]:
    body = {"id": f"artifact:{number}", "kind": "artifact", "type": "system.Dataset", "name": name, "state": "LIVE"}
    return {**body, "uri": f"s3://bucket/{name}", "run_id": RUN, "task": "make-data", "properties": {}, **more}


def execution(number: int, task: str, **more: Any) -> dict[str, Any]:
    body = {"id": f"execution:{number}", "kind": "execution", "type": "system.ContainerExecution", "name": task, "uri": None}
    return {**body, "run_id": RUN, "task": task, "state": "COMPLETE", "cached_from": None, "properties": {}, **more}


def edge(start: str, end: str, kind: str = "input", port: str = "data") -> dict[str, str]:
    return {"from": start, "to": end, "kind": kind, "port": port}


def a_report() -> dict[str, Any]:
    """One table, a model made of it, a cached step, a circle, and ninety steps that use the model."""
    nodes = [
        artifact(1, "table <b>of</b> orders", properties={"rows": 500}),
        execution(1, "train"),
        execution(2, "train", state="CACHED", cached_from="execution:1"),
        artifact(2, "churn-model", type="system.Model", properties={"accuracy": 0.93, "note": "</script><b>bold</b>"}),
        *(execution(n, f"score-{n}", state="FAILED" if n == 150 else "COMPLETE") for n in range(100, 100 + CONSUMERS)),
    ]
    edges = [
        edge("artifact:1", "execution:1"),
        edge("execution:1", "artifact:2", "output", "model"),
        edge("execution:2", "artifact:2", "output", "model"),
        edge("artifact:2", "execution:1", "input", "circle"),
        *(edge("artifact:2", f"execution:{n}", "input", "model") for n in range(100, 100 + CONSUMERS)),
    ]
    return {"schema": "kfpops/lineage/v1", "nodes": nodes, "edges": edges, "start": ["artifact:1"], "truncated": False}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    page = tmp_path_factory.mktemp("page") / "lineage.html"
    page.write_text(to_page(a_report(), "table of orders"), encoding="utf-8")
    options = ChromeOptions()
    # Without a user namespace, as in most CI containers, its own sandbox cannot be made.
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.binary_location = os.environ.get("KFPOPS_CHROMIUM", "/usr/bin/chromium")
    driver = Chrome(options=options, service=ChromeService(os.environ.get("KFPOPS_CHROMEDRIVER", "/usr/bin/chromedriver")))
    driver.get(page.as_uri())
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def afresh(browser: Chrome) -> None:
    browser.refresh()


def drawn(browser: Chrome) -> list[str]:
    return [n.get_attribute("data-id") or "" for n in browser.find_elements(By.CSS_SELECTOR, ".node")]


def details(browser: Chrome) -> str:
    return browser.find_element(By.ID, "detail").text


def press(browser: Chrome, selector: str) -> None:
    browser.execute_script(
        "document.querySelector(arguments[0]).dispatchEvent(new MouseEvent('click', {bubbles: true}))", selector
    )


def test_it_draws_the_start_with_its_details_and_leaves_a_picture(browser: Chrome) -> None:
    assert {"artifact:1", "execution:1", "artifact:2", "execution:2"} <= set(drawn(browser))
    assert len(drawn(browser)) < CONSUMERS
    assert "table <b>of</b> orders" in details(browser)
    assert "500" in details(browser)
    assert "are folded away" in browser.find_element(By.ID, "summary").text
    folder = Path(os.environ.get("KFPOPS_ARTIFACTS", ".artifacts"))
    folder.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(folder / "lineage-page.png"))


def test_it_fetches_nothing_and_complains_of_nothing(browser: Chrome) -> None:
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []


def test_a_search_by_text_leads_to_a_node_that_was_folded_away(browser: Chrome) -> None:
    assert "execution:150" not in drawn(browser)
    box = browser.find_element(By.ID, "search")
    box.send_keys("score-150")
    assert [h.get_attribute("data-hit") for h in browser.find_elements(By.CSS_SELECTOR, "#hits button")] == ["execution:150"]
    box.send_keys(Keys.ENTER)
    assert "execution:150" in drawn(browser)
    assert "FAILED" in details(browser)


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("accuracy>0.9", ["artifact:2"]),
        ("accuracy>0.95", []),
        ("rows=500", ["artifact:1"]),
        ("model system", ["artifact:2"]),
    ],
)
def test_a_search_by_property(browser: Chrome, words: str, hits: list[str]) -> None:
    browser.find_element(By.ID, "search").send_keys(words)
    assert [h.get_attribute("data-hit") for h in browser.find_elements(By.CSS_SELECTOR, "#hits button")] == hits


def test_a_number_beside_a_node_unfolds_what_hangs_on_it_and_folds_it_again(browser: Chrome) -> None:
    before = len(drawn(browser))
    press(browser, "[data-more='artifact:2']")
    assert len(drawn(browser)) == before + 20
    press(browser, "#collapse")
    assert drawn(browser) == ["artifact:1", "execution:1"]
    press(browser, "#expand")
    assert len(drawn(browser)) == CONSUMERS + 4
    press(browser, "[data-more='artifact:2']")
    assert set(drawn(browser)) == {"artifact:1", "execution:1", "artifact:2"}


def test_details_lead_from_node_to_node(browser: Chrome) -> None:
    press(browser, "[data-id='execution:2']")
    assert "CACHED" in details(browser)
    assert "OUTPUTS (1)" in details(browser)
    browser.find_element(By.XPATH, "//aside//button[contains(., 'train (execution:1)')]").click()
    assert "execution:1" in details(browser)
    browser.find_element(By.XPATH, "//aside//button[contains(., 'churn-model')]").click()
    assert "</script><b>bold</b>" in details(browser)
    assert browser.find_elements(By.CSS_SELECTOR, "#detail b") == []
