"""What every live page owes its people: shared runs, lost connections, restarts, failures, divergence."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    SELDOM,
    Open,
    copied,
    middle_of,
    moving,
    pause,
    resize,
    set_exactly,
    wait_status,
    wait_step,
)
from tests.browser.server import Server

pytestmark = pytest.mark.browser


def watch_path(page: Page) -> str:
    """What *Copy watch link* copies, below the server's address."""
    url = copied(page, "Copy watch link")
    return url[url.index("/", 8) :]


OPERABLE = """[...document.querySelectorAll("button, input, select, a[href], [role=application], [tabindex='0']")]
  .filter((e) => e.closest(".st-key-stage") && e.offsetParent !== null && !e.matches("h1 a, .js-plotly-plot *"))
  .map((e) => e.dataset.do ?? e.dataset.tool ?? e.dataset.layer ?? e.outerHTML.slice(0, 90))"""
"""What one can operate in the first screen of a page."""


def test_who_watches_has_no_dead_controls_hears_what_the_lecturer_does_and_leaves_the_others_alone(
    open_page: Open, server: Server
) -> None:
    before = len(server.log.read_text())
    owner = open_page("/turing?size=128")
    expect(owner.locator(".mg-note")).to_have_text("")
    viewer = open_page(watch_path(owner))
    expect(owner.locator(".mg-note")).to_contain_text("HOST=0.0.0.0")  # as this one is of localhost
    expect(owner.locator(".mg-numbers")).to_contain_text("1 watching")
    expect(viewer.locator(".mg-status")).to_have_text("You are watching a lecture.")
    who_watches_can_scroll_with_a_finger_on_the_picture_and_has_no_dead_controls(owner, viewer)
    who_watches_stays_and_hears_in_words(owner, viewer)
    viewer.close()  # in the middle of a frame
    expect(owner.locator(".mg-numbers")).not_to_contain_text("watching")
    moving(owner, ".mg-field", int(owner.locator(".mg-field").get_attribute("data-frames")) + 10)
    assert "Traceback" not in server.log.read_text()[before:]


def who_watches_can_scroll_with_a_finger_on_the_picture_and_has_no_dead_controls(owner: Page, viewer: Page) -> None:
    for page, action, role in ((owner, "none", "application"), (viewer, "auto", "img")):
        canvas = page.locator(".mg-field .mg-canvas")
        expect(canvas).to_have_css("touch-action", action)
        expect(canvas).to_have_attribute("role", role)
        expect(page.locator(".mg-plot").first).to_have_css("touch-action", action)
    expect(viewer.locator(".mg-field .mg-canvas")).to_have_css("cursor", "default")
    assert set(viewer.evaluate(OPERABLE)) == {"try", "relief", "show", "colours"}  # what is their own to choose
    resize(viewer, 390, 844)
    picture, panel = (viewer.locator(part).bounding_box() for part in (".st-key-picture .mg-field", ".mg-panel"))
    assert picture["y"] < 200 and panel["y"] + 100 < 844, "what happens is said below the picture, on the first screen"
    resize(viewer, 1366, 768)


def who_watches_stays_and_hears_in_words(owner: Page, viewer: Page) -> None:
    run = owner.locator(".mg-panel").get_attribute("data-run")
    assert viewer.locator(".mg-panel").get_attribute("data-run") == run
    heard = viewer.locator(".mg-news li").first
    set_exactly(owner, "gs_F", 0.05)
    expect(heard).to_have_text("Feed rate F is now 0.05")
    viewer.keyboard.press(" ")  # a viewer's keys do nothing
    owner.locator("[data-do=play]").click()
    expect(heard).to_have_text("Paused")
    owner.locator(".mg-rail a").nth(1).click()
    title = owner.locator(".mg-rail a span").nth(1).text_content()
    expect(heard).to_have_text(f"The card \u201c{title}\u201d was started")
    assert viewer.locator(".mg-panel").get_attribute("data-run") == run


