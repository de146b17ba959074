"""The site in a real browser: what a reader does, with mouse, keyboard, phone and screen reader, and that nothing is fetched."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from conftest import ROOT

selenium = pytest.importorskip("selenium", reason="selenium is not installed: THE SITE IS NOT TESTED IN A BROWSER")
from selenium import webdriver  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402  after Selenium is known to be there
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.select import Select  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement

# One page of each kind.
KINDS = (
    "index.html",
    "matrix.html",
    "timeline.html",
    "network.html",
    "compare.html",
    "compare/nuclear.html",
    "treaty/rus-blr-2024.html",
    "life/rus-blr-2024.html",
    "provision/rus-blr-2024-art-6-decision.html",
    "source/hotscup-2024.html#q-hotscup-2024-approval",
    "sources.html",
    "codebook.html",
    "changes.html",
    "checks.html",
    "search.html?q=nuclear",
)
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text("utf-8")
PHONE, DESK = 390, 1280


class Reader:
    """Somebody before a browser; `base` is where the site lies."""

    def __init__(self, driver: webdriver.Chrome, base: str) -> None:
        self.driver, self.base = driver, base
        self.width(DESK)

    def width(self, pixels: int) -> None:
        screen = {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def theme(self, name: str) -> None:
        media = {"features": [{"name": "prefers-color-scheme", "value": name}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)

    def open(self, page: str) -> None:
        self.driver.get("about:blank")  # so that a page that differs by its anchor alone is loaded too
        self.driver.get(f"{self.base}/{page}")
        self.arrive(page)

    def arrive(self, page: str) -> str:
        """Waits until a page whose address begins so is there, its scripts have run, and gives its address."""
        self.wait("location.href.startsWith(arguments[0]) && document.readyState === 'complete'", f"{self.base}/{page}")
        return self.driver.current_url.removeprefix(self.base + "/")

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def shown(self, selector: str) -> list[WebElement]:
        """Those that are to be seen, found at once: asking for each element by itself takes a second for a long table."""
        seen = "{visibilityProperty: true, opacityProperty: true}"
        found: list[WebElement] = self.ask(
            f"[...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility({seen}) && one.getClientRects().length)",
            selector,
        )
        return found

    def ask(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(f"return {script}", *arguments)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def wait(self, script: str, *arguments: Any) -> None:
        WebDriverWait(self.driver, 30).until(lambda _: self.ask(script, *arguments))

    @property
    def focus(self) -> str:
        """What is in focus, by its words."""
        element = self.driver.switch_to.active_element
        return element.get_attribute("aria-label") or element.text

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def requests(self) -> set[str]:
        """Every address asked for since this was called last."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]  # type: ignore[no-untyped-call]
        return {
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        } - {"about:blank"}


def _missing() -> str:
    found = [name for name in ("chromium", "chromedriver") if shutil.which(name)]
    return "" if len(found) == 2 else "chromium and chromedriver are not there: THE SITE IS NOT TESTED IN A BROWSER"


