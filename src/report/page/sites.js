/*
 * The table of sites: sorted, filtered, a hundred rows at a time, each with
 * small histograms and all its figures on request.
 */

const SITES_STEP = 100;

const histograms = {
    size: {title: "Sizes", unit: roundBytes, noun: "allocation",
        help: "allocations by size"},
    life: {title: "Lifetimes", unit: roundBytes, noun: "free",
        help: "frees by lifetime, in bytes that the program allocated "
            + "meanwhile"},
    time: {title: "Lifetimes in time", unit: duration, noun: "free",
        help: "frees by lifetime, in time"},
};

/* `of`: what is sorted by; `show`: what a cell holds */
const siteColumns = [
    {key: "name", label: "Site", up: true, of: (s) => siteName(s)},
    {key: "live", label: "Live", figure: "live_bytes", unit: bytes,
        help: "bytes still allocated"},
    {key: "objects", label: "Objects", figure: "live_objects", unit: count,
        help: "objects still allocated"},
    {key: "peak", label: "At peak", figure: "at_peak_bytes", unit: bytes,
        help: "bytes when the program had its peak"},
    {key: "total", label: "Total", figure: "alloc_bytes", unit: bytes,
        help: "bytes ever allocated"},
    {key: "allocs", label: "Allocs", figure: "allocs", unit: count,
        help: "allocations"},
    {key: "temporary", label: "Temporary", figure: "temporary_bytes",
        unit: bytes, help: "bytes freed within 16 KiB of allocations"},
    {key: "pinned", label: "Pinned", figure: "pinned", unit: bytes,
        help: "free bytes that its objects keep from being given back"},
    {key: "size", label: "Sizes", histogram: "size",
        of: (s) => histogramMean(sites.size[s]),
        help: "histogram; sorts by its middle"},
    {key: "life", label: "Lifetimes", histogram: "life",
        of: (s) => histogramMean(sites.life[s]),
        help: "histogram; sorts by its middle"},
    {key: "hint", label: "Advice", of: (s) => siteHint(s)[0], up: false,
        help: "what is remarkable; what to do about it is said by "
            + "ngxpool advise"},
];

const table = {
    sort: siteColumns[1],
    up: false,
    shown: SITES_STEP,
    order: [],
    open: new Set(),
    only: null, /* {has, label}: only sites that has(site) says */
};


function siteName(s) {
    const f = siteFrame(s);

    return f === undefined ? "(no stack)" : frameName(f);
}


/* [word, what it means] */
function siteHint(s) {
    return data.hints[sites.hint[s]] || ["", ""];
}


function histogramMean(h) {
    let n = 0;
    let sum = 0;

    h.forEach((x, i) => {
        n += x;
        sum += i * x;
    });
    return n > 0 ? sum / n : -1;
}


function columnValue(column, s) {
    return column.figure ? sites[column.figure][s] : column.of(s);
}


const SVG = "http://www.w3.org/2000/svg";


function svg(tag, attributes) {
    const e = document.createElementNS(SVG, tag);

    for (const k in attributes) {
        e.setAttribute(k, attributes[k]);
    }
    return e;
}


/* bounds of bar i of a histogram, in words */
function histogramRange(key, i) {
    const limit = data.limits[key];
    const unit = histograms[key].unit;

    return limit[i] === null || limit[i] === undefined
        ? "more than " + unit(limit[i - 1])
        : i === 0 ? "up to " + unit(limit[0])
            : unit(limit[i - 1]) + " to " + unit(limit[i]);
}


/* the range in which half of all lie, for those who cannot see the bars */
function histogramText(key, h) {
    const n = h.reduce((a, b) => a + b, 0);
    const middle = h.findIndex((_, i) =>
        2 * h.slice(0, i + 1).reduce((a, b) => a + b, 0) >= n);

    return n === 0 ? "none" : plural(n, histograms[key].noun)
        + ", the middle one " + histogramRange(key, middle);
}


