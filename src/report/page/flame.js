/*
 * The flame graph: a canvas that is as large as what can be seen, whatever
 * the depth of the stacks, inside a box that scrolls.  Only frames wider than
 * half a pixel are visited at all, so that a drawing costs what is visible.
 */

const flame = {
    metric: firstMetric(),
    zoom: 0,       /* node of the tree that is as wide as the canvas */
    focus: 0,      /* node that the keyboard stands on */
    upward: false, /* roots below */
    match: null,
    rows: [],      /* by depth: frames drawn, {n, x, w} from left to right */
    depth: 1,
};

/* what is live, unless the program gave back nearly all before it ended */
function firstMetric() {
    const [live, peak] = metrics;

    return data.sums[live.column] < data.sums[peak.column] / 10 ? peak : live;
}


const FLAME_ROW = 19;
const FLAME_LEAST = 0.5;


/* depth-first, without recursion: stacks may be deep */
function flameLayout(width) {
    const v = treeValues(flame.metric);
    const kids = treeKids(flame.metric);
    const above = [];

    flame.rows = [];
    for (let n = tree.parent[flame.zoom]; n >= 0; n = tree.parent[n]) {
        above.unshift(n);
    }
    above.forEach((n) => flame.rows.push([{n, x: 0, w: width}]));

    const whole = v[flame.zoom];
    const todo = [{n: flame.zoom, x: 0, w: width, d: above.length}];

    while (whole > 0 && todo.length > 0) {
        const r = todo.pop();
        let x = r.x;

        (flame.rows[r.d] = flame.rows[r.d] || []).push(r);
        for (const k of kids.get(r.n) || []) {
            const w = v[k] / whole * width;

            if (w < FLAME_LEAST) {
                break;
            }
            todo.push({n: k, x, w, d: r.d + 1});
            x += w;
        }
    }
    for (const row of flame.rows) {
        row.sort((a, b) => a.x - b.x);
    }
    flame.depth = Math.max(1, flame.rows.length);
}


function hash(s) {
    let h = 2166136261;

    for (let i = 0; i < s.length; i++) {
        h = Math.imul(h ^ s.charCodeAt(i), 16777619);
    }
    return h >>> 0;
}


function hueStyle(hue, dark, shift) {
    if (hue === undefined) {
        return "hsl(220 6% " + (dark ? 30 + shift : 84 + shift) + "%)";
    }
    return dark ? "hsl(" + hue + " 30% " + (31 + shift) + "%)"
        : "hsl(" + hue + " 46% " + (79 + shift) + "%)";
}


function flameColour(n, dark) {
    if (n === 0) {
        return dark ? "hsl(220 6% 24%)" : "hsl(220 8% 90%)";
    }
    const f = tree.frame[n];
    const shift = (hash(frameName(f)) % 7) - 3;

    return hueStyle(hueOfModule.get(frames.module[f]), dark, shift);
}


function flameY(d, total) {
    return flame.upward ? total - (d + 1) * FLAME_ROW : d * FLAME_ROW;
}


function flameLabel(c, name, w) {
    const room = Math.floor((w - 8) / flame.glyph);

    if (room < 3) {
        return "";
    }
    return name.length <= room ? name : name.slice(0, room - 1) + "…";
}


function flameDrawRow(c, row, y, above, look) {
    for (const r of row) {
        const hit = flame.match && r.n !== 0 && flame.hits[r.n];
        const w = Math.max(r.w - 0.7, 0.4);

        c.globalAlpha = above || (flame.match && !hit) ? 0.45 : 1;
        c.fillStyle = hit ? look.found : flameColour(r.n, look.dark);
        c.fillRect(r.x, y, w, FLAME_ROW - 1);
        if (r.w > 22) {
            c.globalAlpha = above || (flame.match && !hit) ? 0.7 : 1;
            c.fillStyle = hit ? look.foundText : look.text;
            c.fillText(flameLabel(c, treeName(r.n), w), r.x + 4,
                y + FLAME_ROW / 2);
        }
        if (r.n === flame.focus && look.focused) {
            c.globalAlpha = 1;
            c.strokeStyle = look.text;
            c.lineWidth = 2;
            c.strokeRect(r.x + 1, y + 1, Math.max(w - 2, 1), FLAME_ROW - 3);
        }
    }
}


function flameDraw() {
    const box = $("flame-scroll");
    const width = box.clientWidth;
    const canvas = $("flame-canvas");

    if (width < 2) {
        return;
    }
    flameLayout(width);

    const total = flame.depth * FLAME_ROW;
    const height = Math.min(total, Math.max(240, window.innerHeight * 0.66));
    const c = canvasOf(canvas, width, Math.ceil(height));
    const above = flame.zoom === 0 ? 0 : flame.rows.findIndex(
        (row) => row[0] && row[0].n === flame.zoom);
    const look = {
        dark: isDark(), text: colour("text"), found: colour("found"),
        foundText: colour("found-text"),
        focused: document.activeElement === canvas,
    };

    $("flame-space").style.height = total + "px";
    box.style.height = Math.ceil(height) + 1 + "px";
    c.font = "12px " + colour("mono");
    c.textBaseline = "middle";
    flame.glyph = c.measureText("mmmmmmmmmm").width / 10;
    for (let d = 0; d < flame.rows.length; d++) {
        const y = flameY(d, total) - box.scrollTop;

        if (y > -FLAME_ROW && y < height) {
            flameDrawRow(c, flame.rows[d], y, d < above, look);
        }
    }
    c.globalAlpha = 1;
    if (treeValues(flame.metric)[0] === 0) {
        c.fillStyle = colour("soft");
        c.fillText("No bytes of this kind.", 4, FLAME_ROW + 12);
    }
}