@contextmanager
def browse(base: str) -> Iterator[Reader]:
    if missing := _missing():
        if os.environ.get("PROVISIONS_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.binary_location = str(shutil.which("chromium"))
    driver = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
    try:
        yield Reader(driver, base)
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def browser(site: Path) -> Iterator[Reader]:
    with browse(site.as_uri()) as reader:
        yield reader


@pytest.fixture
def reader(browser: Reader) -> Reader:
    """The browser as it is found: a wide screen, light, on nothing, with nothing kept of what was chosen before."""
    browser.width(DESK)
    browser.theme("light")
    browser.open("index.html")
    browser.ask("(localStorage.clear(), sessionStorage.clear())")
    browser.driver.get("about:blank")
    browser.complaints()
    browser.requests()
    return browser


def test_from_the_matrix_to_the_words(reader: Reader) -> None:
    reader.open("matrix.html")
    everything = len(reader.shown("#matrix tbody tr"))
    Select(reader.one("[name=party]")).select_by_visible_text("Republic of Belarus")
    reader.one("[name=from]").send_keys("2020")
    reader.one("[name=nuclear]").click()
    rows = _names(reader)
    assert "Russia–Belarus Security Guarantees Treaty" in rows
    assert len(rows) < everything
    assert reader.one(".filters output").text == f"{len(rows)} of {everything}"
    (cell,) = [
        link
        for link in reader.shown("#matrix td.cell a")
        if (link.get_attribute("aria-label") or "").startswith("Russia–Belarus Security Guarantees Treaty, Nuclear")
    ]
    assert "basis" in (cell.get_attribute("aria-label") or "")
    cell.click()
    reader.arrive("compare/nuclear.html?treaty=rus-blr-2024")
    clauses = reader.shown(".clause")
    assert clauses
    assert {clause.get_attribute("data-treaty") for clause in clauses} == {"rus-blr-2024"}
    reader.one('.clause a[href$="rus-blr-2024-art-6-decision.html"]').click()
    reader.arrive("provision/rus-blr-2024-art-6-decision.html")
    assert reader.shown(".drift li")
    reader.one('a.to-quote[href$="#q-hotscup-2024-approval"]').click()
    reader.arrive("source/hotscup-2024.html#q-hotscup-2024-approval")
    (quote,) = reader.shown("mark.chosen")
    assert quote.text.startswith("Lukashenko’s personal approval would be required")
    assert reader.ask("(b => b.top >= 0 && b.bottom <= innerHeight)(arguments[0].getBoundingClientRect())", quote)
    (statement,) = reader.shown(".statement.chosen")
    reader.wait("(b => b.top >= 0 && b.top < innerHeight)(arguments[0].getBoundingClientRect())", statement)
    assert "personal approval" in statement.text
    live = statement.find_element(By.LINK_TEXT, "Live source").get_attribute("href")
    assert "#:~:text=Lukashenko" in (live or "")


def test_filters_are_kept_in_the_address_and_cleared(reader: Reader) -> None:
    reader.open("matrix.html")
    everything = len(reader.shown("#matrix tbody tr"))
    Select(reader.one("[name=kind]")).select_by_visible_text("Nuclear")
    few = len(reader.shown("#matrix tbody tr"))
    assert 0 < few < everything
    assert len({cell.text for cell in reader.shown("#matrix thead [data-column]")}) == 1
    Select(reader.one("[name=region]")).select_by_visible_text("Europe")
    reader.one("[name=from]").send_keys("2020")
    found = _names(reader)
    assert 0 < len(found) < few
    address = reader.arrive("matrix.html?region=Europe&from=2020&kind=nuclear")
    reader.open(address)
    assert _names(reader) == found
    reader.one(".filters [type=reset]").click()
    reader.wait(f"document.querySelectorAll('#matrix tbody tr:not([hidden])').length === {everything}")
    Select(reader.one("[name=region]")).select_by_visible_text("Oceania")
    assert "ANZUS" in _names(reader)
    assert "Warsaw Pact" not in _names(reader)


def _names(reader: Reader) -> list[str]:
    """The treaties that the matrix shows."""
    return [head.text for head in reader.shown("#matrix tbody th")]


def test_the_matrix_is_sorted_by_any_column(reader: Reader) -> None:
    reader.open("matrix.html")
    signed = reader.all("#matrix thead button")[1]
    for direction, order in (("ascending", sorted), ("descending", lambda days: sorted(days, reverse=True))):
        signed.click()
        head = reader.one("#matrix th[aria-sort]")
        assert head.get_attribute("aria-sort") == direction
        days = [row.find_elements(By.TAG_NAME, "td")[0].text for row in reader.all("#matrix tbody tr")]
        assert days == order(days)


def test_status_changes_as_the_slider_passes_a_day(reader: Reader) -> None:
    reader.open("treaty/rus-blr-2024.html")
    status = reader.one(".standing .status")
    assert status.text == "in force"
    while reader.one("#asof-date").get_attribute("value") != "2025-03-13":
        reader.one("[data-step='-1']").click()
    assert status.text == "in force"
    before = reader.ask("getComputedStyle(arguments[0]).borderLeftColor", status)
    slider = reader.one("#asof-range")
    slider.send_keys(Keys.ARROW_LEFT)
    assert slider.get_attribute("aria-valuetext") == "2025-03-12"
    assert status.text == "signed"
    assert reader.ask("getComputedStyle(arguments[0]).borderLeftColor", status) != before
    assert {one.text for one in reader.all("#parties .status")} == {"ratified"}
    reader.open("matrix.html")  # the day goes with the reader
    row = reader.one('#matrix a[href="treaty/rus-blr-2024.html"]').find_element(By.XPATH, "ancestor::tr")
    assert row.find_element(By.CSS_SELECTOR, ".status").text == "signed"
    reader.one("[data-reset]").click()
    assert row.find_element(By.CSS_SELECTOR, ".status").text == "in force"


def test_the_network_at_a_date_says_the_same_twice(reader: Reader) -> None:
    reader.open("network.html")
    Select(reader.one("[name=treaty]")).select_by_visible_text("Russia–Belarus Security Guarantees Treaty")
    assert reader.shown("#network .line")
    assert {row.find_element(By.TAG_NAME, "th").text for row in reader.shown("#owed tbody tr")} == {
        "Republic of Belarus",
        "Russian Federation",
    }
    reader.ask(
        "(d => { d.value = '2025-03-12'; d.dispatchEvent(new Event('change')); })(arguments[0])",
        reader.one("#asof-date"),
    )
    assert not reader.shown("#network .line")
    assert not reader.shown("#owed tbody tr")


def test_the_timeline_zooms_and_opens(reader: Reader) -> None:
    reader.open("timeline.html")
    narrow = reader.one("#lanes .time").rect["width"]
    Select(reader.one("[name=zoom]")).select_by_visible_text("4 ×")
    assert reader.one("#lanes .time").rect["width"] > 3 * narrow
    reader.one("[name=words]").send_keys("Washington Treaty")
    (treaty,) = reader.shown("#lanes details")
    assert not reader.shown("#lanes .party")
    treaty.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    assert len(reader.shown("#lanes .party")) > 20


def test_the_axis_follows_the_zoom_and_sets_the_day(reader: Reader) -> None:
    reader.open("timeline.html")
    labels = "[...document.querySelectorAll('#lanes .scale text')].map(label => label.textContent)"
    assert {"1960", "1970"} <= set(reader.ask(labels))
    assert "1961" not in reader.ask(labels)
    for _ in range(4):
        reader.one("[data-closer='1']").click()
    assert reader.one("[name=zoom]").get_attribute("value") == "16"
    reader.wait(f"{labels}.includes('1961')")
    place = "arguments[0].getBoundingClientRect().left"
    left, right = reader.ask("(b => [b.left, b.right])(document.getElementById('lanes').getBoundingClientRect())")
    assert left < reader.ask(place, reader.one("#lanes .now")) < right  # the day chosen is in sight
    veil = reader.one("#lanes .veil").get_attribute("x")
    ActionChains(reader.driver).move_to_element(reader.one("#lanes .scale")).click().perform()
    chosen = reader.one("#asof-date").get_attribute("value") or ""
    assert chosen < "2026"
    assert reader.one(".asof output").text == chosen
    assert reader.one("#lanes .veil").get_attribute("x") != veil


def test_a_mark_is_told_to_the_pointer_and_to_the_arrow_keys(reader: Reader) -> None:
    reader.open("timeline.html")
    reader.one("[name=words]").send_keys("Russia–Belarus Security")
    (treaty,) = reader.shown("#lanes summary")
    treaty.send_keys(Keys.ARROW_RIGHT)
    reader.wait("!document.getElementById('tip').hidden")
    first = reader.one("#tip").text
    assert first.startswith("2024-12-0")
    told: list[str] = []
    for _ in treaty.find_elements(By.CSS_SELECTOR, ".mark"):
        told.append(reader.one(".spoken").get_attribute("textContent") or "")
        treaty.send_keys(Keys.ARROW_RIGHT)
        reader.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert "2025-03-13 entry into force" in told
    assert told == sorted(told, key=lambda one: one[:10])
    treaty.send_keys(Keys.ESCAPE)
    assert not reader.one("#tip").is_displayed()
    mark = treaty.find_element(By.CSS_SELECTOR, ".mark-up")
    ActionChains(reader.driver).move_to_element(mark).perform()
    assert "entry into force" in reader.one("#tip").text


def test_a_party_of_the_network_is_reached_by_key_and_kept_to(reader: Reader) -> None:
    reader.open("network.html")
    everything = len(reader.shown("#network .line"))
    reader.ask("document.querySelector('#network .node[tabindex=\"0\"]').focus()")
    reader.press(Keys.ARROW_RIGHT)
    party = reader.ask("document.activeElement.dataset.name")
    pointed = reader.all("#network .line.on")
    assert 0 < len(pointed) < everything
    reader.press(Keys.ENTER)
    assert reader.one("[name=words]").get_attribute("value") == party
    assert {line.id for line in reader.shown("#network .line")} <= {line.id for line in pointed}
    assert all(party in row.text for row in reader.shown("#owed tbody tr"))


def test_the_search_starts_on_the_front_page(reader: Reader) -> None:
    reader.open("index.html")
    reader.one("#q").send_keys("Lukashenko approval", Keys.ENTER)
    reader.arrive("search.html?q=Lukashenko+approval")
    reader.one("#q").clear()
    reader.one("#q").send_keys("security guarantees belarus")
    assert "rus-blr-2024" in (reader.shown("#results a")[0].get_attribute("href") or "")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Lukashenka consent", "statement"),  # spelled otherwise
        ("Belorussia guarantees", "treaty/rus-blr-2024.html"),  # another ending
        ("guarantes", "treaty/rus-blr-2024.html"),  # a slip
        ("mutual def", "treaty/usa-phl-1951.html"),  # a word begun
        ("Lukasenka", "source/"),  # without the accents that the source has
    ],
)
def test_the_search_finds_what_is_spelled_otherwise(reader: Reader, asked: str, found: str) -> None:
    reader.open(f"search.html?{urlencode({'q': asked})}")
    reader.wait("document.querySelector('#results a') !== null")
    rows = [
        f"{item.text} {item.find_element(By.TAG_NAME, 'a').get_attribute('href')}"
        for item in reader.shown("#results li")
    ]
    assert any(found in row for row in rows[:10])
    assert reader.shown("#results mark")