function sparkline(key, h) {
    const n = data.limits[key].length;
    const most = Math.max(1, ...h);
    const text = histogramText(key, h);
    const s = svg("svg", {viewBox: "0 0 " + 4 * n + " 22", class: "spark",
        width: 4 * n, height: 22, role: "img", "aria-label": text});
    const t = svg("title", {});
    let bars = "";

    t.textContent = text;
    h.forEach((x, i) => {
        if (x > 0) {
            const y = Math.max(1.5, 20 * Math.sqrt(x / most));

            bars += "M" + 4 * i + " 21v" + -y + "h3v" + y + "z";
        }
    });
    s.append(t, svg("path", {d: "M0 21.5h" + 4 * n, class: "base"}),
        svg("path", {d: bars, class: "bars"}));
    return s;
}


/* the same, large and with its bounds written */
function histogramList(key, h) {
    const most = Math.max(1, ...h);
    const all = h.reduce((a, b) => a + b, 0);
    const first = h.findIndex((x) => x > 0);
    const rows = [];

    for (let i = Math.max(0, first); first >= 0 && i < h.length; i++) {
        const bar = el("span", {class: "bar-fill"});

        bar.style.width = 100 * h[i] / most + "%";
        rows.push(el("tr", {}, el("th", {scope: "row"},
            histogramRange(key, i)), el("td", {class: "bar-cell"}, bar),
        el("td", {}, h[i] ? count(h[i]) : ""),
        el("td", {class: "soft"}, h[i] ? percent(h[i], all) : "")));
    }
    return el("div", {class: "histogram"}, el("h4", {},
        histograms[key].title), el("p", {class: "soft small"},
        rows.length ? histograms[key].help : "none"),
    el("table", {}, el("tbody", {}, ...rows)));
}


function siteStack(s) {
    return el("ol", {class: "stack-list"}, ...stackOf(sites.node[s]).map(
        (f) => el("li", {class: frames.wrapper[f] ? "wrapper" : undefined},
            el("span", {class: "fn"}, frameName(f)),
            el("span", {class: "soft place"},
                [strings[frames.file[f]] + (frames.line[f] ? ":"
                    + frames.line[f] : ""), frameModule(f),
                frames.inlined[f] ? "inlined" : ""]
                    .filter((x) => x).join("  ·  ")))));
}


/* pairs of a term and its figure; those without a figure are left out */
function figureList(pairs) {
    return pairs.filter((p) => p && p[1] !== null).map(([term, value]) =>
        el("div", {}, el("dt", {}, term), el("dd", {}, value)));
}


function siteFigures(s) {
    const v = (k) => sites[k][s];
    const share = (k) => count(v(k)) + " (" + percent(v(k), v("frees")) + ")";
    const freed = v("frees") > 0;
    /* a sample does not show in which order objects are freed */
    const inOrder = !(data.interval > 0);

    return figureList([
        ["allocations", count(v("allocs")) + ", " + bytes(v("alloc_bytes"))],
        ["frees", count(v("frees")) + ", " + bytes(v("free_bytes"))],
        ["live", count(v("live_objects")) + ", " + bytes(v("live_bytes"))],
        ["at the peak", count(v("at_peak_objects")) + ", "
            + bytes(v("at_peak_bytes")) + " ("
            + percent(v("at_peak_bytes"), data.peak_bytes) + ")"],
        ["its own peak", count(v("peak_objects")) + ", "
            + bytes(v("peak_bytes"))],
        v("inherited_bytes") > 0 && ["from the forking process",
            bytes(v("inherited_bytes"))],
        v("allocs") > 0 && ["mean size",
            bytes(v("alloc_bytes") / v("allocs"))],
        freed && ["temporary", share("temporary")],
        freed && ["freed by other threads", share("remote")],
        freed && inOrder && ["freed youngest first", share("lifo")],
        freed && inOrder && ["freed in runs", count(v("runs")) + ", the longest of "
            + count(v("longest_run"))],
        v("life_bytes") !== null && ["mean lifetime",
            bytes(v("life_bytes")) + " allocated, "
            + duration(v("life_ms"))],
        v("reallocs") > 0 && ["by realloc", count(v("reallocs")) + ", "
            + count(v("realloc_in_place")) + " in place"],
        v("reallocs") > 0 && ["realloc grew, copied",
            bytes(v("realloc_grown")) + ", " + bytes(v("realloc_copied"))],
        ["slack", bytes(v("slack")) + ", of live ones "
            + bytes(v("live_slack"))],
        ["pinned", bytes(v("pinned")) + ", at the peak "
            + bytes(v("pinned_at_peak")) + ", at most "
            + bytes(v("pinned_max")) + (v("surveys") > 0 ? ", on average "
                + bytes(v("pinned_sum") / v("surveys")) : "")],
        ["allocates", duration(v("first_ms")) + " to "
            + duration(v("last_ms"))],
        data.interval > 0 && ["samples", count(v("samples"))],
    ]);
}


