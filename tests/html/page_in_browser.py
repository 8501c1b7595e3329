"""The page of a profile as a reader meets it; see page-in-browser.

usage: page_in_browser.py FOLDER [SCREENSHOTS]

FOLDER holds plain.html, filtered.html, rich.html, sampled.html, large.html,
empty.html and some damaged-NAME.html.
"""

import json
import os
import sys
import traceback

import chromium

READY = "document.documentElement.dataset.ready === 'true'"
SPY = "window.alert = () => { window.injected = true; };"


def check(truth, what):
    if not truth:
        raise AssertionError(what)


def same(value, expected, what):
    check(value == expected, f"{what}: {value!r}, not {expected!r}")


class Page:
    """A page in a browser, in the terms of its reader."""

    def __init__(self, browser, folder, pictures):
        self.b = browser
        self.folder = folder
        self.pictures = pictures

    def open(self, name):
        self.b.size(1280, 900)
        self.b.scheme("light")
        self.b.open(os.path.join(self.folder, name + ".html"), READY)

    def value(self, expression):
        return self.b.value(expression)

    def text(self, selector):
        return self.value(f"document.querySelector({json.dumps(selector)})"
                          ".innerText")

    def count(self, selector):
        return self.value("document.querySelectorAll("
                          f"{json.dumps(selector)}).length")

    def place(self, selector):
        """Scrolls there; the rectangle as it can be seen."""
        at = self.value(
            f"(() => {{ const e = document.querySelector("
            f"{json.dumps(selector)}); e.scrollIntoView({{block: 'center',"
            " behavior: 'instant'}); const r = e.getBoundingClientRect();"
            " return [r.left, r.top, r.width, r.height]; })()")
        self.b.settle()
        return at

    def click(self, selector):
        left, top, width, height = self.place(selector)
        check(width > 0 and height > 0, selector + " cannot be seen")
        self.b.click(left + width / 2, top + height / 2)

    def write(self, selector, text):
        """Replaces what is in a field, as a reader types it."""
        self.click(selector)
        self.value("document.activeElement.select()")
        if text:
            self.b.send("Input.insertText", text=text)
        else:
            self.b.key("Backspace")
        self.b.settle()

    def quiet(self):
        same(self.b.complaints, [], "complaints of the browser")

    def picture(self, name):
        data = self.b.picture(os.path.join(self.pictures, name + ".png")
                              if self.pictures else None)
        check(data.startswith(b"\x89PNG") and len(data) > 10000,
              name + " is no picture")


def frame_at(page, node):
    """Where a frame of the flame graph is in the window."""
    left, top, _, _ = page.place("#flame-canvas")
    at = page.value(
        f"(() => {{ for (const [d, row] of flame.rows.entries())"
        f" for (const r of row) if (r.n === {node})"
        " return [r.x + Math.min(r.w / 2, 20),"
        " flameY(d, flame.depth * FLAME_ROW) + 9]; return null; })()")
    check(at is not None, f"frame {node} is not drawn")
    return left + at[0], top + at[1]


def colours_of(page, selector):
    """How many different colours a canvas shows."""
    return page.value(
        f"(() => {{ const c = document.querySelector('{selector}');"
        " const d = c.getContext('2d').getImageData(0, 0, c.width,"
        " c.height).data; const s = new Set();"
        " for (let i = 0; i < d.length; i += 4)"
        " s.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);"
        " return s.size; })()")


def test_opens(page):
    page.open("rich")
    page.quiet()
    same(len(page.b.requests), 1, "requests")
    same(page.value("data.sites.node.length"), page.count("tr.site"),
         "rows of the table")
    check("sample-server" in page.text("#command"), "the command")
    same(page.count(".tile"), 8, "tiles")
    check("live" in page.text("#where").lower(), "where the memory goes")
    check("The allocator itself counted the same" in page.text("#proof-sum"),
          "the proof: " + page.text("#proof-sum"))
    for canvas in ("#timeline-canvas", "#flame-canvas", "#pools-canvas"):
        check(colours_of(page, canvas) > 5, canvas + " is empty")
    page.picture("light")


def test_began(page):
    page.open("rich")
    check("began 2023-11-14 22:13:20 UTC" in page.text("#facts"),
          "when it began: " + page.text("#facts"))