def test_a_watcher_tries_it_in_place_and_comes_back(open_page: Open) -> None:
    owner = open_page("/turing?size=128&gs_F=0.03")
    viewer = open_page(watch_path(owner))
    pause(owner)
    run = owner.locator(".mg-panel").get_attribute("data-run")
    viewer.get_by_role("button", name="Try it yourself").click()
    expect(viewer.locator("[data-do=play]")).to_be_enabled()
    moving(viewer, ".mg-panel", 1)
    expect(owner.locator(".mg-panel")).to_have_attribute("data-step", step_of(viewer))
    assert viewer.locator(".mg-panel").get_attribute("data-run") != run
    viewer.wait_for_function("!/fork|token/.test(location.search)")
    set_exactly(viewer, "gs_F", 0.05)
    expect(owner.locator("[data-param=gs_F]")).to_have_value("0.03")
    viewer.reload()  # also then there is a way back
    viewer.get_by_role("button", name="Back to the lecture").click()
    expect(viewer.locator(".mg-status")).to_have_text("You are watching a lecture.")
    assert viewer.locator(".mg-panel").get_attribute("data-run") == run


def step_of(page: Page) -> str:
    """The step that is drawn."""
    return str(page.locator(".mg-panel").get_attribute("data-step"))


def test_who_watches_is_told_when_the_lecturer_leaves_and_when_the_lecture_ends(open_page: Open) -> None:
    owner = open_page("/turing?size=128")
    viewer = open_page("/turing?size=128", wait=False, script=SOON)
    sockets = []

    def between(route):
        sockets.append(route)
        route.connect_to_server()

    viewer.route_web_socket("**/live/run/**", between)
    link = watch_path(owner)
    viewer.goto(owner.url.split("/turing")[0] + link)
    moving(viewer)
    status = viewer.locator(".mg-status")
    expect(status).to_have_text("You are watching a lecture.")
    owner.close()
    expect(status).to_contain_text("The lecturer has left.")
    wait_step(viewer, int(viewer.locator(".mg-panel").get_attribute("data-step")) + 100)  # it goes on
    sockets[-1].close(code=4410)  # as the server does with a run that has ended
    expect(status).to_contain_text("The lecture has ended")
    assert "token=" in viewer.url, "nobody is taken elsewhere without being asked"
    viewer.get_by_role("button", name="Try it yourself").click()
    expect(viewer.locator("[data-do=play]")).to_be_enabled()


SOON = (
    "window.setTimeout = ((real) => (act, wait, ...more) => real(act, wait === 8000 ? 200 : wait, ...more))(setTimeout)"
)
"""Who waits eight seconds for a lecturer to come back waits a fifth of a second here."""


def test_a_lost_connection_is_found_again_on_the_same_run(open_page: Open) -> None:
    page = open_page("/turing?size=128", wait=False)
    sockets = []

    def between(route):
        sockets.append(route)
        route.connect_to_server()

    page.route_web_socket("**/live/run/**", between)
    page.reload()
    moving(page)
    run, step = (
        page.locator(".mg-panel").get_attribute("data-run"),
        page.locator(".mg-panel").get_attribute("data-step"),
    )
    sockets[0].close(code=4001)  # any code but the final ones: a network blip
    page.wait_for_function("document.querySelector('.mg-panel')?.dataset.status === 'reconnecting'")
    wait_status(page, "running")
    wait_step(page, int(step) + 10)
    assert page.locator(".mg-panel").get_attribute("data-run") == run
    assert len(sockets) == 2


def test_a_page_the_server_does_not_trust_is_told_what_to_do(open_page: Open) -> None:
    page = open_page("/turing?size=128", wait=False)
    page.route_web_socket("**/live/run/**", lambda route: route.close(code=4401, reason="this origin may not connect"))
    page.reload()
    expect(page.locator(".mg-status")).to_contain_text("server.corsAllowedOrigins")