function siteDetail(s) {
    const [word, meaning] = siteHint(s);
    const node = sites.node[s];

    return el("div", {class: "detail"},
        word !== "" ? el("p", {class: "advice"}, el("b", {}, word + ": "),
            meaning) : "",
        el("div", {class: "detail-cols"},
            el("div", {}, el("h4", {}, "Stack, the allocating function "
                + "first"), siteStack(s),
            el("p", {}, el("button", {type: "button", class: "link",
                onclick: () => flameGo(node)}, "Show in the flame graph"))),
            el("div", {}, el("h4", {}, "Figures"),
                el("dl", {class: "figures"}, ...siteFigures(s)))),
        el("div", {class: "histograms"}, ...Object.keys(histograms).map(
            (k) => histogramList(k, sites[k][s]))));
}


function siteCallers(s) {
    const stack = stackOf(sites.node[s]);
    const own = stack.indexOf(siteFrame(s));
    const names = stack.slice(own + 1, own + 4).map(frameName);

    return names.length ? "from " + names.join(" ‹ ") : "";
}


function siteNameCell(s) {
    const f = siteFrame(s);
    const button = el("button", {
        type: "button", class: "fold", "aria-expanded":
            String(table.open.has(s)),
    }, el("span", {class: "fn"}, siteName(s)));

    button.addEventListener("click", () => siteToggle(s, button));
    return el("th", {scope: "row", class: "name"}, button,
        el("div", {class: "soft place"}, f === undefined ? ""
            : framePlace(f)),
        el("div", {class: "soft place"}, siteCallers(s)));
}


function siteCell(column, s) {
    if (column.key === "name") {
        return siteNameCell(s);
    }
    const cell = el("td", {"data-label": column.label,
        class: column.figure ? "number" : column.key});

    if (column.histogram) {
        cell.append(sparkline(column.histogram, sites[column.histogram][s]));
    } else if (column.figure) {
        const v = sites[column.figure][s];
        const all = data.sums[column.figure];

        cell.append(v === 0 ? "0" : column.unit(v));
        if (v === 0) {
            cell.classList.add("zero");
        }
        if (all > 0 && v > 0) {
            cell.append(el("div", {class: "soft"}, percent(v, all)));
        }
    } else if (siteHint(s)[0] !== "") {
        cell.append(el("span", {class: "word", title: siteHint(s)[1]},
            siteHint(s)[0]));
    }
    return cell;
}


function siteRows(s) {
    const row = el("tr", {id: "site-" + s, class: "site"},
        ...siteColumns.map((c) => siteCell(c, s)));

    return table.open.has(s) ? [row, siteDetailRow(s)] : [row];
}


function siteDetailRow(s) {
    return el("tr", {class: "detail-row"}, el("td",
        {colspan: siteColumns.length}, siteDetail(s)));
}


function siteToggle(s, button) {
    const row = $("site-" + s);

    if (table.open.delete(s)) {
        row.nextSibling.remove();
    } else {
        table.open.add(s);
        row.after(siteDetailRow(s));
    }
    button.setAttribute("aria-expanded", String(table.open.has(s)));
}


function sitesMore() {
    const body = $("sites-table").tBodies[0];
    const from = body.querySelectorAll("tr.site").length;
    const rows = table.order.slice(from, table.shown).flatMap(siteRows);
    const left = table.order.length - table.shown;

    body.append(...rows);
    $("sites-more").hidden = left <= 0;
    $("sites-more").textContent = "Show " + Math.min(left, SITES_STEP)
        + " more of " + count(left);
}


