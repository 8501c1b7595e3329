/*
 * The overview: figures, where the resident set goes, the sites that matter
 * most; notes on what is missing; the footer's proof.
 */

const endings = {
    not: "was still running, or was killed, when this was read",
    over: "ended without its exit handlers (killed, or _exit by a system "
        + "call)",
    exit: "ended by itself",
    exec: "ended by executing another program",
    signal: "was ended by a signal",
    fatal: "was ended by a finding of the allocator",
    stopped: "runs on; profiling was switched off",
};

/* in UTC, as the text report has it; who looks may be anywhere */
function overviewBegan() {
    return data.wall > 0 ? "began " + new Date(data.wall).toISOString()
        .slice(0, 19).replace("T", " ") + " UTC" : "";
}


function overviewFacts() {
    const facts = ["process " + data.pid
        + (data.parent ? " (forked by " + data.parent + ")" : ""),
    overviewBegan(),
    "ran " + duration(data.ms),
    endings[data.ended] || "",
    data.interval > 0 ? "sampled, one in " + bytes(data.interval)
        : "exact: each allocation counted",
    data.gaps > 0 ? "what came before it was begun, or while it was stopped, "
        + "is missing" : ""];

    $("command").textContent = spell(data.command) || "(unknown command)";
    $("facts").textContent = facts.filter((f) => f).join("  ·  ");
    document.title = "ngxpool report: " + spell(data.command).slice(0, 80);
}


function overviewNotes() {
    const notes = [];
    const left = data.left_out;
    /* the blocks that found no room are told of beside their picture */
    const lost = Object.keys(data.lost).filter((k) => data.lost[k] > 0
        && k !== "blocks");

    if (left.sites > 0) {
        notes.push("This page holds the " + plural(siteCount, "site")
            + " that matter most of " + count(siteCount + left.sites)
            + ". The other " + count(left.sites) + " are one frame, “"
            + frameName(nodes.frame[left.node]) + "”, of the flame graph: "
            + bytes(left.alloc_bytes) + " allocated, "
            + bytes(left.live_bytes) + " live.");
    }
    if (left.hidden > 0) {
        notes.push("A filter hides " + plural(left.hidden, "site")
            + ". The totals, where the memory goes and the time line are"
            + " those of all.");
    }
    if (lost.length > 0) {
        notes.push("The profile had no room for " + lost.map((k) =>
            count(data.lost[k]) + " " + k).join(", ") + ".");
    }
    if (data.interval > 0) {
        const error = (x) => x === null ? "an unknown error" : "±" + bytes(x);

        notes.push("Sampled: all figures are estimates. Live bytes are known"
            + " to " + error(data.errors.live) + ", all bytes to "
            + error(data.errors.total) + " (one standard error).");
    }
    fill($("notes"), ...notes.map((n) => el("p", {class: "note"}, n)));
}


/* of all sites, whatever a filter hides: as the peak and RSS are */
function overviewTiles() {
    const s = data.totals;
    const tiles = [
        ["Peak live", bytes(data.peak_bytes), "after "
            + duration(data.peak_ms)],
        ["Live " + lastLook, bytes(data.live_bytes), plural(
            data.live_objects, "object")],
        /* what is live may never have been touched */
        ["Peak RSS", bytes(data.peak_rss), data.peak_rss > 0
            && data.peak_bytes > data.peak_rss
            ? "less than was live at the peak"
            : percent(data.peak_bytes, data.peak_rss)
                + " of it live at the peak"],
        ["Allocated", bytes(s.alloc_bytes), plural(s.allocs,
            "allocation")],
        ["Temporary", percent(s.temporary_bytes, s.alloc_bytes),
            bytes(s.temporary_bytes) + " freed at once"],
        ["Pinned", bytes(data.pinned_all), "free, but kept by live "
            + "neighbours"],
        ["Run time", duration(data.ms), bytes(s.alloc_bytes
            / Math.max(data.ms, 1) * 1000) + " allocated a second"],
        ["Profiler", bytes(data.own_bytes), "of its own memory"],
    ];

    fill($("tiles"), ...tiles.map(([name, value, more]) =>
        el("div", {class: "tile"}, el("dt", {}, name),
            el("dd", {}, el("b", {}, value), el("span", {class: "soft"},
                more)))));
}


/* what of RSS is known: see np_text_rss.c.  Each part has its bytes, null if
 * they are not known, and whether they are so many of RSS */
function overviewWhereParts(rss, live, whole) {
    const slack = Math.max(0, data.totals.live_slack);
    const pinned = data.pinned_all;
    const own = data.own_bytes;
    const rest = Math.max(0, whole - live - slack - pinned);
    const left = rss - live - slack - pinned - own;
    const fits = left >= 0;
    let heap = [rest, false, "free"];
    let other = [null, false, "code, stacks, the program's own mappings"];

    if (left >= rest) {
        heap = [rest, true, "free; in RSS unless it was given back"];
        other = [left - rest, true, other[2]];
    } else if (fits) {
        heap[2] = "free, and " + bytes(rest - left) + " or more of it was "
            + "given back";
        other = [left, true, other[2] + "; what is left of that"];
    }
    return {held: live + slack + pinned + own + rest, fits, rows: [
        ["live", "Live", live, fits, "what was asked for"
            + (fits ? ", if it was touched" : "")],
        ["slack", "Slack", slack, fits, "given to live objects beyond that"],
        ["pinned", "Pinned", pinned, fits,
            "free, on pages that live objects hold"],
        ["profiler", "Profiler", own, fits, "gone without profiling"],
        ["heap", "Other heap", ...heap],
        ["other", "All else", ...other],
    ]};
}


