/*
 * The pools' blocks, by size class: each block is a small square of 64 parts,
 * as dark as they are full.  Or each has the colour of the site that pins
 * most of it.
 */

const pools = {
    mode: "full",
    at: -1,     /* block under the cursor */
    kept: -1,   /* block that was clicked */
    places: [], /* by block: {x, y}, its row in `rows` */
    rows: [],   /* lists of blocks, from above */
    side: 18,
    gap: 3,
    sites: [],  /* that pin most, with a colour each */
    drawn: document.createElement("canvas"), /* all but the marks */
};

const POOL_LABEL = 74;
const POOL_HUES = [28, 212, 330, 265, 175, 50, 0, 95];


/* shades of occupancy, from nothing to full */
function poolShade(share, dark) {
    return share === 0 ? colour("empty")
        : dark ? "hsl(163 " + (30 + 25 * share) + "% " + (20 + 40 * share)
            + "%)"
            : "hsl(163 " + (35 + 40 * share) + "% " + (86 - 56 * share)
                + "%)";
}


function poolShades(dark) {
    const shades = [];

    for (let i = 0; i < 16; i++) {
        shades.push(poolShade(i / 15, dark));
    }
    return shades;
}


function poolSiteColour(site, dark) {
    const i = pools.sites.indexOf(site);

    return i < 0 ? "hsl(220 6% " + (dark ? 45 : 62) + "%)"
        : "hsl(" + POOL_HUES[i] + (dark ? " 55% 58%)" : " 65% 46%)");
}


/* blocks by class; within it by address */
function poolGroups() {
    const b = data.blocks;
    const groups = new Map();

    b.size.forEach((size, i) => {
        if (!groups.has(size)) {
            groups.set(size, []);
        }
        groups.get(size).push(i);
    });
    return [...groups.entries()].sort((x, y) => x[0] - y[0]);
}


function poolLayout(width) {
    const n = data.blocks.size.length;
    const groups = poolGroups();
    const [side, gap] = n > 3000 ? [8, 1] : n > 800 ? [14, 2]
        : width < 500 || n > 400 || groups.length > 24 ? [18, 3] : [26, 3];
    const step = side + gap;
    const across = Math.max(1, Math.floor((width - POOL_LABEL) / step));
    const labels = [];
    let y = 4;

    pools.side = side;
    pools.gap = gap;
    pools.rows = [];
    pools.places = [];
    for (const [size, list] of groups) {
        labels.push({size, y: y + Math.min(side, 18) / 2});
        for (let i = 0; i < list.length; i += across) {
            const row = list.slice(i, i + across);

            row.forEach((block, k) => {
                pools.places[block] = {x: POOL_LABEL + k * step, y,
                    row: pools.rows.length, k};
            });
            pools.rows.push(row);
            y += step;
        }
        y += 6;
    }
    pools.labels = labels;
    return y;
}


/* a block as 8 x 8 parts */
function poolCells(c, block, x, y, side, shades) {
    const cells = data.blocks.cells[block];
    const part = side / 8;

    c.fillStyle = shades[0];
    c.fillRect(x, y, side, side);
    for (let i = 0; i < 64; i++) {
        const v = parseInt(cells[i], 16);

        if (v > 0) {
            c.fillStyle = shades[v];
            c.fillRect(x + (i % 8) * part, y + (i >> 3) * part,
                part + 0.1, part + 0.1);
        }
    }
}


/* a block in the colour of the site that pins it, as strong as it does */
function poolPinned(c, block, x, y, side, shades) {
    const b = data.blocks;
    const share = b.bytes[block] > 0 ? b.pinned[block] / b.bytes[block] : 0;

    c.fillStyle = shades[0];
    c.fillRect(x, y, side, side);
    if (b.site[block] >= 0 && b.pinned_by[block] > 0) {
        c.globalAlpha = 0.35 + 0.65 * Math.min(1, share);
        c.fillStyle = poolSiteColour(b.site[block], isDark());
        c.fillRect(x, y, side, side);
        c.globalAlpha = 1;
    }
}


function poolMark(c, block, line) {
    const p = pools.places[block];
    const out = pools.gap / 2;

    c.strokeStyle = colour("text");
    c.lineWidth = line;
    c.strokeRect(p.x - out, p.y - out, pools.side + 2 * out,
        pools.side + 2 * out);
}