def test_filter_leaves_the_overview(page):
    page.open("plain")
    tiles, where = page.text("#tiles"), page.text("#where")
    page.open("filtered")
    check("A filter hides 6 sites" in page.text("#notes"),
          "the note: " + page.text("#notes"))
    same(page.text("#tiles"), tiles, "the tiles")
    same(page.text("#where"), where, "where the memory goes")
    check(page.value("data.sums.live_slack") <
          page.value("data.totals.live_slack"), "nothing was filtered")
    page.quiet()


def test_hostile_names_are_shown(page):
    page.open("plain")
    page.value("document.querySelectorAll('.fold').forEach(f => f.click())")
    page.b.settle()
    shown = page.value("document.body.innerText")
    for name in ("<img src=x onerror=alert(1)>.so", "--name=<script>alert(2)"
                 "</script>", "grüße", "a \"b\" 'c' \\ ;", "?[31m"):
        check(name in shown, name + " is not shown")
    same(page.count("img, iframe, object, b b"), 0, "elements of strangers")
    same(page.count("script"), 2, "scripts")
    # nothing is left that would turn or hide the text around it
    check(not page.value("/[\\u0000-\\u0008\\u001b\\u202e\\u2066]/.test("
                         "document.body.textContent)"), "control characters")
    check(not page.value("window.injected"), "a script of a profile ran")
    # the spy works, and the policy keeps out what the page did not bring
    page.value("alert(); 0")
    check(page.value("window.injected"), "nobody would have noticed")
    page.value("window.injected = false; const s = document.createElement("
               "'script'); s.textContent = 'alert()';"
               " document.body.append(s); 0")
    check(not page.value("window.injected"), "the policy let a script in")
    check(any("Content Security Policy" in c for c in page.b.complaints),
          "no word from the policy")


def test_time_line(page):
    page.open("rich")
    left, top, width, height = page.place("#timeline-canvas")
    before = page.text("#timeline-read")
    page.b.move(left + width * 0.6, top + height / 2)
    after = page.text("#timeline-read")
    check(after != before and "RSS" in after and "MiB" in after,
          "the readout: " + after)
    page.b.move(5, 5)
    page.value("document.getElementById('timeline-canvas').focus()")
    page.b.key("ArrowRight")
    same(page.value("timeline.at"), 0, "the first moment")
    page.b.key("ArrowRight")
    same(page.value("timeline.at"), 1, "the second moment")
    page.click("#timeline-keys button:nth-child(1)")
    check(page.value("timeline.hidden.has('rss')"), "RSS is still shown")
    same(page.value("document.querySelector('#timeline-keys button')"
                    ".getAttribute('aria-pressed')"), "false", "its button")
    page.value("(() => { const s = document.getElementById('timeline-axis');"
               " s.value = 'clock'; s.dispatchEvent(new Event('change'));"
               " })()")
    same(page.value("timeline.axis"), "clock", "the axis")
    page.quiet()


def test_click_zooms(page):
    page.open("rich")
    page.click("#flame-metrics label:nth-child(3)")
    same(page.value("flame.metric.key"), "total", "the metric")
    check("ever allocated" in page.text("#flame-help"), "its explanation")
    node = page.value("treeKids(flame.metric).get(treeKids(flame.metric)"
                      ".get(0)[0])[0]")
    name = page.value(f"treeName({node})")
    page.b.move(*frame_at(page, node))
    check(name in page.text("#tip"), "the label: " + page.text("#tip"))
    page.b.click(*frame_at(page, node))
    same(page.value("flame.zoom"), node, "the zoomed frame")
    check(name in page.text("#flame-path"), "the path")
    check(name in page.text("#flame-read"), "the readout")
    width = page.value("document.getElementById('flame-canvas').clientWidth")
    drawn = page.value(f"flame.rows.flat().find(r => r.n === {node}).w")
    check(abs(drawn - width) < 1, "it is not as wide as the drawing")
    page.picture("zoomed")
    # a frame above leads out again
    page.b.click(*frame_at(page, 0))
    same(page.value("flame.zoom"), 0, "zoomed out")
    page.b.click(*frame_at(page, node))
    page.click("#flame-reset")
    same(page.value("flame.zoom"), 0, "reset")
    page.quiet()