def test_by_keyboard_alone(reader: Reader) -> None:
    """From the front page over the matrix to a clause, without a mouse; what is in focus is always to be seen."""
    reader.open("index.html")
    reader.press(Keys.TAB)
    assert reader.focus == "To the content"
    reader.press(Keys.TAB)
    assert reader.focus == "Matrix"
    assert reader.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    reader.press(Keys.ENTER)
    reader.arrive("matrix.html")
    reader.press(Keys.TAB, Keys.ENTER)
    assert reader.ask("document.activeElement.id") == "main"
    for _ in range(60):
        reader.press(Keys.TAB)
        if reader.ask("document.activeElement.closest('td.cell') !== null"):
            break
        assert reader.ask("document.activeElement !== document.body")
    assert ": " in reader.focus
    reader.press(Keys.ENTER)
    reader.arrive("compare/")
    assert reader.shown(".clause")


@pytest.mark.parametrize("page", KINDS, ids=lambda page: page.split(".")[0])
def test_no_serious_fault_of_accessibility(reader: Reader, page: str) -> None:
    """On a desk, light and dark, and on a phone; dark and light differ by colours alone, so these alone are judged twice."""
    reader.open(page)
    reader.driver.execute_script(AXE)
    assert ("light", _serious_faults(reader)) == ("light", [])
    reader.theme("dark")
    assert ("dark", _serious_faults(reader, "color-contrast", "link-in-text-block")) == ("dark", [])
    reader.width(PHONE)
    reader.open(page)
    reader.driver.execute_script(AXE)
    assert ("dark, on a phone", _serious_faults(reader)) == ("dark, on a phone", [])