def test_keys_pressed_faster_than_the_server_answers_all_count(open_page: Open) -> None:
    page = open_page("/turing?size=128&gs_F=0.03", wait=False)
    late: list[str] = []

    def between(route):
        server = route.connect_to_server()

        def forward(message):
            if isinstance(message, str) and '"type": "state"' in message:
                late.append(message)
                if len(late) > 4:  # the run's states arrive four late
                    route.send(late.pop(0))
            else:
                route.send(message)

        server.on_message(forward)

    page.route_web_socket("**/live/run/**", between)
    page.reload()
    moving(page)
    slider = page.locator("[data-param=gs_F]")
    expect(slider).to_be_enabled()
    expect(slider).to_have_value("0.03")
    slider.focus()
    first = float(slider.input_value())
    seen = []
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        seen.append(float(slider.input_value()))
    step = float(slider.get_attribute("step"))
    assert seen == pytest.approx([first + step * (index + 1) for index in range(12)])


def test_what_is_scrolled_out_of_sight_is_not_drawn_until_it_comes_back(open_page: Open) -> None:
    page = open_page("/turing?size=128", viewport={"width": 844, "height": 390})  # a phone on its side lets go of it
    page.get_by_role("heading", name="References").scroll_into_view_if_needed()
    field = page.locator(".mg-field")
    expect(field).not_to_be_in_viewport()
    step = int(page.locator(".mg-panel").get_attribute("data-step"))
    wait_step(page, step + 200)  # the observer has noticed by now
    drawn = field.get_attribute("data-frames")
    wait_step(page, step + 600)
    assert field.get_attribute("data-frames") == drawn
    field.scroll_into_view_if_needed()
    moving(page, ".mg-field", int(drawn) + 5)


def test_below_a_base_path_an_open_page_comes_back_after_a_restart_and_an_earlier_run_is_offered(
    open_page: Open, browser: Browser, tmp_path: Path
) -> None:
    server = Server(tmp_path, "--server.baseUrlPath=lab", fps=SELDOM)
    context = browser.new_context()
    try:
        earlier = open_page("/lab/turing?size=128&gs_F=0.03", base=server.url)
        earlier.wait_for_function("+document.querySelector('[data-do=seek]')?.max >= 2")
        ran = earlier.locator(".mg-panel").get_attribute("data-run")
        assert list((tmp_path / "runs").glob("*.safetensors"))
        earlier.goto("about:blank")
        page = context.new_page()  # errors of the lost connection are to be expected in its console
        page.goto(server.url + "/lab/turing?size=128")
        moving(page)
        run = page.locator(".mg-panel").get_attribute("data-run")
        server.stop()
        wait_status(page, "reconnecting")
        server.start()
        page.wait_for_function("(run) => document.querySelector('.mg-panel')?.dataset.run !== run", arg=run)
        expect(page.locator(".mg-status")).to_have_text("Running")
        page.close()

        earlier.goto(server.url + "/lab/turing?size=128")
        offer = earlier.get_by_role("button", name="Continue your earlier run")
        offer.wait_for()
        saved = int("".join(c for c in offer.text_content() if c.isdigit()))
        assert saved > 0
        assert earlier.locator(".mg-panel").get_attribute("data-run") != ran
        offer.click()
        wait_step(earlier, saved)
        expect(earlier.locator("[data-param=gs_F]")).to_have_value("0.03")
        earlier.close()
    finally:
        context.close()
        server.stop()


def test_divergence_is_told_and_there_is_a_way_back(open_page: Open) -> None:
    page = open_page("/probe-nan", wait=False)
    expect(page.locator(".mg-status")).to_contain_text("Diverged")
    expect(page.locator(".mg-status")).to_contain_text("step 500")
    page.get_by_role("button", name="Go back to step").click()
    expect(page.locator(".mg-status")).to_have_text("Paused")


def test_a_failure_is_told_with_what_happened(open_page: Open) -> None:
    page = open_page("/probe-fail", wait=False)
    expect(page.locator(".mg-status")).to_contain_text("Stopped by an error")
    page.locator(".mg-ways summary").click()
    expect(page.locator(".mg-ways pre")).to_contain_text("Traceback")
    page.get_by_role("button", name="Start again").last.click()
    expect(page.locator(".mg-status")).to_contain_text("Stopped by an error")