def test_keys_in_the_flame_graph(page):
    page.open("rich")
    page.value("document.getElementById('flame-canvas').focus()")
    page.b.key("ArrowDown")
    first = page.value("flame.focus")
    same(page.value(f"tree.parent[{first}]"), 0, "below the root")
    page.b.key("ArrowRight")
    second = page.value("flame.focus")
    check(second != first, "no frame beside the first")
    page.b.key("ArrowLeft")
    page.b.key("Enter", "\r")
    same(page.value("flame.zoom"), first, "Enter zooms")
    page.b.key("Backspace")
    same(page.value("flame.zoom"), 0, "Backspace zooms out")
    page.b.key("ArrowDown")
    page.b.key("ArrowDown")
    page.b.key("Enter", "\r")
    check(page.value("flame.zoom") != 0, "Enter zooms again")
    page.b.key("Escape")
    same(page.value("flame.zoom"), 0, "Escape resets")
    page.click("#flame-turn")
    same(page.value("flame.upward"), True, "roots below")
    x, y = frame_at(page, first)
    page.b.click(x, y)
    same(page.value("flame.zoom"), first, "a click, turned around")
    page.quiet()


def test_search(page):
    page.open("rich")
    page.click("#flame-metrics label:nth-child(3)")
    leaf = page.value("siteName(0)")
    part = leaf[1:-1] if len(leaf) > 4 else leaf
    page.write("#flame-search", part.upper())
    check("frame" in page.text("#flame-found"), page.text("#flame-found"))
    hits = page.value("flame.hits.reduce((a, b) => a + b, 0)")
    expected = page.value(
        "[...Array(tree.size).keys()].slice(1).filter(n => treeValues("
        "flame.metric)[n] > 0 && treeName(n).toLowerCase().includes("
        f"{json.dumps(part.lower())})).length")
    check(hits > 0, "nothing was found")
    same(hits, expected, "frames found")
    page.picture("searched")
    page.write("#flame-search", "no such function anywhere")
    same(page.text("#flame-found"), "nothing found", "what is not there")
    page.write("#flame-search", "/^sample.*$/")
    check("frame" in page.text("#flame-found"), "a regular expression")
    page.write("#flame-search", "/((/")
    check("not a regular" in page.text("#flame-found"), "a bad one")
    page.write("#flame-search", "")
    same(page.text("#flame-found"), "", "nothing looked for")
    page.quiet()


def column(page, name):
    return page.value("[...document.querySelectorAll('tr.site')].map(r =>"
                      f" sites.{name}[Number(r.id.slice(5))])")


def test_table_sorts(page):
    page.open("rich")
    live = column(page, "live_bytes")
    same(live, sorted(live, reverse=True), "sorted by live at first")
    for key, name in (("total", "alloc_bytes"), ("allocs", "allocs"),
                      ("pinned", "pinned")):
        page.click(f"thead th[data-key={key}] button")
        values = column(page, name)
        same(values, sorted(values, reverse=True), key + ", largest first")
        check(len(set(values)) > 1, key + " is the same everywhere")
        page.click(f"thead th[data-key={key}] button")
        values = column(page, name)
        same(values, sorted(values), key + ", smallest first")
        same(page.value(f"document.querySelector('thead th[data-key={key}]')"
                        ".getAttribute('aria-sort')"), "ascending", key)
    page.click("thead th[data-key=name] button")
    names = page.value("table.order.map(siteName)")
    same(names, sorted(names), "by name")
    page.quiet()


def test_table_filters_and_unfolds(page):
    page.open("rich")
    rows = page.count("tr.site")
    name = page.value("siteName(table.order[0])")
    page.write("#sites-filter", name)
    check(0 < page.count("tr.site") < rows, "filtered rows")
    check(name in page.text("tr.site .fold"), "the first of them")
    page.click("tr.site .fold")
    same(page.count(".detail-row"), 1, "details")
    check(page.count(".stack-list li") > 0, "no stack")
    check(name in page.text(".stack-list"), "the stack")
    check("allocations" in page.text(".detail .figures"), "the figures")
    page.picture("detail")
    page.click(".detail-cols .link")
    check(page.value("flame.zoom") > 0, "not shown in the flame graph")
    page.write("#sites-filter", "")
    same(page.count("tr.site"), rows, "all rows again")
    page.value("flameZoom(treeKids(flame.metric).get(0)[0])")
    page.click("#flame-sites")
    check(0 < page.count("tr.site") < rows, "sites under a frame")
    page.click("#sites-count .link")
    same(page.count("tr.site"), rows, "all again")
    page.quiet()