def _serious_faults(reader: Reader, *rules: str) -> list[tuple[str, list[str]]]:
    found = reader.driver.execute_async_script(
        "const [rules, done] = arguments;"
        "const options = {resultTypes: ['violations'], selectors: false, ...(rules.length && {runOnly: {type: 'rule', values: rules}})};"
        "axe.run(options).then(r => done([r.violations, r.passes.length]), e => done([[{impact: 'critical', id: String(e), nodes: []}], 1]))",
        list(rules),
    )
    faults, passed = found
    assert passed  # something was judged
    return [
        (fault["id"], [node["html"][:200] for node in fault["nodes"][:3]])
        for fault in faults
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("page", KINDS, ids=lambda page: page.split(".")[0])
def test_nothing_is_fetched_nothing_is_said_and_a_phone_needs_no_sideways_scroll(reader: Reader, page: str) -> None:
    reader.width(PHONE)
    reader.open(page)
    assert reader.ask("document.documentElement.scrollWidth") <= PHONE
    assert reader.complaints() == []
    asked = reader.requests()
    assert asked
    assert [url for url in asked if not url.startswith((f"{reader.base}/", "data:"))] == []


def test_the_theme_follows_the_system_and_the_button(reader: Reader) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    reader.open("index.html")
    light = reader.ask(shade)
    reader.theme("dark")
    dark = reader.ask(shade)
    assert dark != light
    reader.theme("light")
    reader.one("#theme").click()
    assert reader.ask(shade) == dark
    reader.open("matrix.html")
    assert reader.ask(shade) == dark


def test_it_prints_without_what_only_a_screen_needs(reader: Reader) -> None:
    reader.open("treaty/rus-blr-2024.html")
    reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not reader.shown("nav, .asof, #theme, .skip")
        assert reader.shown("h1, .clause, table")
    finally:
        reader.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_it_works_under_any_address(reader: Reader, site: Path) -> None:
    """From a server, below a path; nothing is asked for elsewhere, and nothing is missing."""
    handler = functools.partial(_Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}/site"
        for page in KINDS:
            reader.driver.get(f"{base}/{page}")
        assert reader.complaints() == []
        assert [url for url in reader.requests() if not url.startswith((f"{base}/", "data:"))] == []
        reader.driver.get("about:blank")
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  so it is called there
        pass


def test_a_hostile_package_runs_nothing(reader: Reader, hostile: Path) -> None:
    for path in sorted(hostile.rglob("*.html")):
        reader.driver.get(path.as_uri())
        reader.wait("location.href === arguments[0] && document.readyState === 'complete'", path.as_uri())
        assert reader.ask("window.HACKED") is None
        assert reader.complaints() == []
    reader.driver.get(f"{hostile.as_uri()}/search.html?q=%3C%2Fscript%3E")
    reader.wait("location.search !== '' && document.querySelector('#results a') !== null")
    assert reader.shown("#results a")
    assert reader.ask("window.HACKED") is None
    assert [url for url in reader.requests() if not url.startswith((hostile.as_uri(), "data:"))] == []