const flameSoon = soon(flameDraw);


/* the frame under a point of the canvas, or undefined */
function flameAt(event) {
    const r = $("flame-canvas").getBoundingClientRect();
    const x = event.clientX - r.left;
    const y = event.clientY - r.top + $("flame-scroll").scrollTop;
    const row = Math.floor(y / FLAME_ROW);
    const list = flame.rows[flame.upward ? flame.depth - 1 - row : row] || [];
    let low = 0;
    let high = list.length - 1;

    while (low < high) {
        const middle = (low + high + 1) >> 1;

        if (list[middle].x <= x) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    const f = list[low];

    return f && x >= f.x && x < f.x + f.w ? f : undefined;
}


function flameWords(n) {
    const v = treeValues(flame.metric);
    const words = [treeName(n)];

    if (n > 0) {
        const f = tree.frame[n];
        const file = strings[frames.file[f]];
        const module = frameModule(f);

        words.push([file && file + (frames.line[f] ? ":" + frames.line[f]
            : ""), module].filter((s) => s).join("  ·  "));
    }
    words.push(bytes(v[n]) + " " + flame.metric.label.toLowerCase() + ", "
        + percent(v[n], v[0]) + " of all"
        + (flame.zoom > 0 && n !== flame.zoom ? ", " + percent(v[n],
            v[flame.zoom]) + " of the zoomed frame" : ""));
    return words;
}


function flameRead(n) {
    const words = flameWords(n);

    fill($("flame-read"), el("b", {}, words[0]),
        words.length > 2 ? el("span", {class: "soft"}, words[1]) : "",
        el("span", {}, words[words.length - 1]));
    $("flame-sites").disabled = n === 0;
}


function flamePath() {
    const path = [];

    for (let n = flame.zoom; n >= 0; n = tree.parent[n]) {
        path.unshift(n);
    }
    /* the middle of a deep path says little */
    const shown = path.length > 7 ? path.slice(0, 2).concat([-1],
        path.slice(-4)) : path;

    fill($("flame-path"), ...(flame.zoom === 0 ? [] : shown.map((n) =>
        n < 0 ? el("span", {}, "…") : el("button", {
            type: "button", class: "link", onclick: () => flameZoom(n),
        }, treeName(n)))));
}


function flameZoom(n) {
    flame.zoom = n;
    flame.focus = n;
    flamePath();
    flameRead(n);
    flameFound();
    flameDraw();
    flameShow(n);
}


/* scrolls so that the row of a node that is drawn can be seen */
function flameShow(n) {
    const box = $("flame-scroll");
    const d = flame.rows.findIndex((row) => row.some((r) => r.n === n));

    if (d >= 0) {
        const y = flameY(d, flame.depth * FLAME_ROW);

        if (y < box.scrollTop || y + FLAME_ROW
            > box.scrollTop + box.clientHeight) {
            box.scrollTop = Math.max(0, y - box.clientHeight / 2);
        }
    }
}


/* what is found, and how much of it: the topmost frames count once */
function flameFound() {
    const v = treeValues(flame.metric);
    let n = 0;
    let sum = 0;

    if (flame.match) {
        const inside = new Uint8Array(tree.size);

        flame.hits = new Uint8Array(tree.size);
        for (let i = 1; i < tree.size; i++) {
            const p = tree.parent[i];

            inside[i] = inside[p];
            if (flame.names[frames.name[tree.frame[i]]] && v[i] > 0) {
                flame.hits[i] = 1;
                n++;
                if (!inside[i]) {
                    sum += v[i];
                    inside[i] = 1;
                }
            }
        }
    }
    $("flame-found").textContent = flame.match === undefined
        ? "not a regular expression"
        : !flame.match ? "" : n === 0 ? "nothing found"
            : plural(n, "frame") + ", " + percent(sum, v[0]) + " of all";
}


function flameSearch(query) {
    flame.match = matcher(query);
    flame.names = flame.match ? strings.map(flame.match) : [];
    flameFound();
    flameSoon();
}


function flameMetric(key) {
    flame.metric = metrics.find((m) => m.key === key);
    if (treeValues(flame.metric)[flame.zoom] === 0) {
        flame.zoom = flame.focus = 0;
        flamePath();
    }
    $("flame-help").textContent = flame.metric.help + " All: "
        + bytes(treeValues(flame.metric)[0]) + ".";
    $("flame-canvas").setAttribute("aria-label", "Flame graph of "
        + flame.metric.label.toLowerCase() + " bytes");
    flameFound();
    flameRead(flame.focus);
    flameDraw();
}


/* the neighbour of the focused frame in a direction, among those drawn */
function flameStep(key) {
    const d = flame.rows.findIndex((row) =>
        row.some((r) => r.n === flame.focus));
    const down = key === (flame.upward ? "ArrowUp" : "ArrowDown");

    if (d < 0) {
        return flame.zoom;
    }
    const i = flame.rows[d].findIndex((r) => r.n === flame.focus);

    if (key === "ArrowLeft" || key === "ArrowRight") {
        const r = flame.rows[d][i + (key === "ArrowLeft" ? -1 : 1)];

        return r ? r.n : flame.focus;
    }
    if (down) {
        const kid = (flame.rows[d + 1] || [])
            .find((r) => tree.parent[r.n] === flame.focus);

        return kid ? kid.n : flame.focus;
    }
    return Math.max(0, tree.parent[flame.focus]);
}


function flameKey(event) {
    const key = event.key;

    if (event.ctrlKey || event.altKey || event.metaKey) {
        return;
    }
    if (key.startsWith("Arrow")) {
        flame.focus = flameStep(key);
        flameRead(flame.focus);
        flameShow(flame.focus);
        flameDraw();
    } else if (key === "Enter" || key === " ") {
        flameZoom(flame.focus);
    } else if (key === "Backspace" || key === "-") {
        flameZoom(Math.max(0, tree.parent[flame.zoom]));
    } else if (key === "Escape" || key === "Home") {
        flameZoom(0);
    } else if (key === "/") {
        $("flame-search").focus();
    } else {
        return;
    }
    event.preventDefault();
}


/* what the colours mean; the modules with most bytes */
function flameKeys() {
    const keys = [];

    for (const [m, hue] of hueOfModule) {
        keys.push(el("span", {class: "key", title: modules[m]},
            keyBox(hueStyle(hue, isDark(), 0)),
            modules[m].replace(/^.*\//, "")));
    }
    if (modules.length - 1 > hueOfModule.size) {
        keys.push(el("span", {class: "key"},
            keyBox(hueStyle(undefined, isDark(), 0)), "other"));
    }
    fill($("flame-keys"), ...keys);
}


/* a small square of a colour for a legend */
function keyBox(style) {
    const box = el("i", {"aria-hidden": "true"});

    box.style.background = style;
    return box;
}


/* shows a node of the data: from a site of the table */
function flameGo(node) {
    let n = tree.merged[node];

    if (treeValues(flame.metric)[n] === 0) {
        const m = metrics.find((x) => treeValues(x)[n] > 0) || metrics[2];

        flame.metric = m;
        flameChoice();
    }
    flameMetric(flame.metric.key);
    flameZoom(n);
    $("flame").scrollIntoView();
    $("flame-canvas").focus({preventScroll: true});
}


function flameChoice() {
    choice($("flame-metrics"), "metric",
        metrics.map((m) => [m.key, m.label, m.help]), flame.metric.key,
        flameMetric);
}


function flameInit() {
    const canvas = $("flame-canvas");

    flameChoice();
    flameKeys();
    canvas.addEventListener("mousemove", (e) => {
        const f = flameAt(e);

        canvas.style.cursor = f ? "pointer" : "default";
        tip(f && e, ...(f ? flameWords(f.n) : []));
    });
    canvas.addEventListener("mouseleave", () => tip(null));
    canvas.addEventListener("click", (e) => {
        const f = flameAt(e);

        tip(null);
        if (f) {
            flameZoom(f.n);
        }
    });
    canvas.addEventListener("keydown", flameKey);
    canvas.addEventListener("focus", flameSoon);
    canvas.addEventListener("blur", flameSoon);
    $("flame-scroll").addEventListener("scroll", flameSoon);
    $("flame-search").addEventListener("input", (e) =>
        flameSearch(e.target.value));
    $("flame-search").addEventListener("keydown", (e) => {
        if (e.key === "Escape") {
            e.target.value = "";
            flameSearch("");
        }
    });
    $("flame-up").addEventListener("click", () =>
        flameZoom(Math.max(0, tree.parent[flame.zoom])));
    $("flame-reset").addEventListener("click", () => {
        $("flame-search").value = "";
        flameSearch("");
        flameZoom(0);
    });
    $("flame-turn").addEventListener("click", (e) => {
        flame.upward = !flame.upward;
        e.target.setAttribute("aria-pressed", String(flame.upward));
        flameDraw();
        $("flame-scroll").scrollTop = flame.upward ? flame.depth * FLAME_ROW
            : 0;
        flameDraw();
    });
    $("flame-sites").addEventListener("click", () =>
        sitesUnder(flame.focus));
    drawings.push(() => {
        flameKeys();
        flameDraw();
    });
    flameMetric(flame.metric.key);
}