def test_functions_of_the_overview(page):
    page.open("rich")
    board = page.text(".board")
    name = page.value("overviewFunctions('live_bytes')[0][0]")
    check(name in board, board)
    page.click(".board .link")
    rows = page.value("table.order.map(siteName)")
    check(rows and set(rows) == {name}, f"sites of {name}: {rows}")
    check("of " + name in page.text("#sites-count"), "what is shown")
    page.click("#sites-count .link")
    same(page.count("tr.site"), page.value("siteCount"), "all again")
    page.quiet()


def test_pools(page):
    page.open("rich")
    left, top, _, _ = page.place("#pools-canvas")
    x, y = page.value("[pools.places[1].x + 5, pools.places[1].y + 5]")
    page.b.move(left + x, top + y)
    read = page.text("#pools-read")
    check(page.value("'0x' + data.blocks.start[1]") in read, read)
    check("4 of 32" in read and page.value("siteName(data.blocks.site[1])")
          in read, read)
    page.b.click(left + x, top + y)
    same(page.value("pools.kept"), 1, "the block that was clicked")
    page.value("document.getElementById('pools-canvas').focus()")
    page.b.key("ArrowRight")
    same(page.value("pools.at"), 2, "the next block")
    page.b.key("Enter", "\r")
    same(page.value("pools.kept"), 2, "kept by Enter")
    page.click("#pools-mode label:nth-child(2)")
    same(page.value("pools.mode"), "pinned", "who pins")
    check(page.value("siteName(data.blocks.site[1])")
          in page.text("#pools-keys"), "its legend")
    page.click("#pools-site")
    same(page.value("document.activeElement.closest('tr').id"),
         "site-" + str(page.value("data.blocks.site[2]")), "the site")
    same(page.count(".detail-row"), 1, "its details")
    page.quiet()


def background(page):
    colour = page.value("getComputedStyle(document.body).backgroundColor")
    return sum(int(x) for x in colour[4:-1].split(","))


def test_themes(page):
    page.open("rich")
    check(background(page) > 600, "not light")
    page.b.scheme("dark")
    check(background(page) < 150, "not dark")
    page.picture("dark")
    page.click("#theme")
    check(background(page) > 600, "the button does not make it light")
    page.b.scheme("light")
    page.click("#theme")
    check(background(page) < 150, "the button does not make it dark")
    check(page.b.paper().startswith(b"%PDF"), "no paper")
    page.quiet()


def test_narrow(page):
    page.open("rich")
    page.b.size(360, 740, 2)
    page.value("document.querySelector('tr.site .fold').click()")
    page.b.settle()
    same(page.value("document.documentElement.scrollWidth"), 360, "its width")
    out = page.value(
        "[...document.querySelectorAll('main *')].filter(e => {"
        " const r = e.getBoundingClientRect(); return r.width > 1 &&"
        " r.right > 361 && !e.closest('details, .path, nav'); })"
        ".map(e => e.tagName + '.' + e.className).slice(0, 5)")
    same(out, [], "what sticks out")
    for canvas in ("#timeline-canvas", "#flame-canvas", "#pools-canvas"):
        check(colours_of(page, canvas) > 3, canvas + " is empty")
    page.picture("narrow")
    page.quiet()


def test_no_scroll_bar_at_any_width(page):
    page.open("rich")
    widths = [320, 400, 440, *range(478, 508, 2), 560, 640, 720, 721, 860,
              1000, 1001, 1300]
    for chosen in (False, True):
        if chosen:
            page.value("poolsRead(1)")
        wider = {}
        for width in widths:
            page.b.size(width, 740)
            is_wide = page.value("document.documentElement.scrollWidth")
            if is_wide > width:
                wider[width] = is_wide
        same(wider, {}, f"wider than the window, a block chosen: {chosen}")
    page.quiet()