function sitesDraw() {
    $("sites-table").tBodies[0].replaceChildren();
    sitesMore();
}


/* sorts, keeping the order of the data among equals */
function sitesSort() {
    const value = new Map();
    const sign = table.up ? 1 : -1;

    for (const s of table.order) {
        value.set(s, columnValue(table.sort, s));
    }
    table.order.sort((a, b) => {
        const x = value.get(a);
        const y = value.get(b);

        return x < y ? -sign : x > y ? sign : a - b;
    });
    for (const th of $("sites-table").querySelectorAll("thead th")) {
        th.setAttribute("aria-sort", th.dataset.key !== table.sort.key
            ? "none" : table.up ? "ascending" : "descending");
    }
    $("sites-sort").value = table.sort.key;
}


function sitesSortBy(column) {
    table.up = column === table.sort ? !table.up : Boolean(column.up);
    table.sort = column;
    table.shown = SITES_STEP;
    sitesSort();
    sitesDraw();
}


function sitesFilter() {
    const match = matcher($("sites-filter").value);
    const marked = match ? nodesMatching(match) : null;
    const all = [];
    let live = 0;

    for (let s = 0; s < siteCount; s++) {
        if ((!marked || marked[sites.node[s]])
            && (!table.only || table.only.has(s))) {
            all.push(s);
            live += sites.live_bytes[s];
        }
    }
    table.order = all;
    table.shown = SITES_STEP;

    const words = [match === undefined ? "not a regular expression"
        : all.length === siteCount ? plural(siteCount, "site")
            : count(all.length) + " of " + plural(siteCount, "site")
                + ", " + bytes(live) + " live"];

    if (table.only) {
        words.push(" " + table.only.label + " ", el("button", {
            type: "button", class: "link", onclick: () => sitesOnly(null),
        }, "all again"));
    }
    fill($("sites-count"), ...words);
    sitesSort();
    sitesDraw();
}


function siteIsUnder(s, node) {
    for (let n = tree.merged[sites.node[s]]; n >= 0; n = tree.parent[n]) {
        if (n === node) {
            return true;
        }
    }
    return false;
}


/* only some sites, the first by a column of their figures; null: all */
function sitesOnly(only, figure) {
    table.only = only;
    if (only) {
        table.sort = siteColumns.find((c) => c.figure === figure)
            || table.sort;
        table.up = false;
        $("sites-filter").value = "";
        $("sites").scrollIntoView();
    }
    sitesFilter();
}


/* only those below a node of the tree */
function sitesUnder(node) {
    sitesOnly({has: (s) => siteIsUnder(s, node),
        label: "under " + treeName(node)}, flame.metric.column);
}


/* scrolls to a site and opens it */
function sitesGo(s) {
    table.open.add(s);
    table.only = null;
    $("sites-filter").value = "";
    sitesFilter();

    const at = table.order.indexOf(s);

    if (at >= 4 * SITES_STEP) {
        /* rows by the thousand would take their time */
        table.only = {has: (x) => x === s, label: ""};
        sitesFilter();
    } else if (at >= table.shown) {
        table.shown = SITES_STEP * Math.ceil((at + 1) / SITES_STEP);
        sitesMore();
    }

    const row = $("site-" + s);

    row.scrollIntoView({block: "center"});
    row.querySelector("button").focus({preventScroll: true});
}


function sitesInit() {
    const later = soon(sitesFilter);

    table.sort = siteColumns.find((c) => c.figure === flame.metric.column);
    fill($("sites-table").tHead, el("tr", {}, ...siteColumns.map((c) =>
        el("th", {scope: "col", "data-key": c.key, title: c.help,
            class: c.figure ? "number" : c.key},
        el("button", {type: "button", onclick: () => sitesSortBy(c)},
            c.label)))));
    fill($("sites-sort"), ...siteColumns.map((c) =>
        el("option", {value: c.key}, c.label)));
    $("sites-sort").addEventListener("change", (e) =>
        sitesSortBy(siteColumns.find((c) => c.key === e.target.value)));
    $("sites-filter").addEventListener("input", later);
    $("sites-more").addEventListener("click", () => {
        table.shown += SITES_STEP;
        sitesMore();
    });
    sitesFilter();
}