def test_a_fork_goes_on_in_a_tab_of_its_own(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    with page.context.expect_page() as opened:
        page.locator("[data-do=fork]").click()
    fork = opened.value
    moving(fork)
    assert fork.locator(".mg-panel").get_attribute("data-run") != page.locator(".mg-panel").get_attribute("data-run")
    expect(fork.locator("[data-do=play]")).to_be_enabled()
    fork.wait_for_function("!location.search.includes('token')")  # a copied address must not hand over the run


def test_camera_and_zoom_stay_while_data_stream(open_page: Open) -> None:
    page = open_page("/probe-cloud")
    cloud = page.locator(".mg-space .mg-3d")
    cloud.focus()
    page.keyboard.press("ArrowLeft")
    turned = cloud.get_attribute("data-camera")
    drawn = int(page.locator(".mg-space").get_attribute("data-frames"))
    moving(page, ".mg-space", drawn + 20)
    assert cloud.get_attribute("data-camera") == turned

    page = open_page("/turing?size=128")
    history = ".st-key-turing-history .mg-plot"
    page.locator(history).scroll_into_view_if_needed()
    page.locator(f"{history} .main-svg").first.wait_for()
    in_part = "(s) => !document.querySelector(s)._fullLayout.xaxis.autorange"

    def zoom() -> None:
        x, y = middle_of(page.locator(history))
        page.mouse.move(x - 100, y - 30)
        page.mouse.down()
        page.mouse.move(x + 100, y + 30, steps=5)
        moving(page, ".mg-panel", int(page.locator(".mg-panel").get_attribute("data-frames")) + 20)  # and new curves
        page.mouse.up()
        page.wait_for_function(in_part, arg=history)

    zoom()
    drawn_in = "(s) => ['xaxis', 'yaxis'].map((axis) => document.querySelector(s)._fullLayout[axis].range)"
    zoomed, revision = page.evaluate(drawn_in, history), "document.querySelector(s).layout.datarevision"
    page.keyboard.press("r")  # new curves, whose heights are others
    drawn = page.evaluate(f"(s) => {revision}", history)
    page.wait_for_function(f"([s, drawn]) => {revision} > drawn + 2", arg=[history, drawn])
    for now, then in zip(page.evaluate(drawn_in, history), zoomed, strict=True):
        assert now == pytest.approx(then)

    page.wait_for_function("location.search.includes('look.history.zoom')")
    page.reload()
    page.locator(history).scroll_into_view_if_needed()
    near = """([selector, zoomed]) => ["xaxis", "yaxis"].every((axis, index) => {
      const [a, b] = document.querySelector(selector)?._fullLayout?.[axis].range ?? [], [low, high] = zoomed[index];
      return Math.abs(a - low) + Math.abs(b - high) < 0.01 * (high - low); })"""
    page.wait_for_function(near, arg=[history, zoomed])
    for whole in ("double click", "button"):
        if whole == "button":
            zoom()
            page.locator(f"{history} .modebar-btn[data-title='Show all']").click()
        else:
            page.mouse.dblclick(*middle_of(page.locator(history)))
        page.wait_for_function("!location.search.includes('zoom')")
        page.wait_for_function("(s) => document.querySelector(s)._fullLayout.xaxis.autorange", arg=history)


def test_the_gallery_leads_to_the_exhibits(open_page: Open) -> None:
    page = open_page("/", wait=False)
    card = page.locator(".mg-cards a", has_text="Turing patterns")
    picture = card.locator("img")
    page.wait_for_function("(e) => e.complete && e.naturalWidth > 0", arg=picture.element_handle())
    card.click()
    moving(page)
    assert page.url.endswith("/turing")


def test_a_link_to_a_run_that_is_gone_opens_a_new_one_and_says_so(open_page: Open) -> None:
    page = open_page("/turing?run=doesnotexist&token=nothing")
    expect(page.locator(".mg-notices")).to_contain_text("no longer open")