def test_tab_order(page):
    page.open("rich")
    seen = []
    for _ in range(60):
        page.b.key("Tab")
        seen.append(page.value("document.activeElement.id"))
    wanted = ["theme", "timeline-canvas", "flame-search", "flame-canvas",
              "sites-filter"]
    same([s for s in seen if s in wanted], wanted, "where Tab leads")
    same(seen[0], "", "the way past everything comes first")


def test_names_for_those_who_listen(page):
    page.open("rich")
    tree = page.b.send("Accessibility.getFullAXTree")["nodes"]
    spoken = ("button", "link", "searchbox", "radio", "combobox", "image",
              "application", "region", "radiogroup", "table", "img")
    found = set()
    for node in tree:
        role = node.get("role", {}).get("value")
        if role in spoken and not node.get("ignored"):
            found.add(role)
            check(node.get("name", {}).get("value"), f"a {role} has no name")
    check({"button", "link", "searchbox", "radio", "region"} <= found,
          f"roles: {found}")


def test_large(page):
    page.open("large")
    page.quiet()
    same(page.value("siteCount"), 10000, "sites kept")
    notes = page.text("#notes")
    check("10000 sites that matter most of 12000" in notes
          and "other 2000" in notes, "the note on what is missing: " + notes)
    check("808 more blocks" in page.text("#pools-help"),
          "the note on blocks: " + page.text("#pools-help"))
    same(page.value("treeValues(metrics[0])[0]"),
         page.value("data.sums.live_bytes"), "the root of the flame graph")
    check(page.value("tree.size") > 10000, "the tree")
    check(page.value("flame.rows.flat().length") < 5000,
          "frames that nobody sees are drawn")
    same(page.count("tr.site"), 100, "rows at first")
    page.click("#sites-more")
    same(page.count("tr.site"), 200, "rows then")
    # a site far down the table is shown without all that stand above it
    page.value("sitesGo(9000)")
    check(page.count("tr.site") < 10, "rows for one site")
    same(page.value("document.activeElement.closest('tr').id"), "site-9000",
         "the site")
    page.click("#sites-count .link")
    page.write("#sites-filter", "0x42fd")
    check(page.count("tr.site") > 0, "filtered rows")
    check("of 10000 sites" in page.text("#sites-count"),
          page.text("#sites-count"))
    page.picture("large")
    page.quiet()


def test_sampled(page):
    page.open("sampled")
    check("estimates" in page.text("#notes"), page.text("#notes"))
    check("sampled" in page.text("#facts"), page.text("#facts"))
    page.quiet()


def test_empty(page):
    page.open("empty")
    page.quiet()
    check("No picture" in page.text("#pools-help"), "the pools")
    for m in range(1, 6):
        page.click(f"#flame-metrics label:nth-child({m})")
    page.value("document.getElementById('flame-canvas').focus()")
    for key in ("ArrowDown", "ArrowRight", "Enter", "Backspace", "Escape"):
        page.b.key(key)
    same(page.value("flame.zoom"), 0, "the zoom")
    page.quiet()


def test_damaged(page):
    names = sorted(n[:-5] for n in os.listdir(page.folder)
                   if n.startswith("damaged-") and n.endswith(".html"))
    check(names, "no page of a damaged profile")
    for name in names:
        page.open(name)
        same(page.b.complaints, [], name)
        for m in range(1, 6):
            page.value("flameMetric(metrics[%d].key)" % (m - 1))
        page.value("document.querySelectorAll('.fold').forEach("
                   "f => f.click())")
        same(page.b.complaints, [], name)


def main():
    folder = os.path.abspath(sys.argv[1])
    pictures = sys.argv[2] if len(sys.argv) > 2 else ""
    failed = 0
    browser = chromium.Browser(chromium.find())
    try:
        browser.send("Page.addScriptToEvaluateOnNewDocument", source=SPY)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                try:
                    test(Page(browser, folder, pictures))
                    print("ok", name)
                except (AssertionError, chromium.Trouble):
                    failed += 1
                    print("FAIL", name)
                    traceback.print_exc(file=sys.stdout)
    finally:
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