/* what lives in the resident set at the last look */
function overviewWhere() {
    const t = data.times;
    const last = t.ms.length - 1;

    if (last < 0 || !(t.rss[last] > 0)) {
        $("where-box").hidden = true;
        return;
    }
    const all = t.rss[last];
    const parts = overviewWhereParts(all, t.live[last], t.heap[last]);

    $("where-when").textContent = "RSS " + bytes(all) + " after "
        + duration(t.ms[last]) + ", the last look." + (parts.fits ? ""
        : " Of " + bytes(parts.held) + " that are held, "
            + (data.interval > 0 ? "about " : "") + bytes(parts.held - all)
            + " or more are not resident: never touched, given back, or "
            + "swapped out; which part they are of is not known.");
    $("where-bar").hidden = !parts.fits;
    fill($("where-bar"), ...parts.rows.filter((row) => row[3]).map(([key, ,
        n]) => {
        const e = el("span", {class: "part-" + key});

        e.style.width = 100 * n / all + "%";
        return e;
    }));
    fill($("where"), ...parts.rows.map(([key, name, n, known, why]) => el(
        "li", {}, el("i", {class: "part-" + key, "aria-hidden": "true"}),
        el("b", {}, name), el("span", {class: "number"}, n === null ? "?"
            : bytes(n)),
        el("span", {class: "number soft"}, known ? percent(n, all) : ""),
        el("span", {class: "soft why"}, why))));
}


/* the function that a site is named for, and of which module it is */
function overviewKey(s) {
    const f = siteFrame(s);

    return siteName(s) + "\n" + (f === undefined ? ""
        : frameModule(f).replace(/^.*\//, ""));
}


/* sites by function, largest sum first: [label, sum, key]; the label has the
 * module where functions of several have the name */
function overviewFunctions(column) {
    const sums = new Map();
    const count = new Map();

    for (let s = 0; s < siteCount; s++) {
        const v = sites[column][s];

        if (v > 0) {
            const key = overviewKey(s);

            if (!sums.has(key)) {
                count.set(siteName(s), (count.get(siteName(s)) || 0) + 1);
            }
            sums.set(key, (sums.get(key) || 0) + v);
        }
    }
    return [...sums.entries()].sort((a, b) => b[1] - a[1]).slice(0, 5).map(
        ([key, sum]) => {
            const [name, module] = key.split("\n");

            return [count.get(name) > 1 && module ? name + " in " + module
                : name, sum, key];
        });
}


/* the first five functions by a figure */
function overviewLeaders() {
    const boards = [
        ["Who holds memory", "live_bytes", "live"],
        ["Who made the peak", "at_peak_bytes", "peak"],
        ["Who keeps free memory", "pinned", "pinned"],
        ["Who allocates", "alloc_bytes", "total"],
    ];

    fill($("leaders"), ...boards.map(([title, column, key]) => {
        const top = overviewFunctions(column);

        return el("div", {class: "card board"}, el("h2", {}, title),
            top.length ? el("ol", {}, ...top.map(([name, sum, own]) => {
                const bar = el("span", {class: "bar-fill fill-" + key});
                const only = {has: (s) => overviewKey(s) === own,
                    label: "of " + name};

                bar.style.width = 100 * sum / data.sums[column] + "%";
                return el("li", {}, el("button", {type: "button",
                    class: "link fn", title: name,
                    onclick: () => sitesOnly(only, column)}, name),
                el("span", {class: "number"}, bytes(sum)),
                el("span", {class: "bar-cell"}, bar));
            })) : el("p", {class: "soft"}, "nobody"));
    }));
}


/* why the sum need not be what was counted */
const differs = {
    not: ": they were read a moment apart.",
    over: ": it ended amid a change.",
};


function proof() {
    const sum = data.live_bytes;
    const own = data.heap_live_bytes === null;
    const other = own ? data.counted_bytes : data.heap_live_bytes;
    const shown = siteCount + data.left_out.sites;

    $("proof-sum").textContent = "The live bytes of all sites add up to "
        + bytes(sum) + " (" + sum + "). " + (own ? "The profiler"
        : "The allocator") + " itself counted " + (sum === other
        ? "the same." : bytes(other) + " (" + other + ")" + (data.interval > 0
            ? "; the sum is an estimate." : differs[data.ended]
                || (data.threads > 1
                    ? ": other threads may have gone on meanwhile."
                    : ": they differ.")));
    fill($("proof-figures"), ...figureList([
        ["sites", count(shown)],
        ["stacks found by memo", count(data.stacks.memo)],
        ["by frame rules", count(data.stacks.walks)],
        ["by libunwind", count(data.stacks.steps)],
        ["cut at " + data.depth + " frames", count(data.stacks.cut)],
        ["without an end", count(data.stacks.broken)],
        ["memory of the profiler", bytes(data.own_bytes)],
        ["profile", bytes(data.file_bytes)],
        ["written by", spell(data.tool)],
    ]));
}