/* everything but the marks, once; the pointer then costs a copy of it */
function poolsPaint(width) {
    const n = data.blocks.size.length;
    const c = canvasOf(pools.drawn, width, poolLayout(width));
    const shades = poolShades(isDark());
    const paint = pools.mode === "full" ? poolCells : poolPinned;

    c.font = "12px " + colour("sans");
    c.fillStyle = colour("soft");
    c.textBaseline = "middle";
    c.textAlign = "right";
    for (const l of pools.labels) {
        c.fillText(l.size > 0 ? roundBytes(l.size) : "large",
            POOL_LABEL - 12, l.y);
    }
    for (let i = 0; i < n; i++) {
        const p = pools.places[i];

        paint(c, i, p.x, p.y, pools.side, shades);
    }
}


function poolsMarks() {
    const canvas = $("pools-canvas");
    const from = pools.drawn;
    const c = canvasOf(canvas, parseFloat(from.style.width),
        parseFloat(from.style.height));

    c.drawImage(from, 0, 0, parseFloat(from.style.width),
        parseFloat(from.style.height));
    if (pools.kept >= 0) {
        poolMark(c, pools.kept, 2);
    }
    if (pools.at >= 0 && pools.at !== pools.kept) {
        poolMark(c, pools.at, 1);
    }
}


function poolsDraw() {
    const width = $("pools-canvas").parentElement.clientWidth;

    if (width >= 2 && data.blocks.size.length > 0) {
        poolsPaint(width);
        poolsMarks();
    }
}


const poolsSoon = soon(poolsMarks);


function poolsKeys() {
    const dark = isDark();
    const keys = [];

    if (pools.mode === "full") {
        [0, 0.25, 0.5, 0.75, 1].forEach((x) => keys.push(el("span",
            {class: "key"}, keyBox(poolShade(x, dark)),
            x === 0 ? "empty" : x === 1 ? "full" : 100 * x + " %")));
    } else {
        pools.sites.forEach((s) => keys.push(el("button", {
            type: "button", class: "key", onclick: () => sitesGo(s),
        }, keyBox(poolSiteColour(s, dark)), siteName(s))));
        keys.push(el("span", {class: "key"},
            keyBox(poolSiteColour(-2, dark)), "other sites"),
        el("span", {class: "key"}, keyBox(colour("empty")), "none"));
    }
    fill($("pools-keys"), ...keys);
}


function poolsRead(block) {
    const b = data.blocks;
    const side = $("pools-block");

    side.hidden = block < 0;
    $("pools-site").disabled = block < 0 || b.site[block] < 0;
    if (block < 0) {
        fill($("pools-read"), el("p", {class: "soft"}, "Move over a block, "
            + "or use the arrow keys; click or Enter keeps it."));
        return;
    }
    const site = b.site[block];

    poolCells(canvasOf(side, 128, 128), block, 0, 0, 128,
        poolShades(isDark()));
    fill($("pools-read"), ...figureList([
        ["block at", "0x" + b.start[block]],
        ["size class", roundBytes(b.size[block])],
        ["bytes", roundBytes(b.bytes[block])],
        ["live", count(b.live[block]) + " of " + plural(b.slots[block],
            "slot") + " (" + percent(b.live[block], b.slots[block]) + ")"],
        ["pinned", bytes(b.pinned[block])],
        b.pinned[block] > 0 && ["most of it by", site < 0
            ? "an unknown site" : siteName(site) + ", "
                + bytes(b.pinned_by[block])],
        site >= 0 && ["", el("span", {class: "soft clamp"},
            siteCallers(site))],
    ]));
}


function poolsAt(event) {
    const r = $("pools-canvas").getBoundingClientRect();
    const x = event.clientX - r.left;
    const y = event.clientY - r.top;

    return pools.places.findIndex((p) => x >= p.x - 1 && y >= p.y - 1
        && x < p.x + pools.side + 2 && y < p.y + pools.side + 2);
}


function poolsMove(block) {
    if (block !== pools.at) {
        pools.at = block;
        poolsRead(block >= 0 ? block : pools.kept);
        poolsSoon();
    }
}


function poolsKeep(block) {
    pools.kept = block;
    poolsRead(block);
    poolsMarks();
}


function poolsKey(event) {
    const now = pools.places[pools.at >= 0 ? pools.at : Math.max(0,
        pools.kept)];
    const step = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0],
        ArrowDown: [1, 0]}[event.key];

    if (!now) {
        return;
    }
    if (step) {
        const row = pools.rows[now.row + step[0]];

        if (pools.at < 0) {
            poolsMove(pools.rows[now.row][now.k]);
        } else if (row) {
            const k = now.k + step[1];
            const next = step[0] ? row[Math.min(now.k, row.length - 1)]
                : row[k];

            poolsMove(next === undefined ? pools.at : next);
        }
    } else if (event.key === "Enter" || event.key === " ") {
        if (pools.at === pools.kept && pools.at >= 0
            && data.blocks.site[pools.at] >= 0) {
            sitesGo(data.blocks.site[pools.at]);
        } else {
            poolsKeep(pools.at);
        }
    } else if (event.key === "Escape") {
        pools.kept = -1;
        poolsMove(-1);
    } else {
        return;
    }
    event.preventDefault();
}


/* the sites that pin most in all blocks */
function poolsSites() {
    const sum = new Map();
    const b = data.blocks;

    b.site.forEach((s, i) => {
        if (s >= 0 && b.pinned_by[i] > 0) {
            sum.set(s, (sum.get(s) || 0) + b.pinned_by[i]);
        }
    });
    pools.sites = [...sum.keys()].sort((x, y) => sum.get(y) - sum.get(x))
        .slice(0, POOL_HUES.length);
}


function poolsTable() {
    const t = $("pools-table");
    const p = data.pools;
    const rows = p.size.map((size, i) => [
        size > 0 ? roundBytes(size) : "large", count(p.blocks[i]),
        size > 0 ? count(p.slots[i]) : "", count(p.live[i]),
        size > 0 ? percent(p.live[i], p.slots[i]) : "", count(p.holes[i]),
        bytes(p.pinned[i]),
    ]);

    fill(t.tHead, el("tr", {}, ...["Slot", "Blocks", "Slots", "Live",
        "Occupancy", "Freed slots", "Pinned"].map((h, i) =>
        el("th", {scope: "col", class: i ? "number" : ""}, h))));
    fill(t.tBodies[0], ...rows.map((r) => el("tr", {}, ...r.map((x, i) =>
        el(i ? "td" : "th", {scope: i ? undefined : "row",
            class: i ? "number" : ""}, x)))));
}


function poolsMode(mode) {
    pools.mode = mode;
    poolsKeys();
    poolsDraw();
}


function poolsInit() {
    const canvas = $("pools-canvas");
    const n = data.blocks.size.length;

    poolsSites();
    poolsTable();
    const missing = data.lost.blocks + data.left_out.blocks;

    $("pools-help").textContent = n === 0
        ? "No picture of the blocks was recorded."
        : "Each square is a block of a pool, by the size of its slots. "
            + "A page with a single live object cannot be given back: what "
            + "is free on it is pinned." + (missing > 0 ? " " + plural(missing,
                "more block") + " found no room in this picture." : "");
    if (n === 0) {
        canvas.hidden = true;
        $("pools-block").hidden = true;
        $("pools-site").hidden = true;
        $("pools-mode").hidden = true;
        return;
    }
    choice($("pools-mode"), "pools-mode", [
        ["full", "Occupancy", "dark where live objects are"],
        ["pinned", "Who pins", "the site that pins most of the block"],
    ], "full", poolsMode);
    canvas.addEventListener("pointermove", (e) => poolsMove(poolsAt(e)));
    canvas.addEventListener("pointerleave", () => poolsMove(-1));
    canvas.addEventListener("click", (e) => poolsKeep(poolsAt(e)));
    canvas.addEventListener("dblclick", (e) => {
        const block = poolsAt(e);

        if (block >= 0 && data.blocks.site[block] >= 0) {
            sitesGo(data.blocks.site[block]);
        }
    });
    canvas.addEventListener("keydown", poolsKey);
        $("pools-site").addEventListener("click", () =>
        sitesGo(data.blocks.site[pools.kept >= 0 ? pools.kept : pools.at]));
    drawings.push(() => {
        poolsKeys();
        poolsDraw();
        poolsRead(pools.at >= 0 ? pools.at : pools.kept);
    });
    poolsKeys();
    poolsRead(-1);
    poolsDraw();
}
