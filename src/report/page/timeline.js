/*
 * Memory over time: lines of the heap, the resident set, the pools and what
 * is live, with a cursor for the pointer and the arrow keys.
 */

const timeLines = [
    {key: "rss", label: "RSS", help: "resident set of the process"},
    {key: "heap", label: "Heap", help: "all blocks, used or not"},
    {key: "pools", label: "Pools", help: "blocks of the pools"},
    {key: "live", label: "Live", help: "bytes that the program holds"},
    {key: "pinned", label: "Pinned", help: "free bytes that live objects "
        + "keep from being given back"},
];

const timeline = {
    axis: "ms",
    hidden: new Set(),
    at: -1, /* the entry under the cursor */
    plot: null,
};


function timelineTicks(most, wanted, base) {
    const raw = most / wanted;
    const power = Math.pow(base, Math.floor(Math.log(raw) / Math.log(base)));
    const factors = base === 2 ? [1, 2] : [1, 2, 5, 10];
    const step = power * (factors.find((f) => f * power >= raw) || base);
    const ticks = [];

    for (let t = 0; t <= most * 1.0001; t += step) {
        ticks.push(t);
    }
    return ticks;
}


/* places of the marks; seconds and minutes have steps of their own */
function timelineTicksX(most, wanted) {
    if (timeline.axis === "clock") {
        return timelineTicks(most, wanted, 2);
    }
    const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4,
        2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 12e5, 18e5, 36e5, 72e5, 144e5, 216e5,
        432e5, 864e5];
    const step = steps.find((s) => s * wanted >= most);
    const ticks = [];

    if (step === undefined) {
        return timelineTicks(most, wanted, 10);
    }
    for (let t = 0; t <= most; t += step) {
        ticks.push(t);
    }
    return ticks;
}


function timelineAxisText(x) {
    return x === 0 ? "0" : timeline.axis === "clock" ? roundBytes(x)
        : x < 1000 ? x + " ms" : x < 60000 ? x / 1000 + " s" : duration(x);
}


function timelineAxes(c, p) {
    c.font = "12px " + colour("sans");
    c.fillStyle = colour("soft");
    c.strokeStyle = colour("line");
    c.lineWidth = 1;
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const t of timelineTicks(p.most, 5, 2)) {
        const y = Math.round(p.y(t)) + 0.5;

        c.beginPath();
        c.moveTo(p.left, y);
        c.lineTo(p.right, y);
        c.stroke();
        c.fillText(t === 0 ? "0" : roundBytes(t), p.left - 8, y);
    }
    c.textBaseline = "top";
    c.textAlign = "center";
    for (const t of timelineTicksX(p.end, p.right > 500 ? 8 : 4)) {
        const x = p.x(t);

        c.fillText(timelineAxisText(t), Math.min(x, p.right - 16),
            p.bottom + 8);
        c.beginPath();
        c.moveTo(Math.round(x) + 0.5, p.bottom);
        c.lineTo(Math.round(x) + 0.5, p.bottom + 4);
        c.stroke();
    }
}


function timelineLine(c, p, l) {
    const t = data.times;
    const column = t[l.key];

    c.beginPath();
    for (let i = 0; i < column.length; i++) {
        c.lineTo(p.x(t[timeline.axis][i]), p.y(column[i]));
    }
    c.strokeStyle = colour("line-" + l.key);
    c.lineWidth = l.key === "rss" || l.key === "live" ? 2.2 : 1.6;
    c.lineJoin = "round";
    c.stroke();
    if (l.key === "live" && column.length > 0) {
        const last = column.length - 1;

        c.lineTo(p.x(t[timeline.axis][last]), p.y(0));
        c.lineTo(p.x(t[timeline.axis][0]), p.y(0));
        c.globalAlpha = 0.14;
        c.fillStyle = colour("line-live");
        c.fill();
        c.globalAlpha = 1;
    }
}


function timelinePeak(c, p) {
    if (timeline.axis !== "ms" || !(data.peak_bytes > 0)
        || timeline.hidden.has("live")) {
        return;
    }
    const x = p.x(Math.min(data.peak_ms, p.end));
    const y = p.y(data.peak_bytes);

    c.fillStyle = colour("card");
    c.strokeStyle = colour("line-live");
    c.lineWidth = 2;
    c.beginPath();
    c.arc(x, y, 4, 0, 7);
    c.fill();
    c.stroke();

    const left = x > p.right - 130;
    const label = "peak " + bytes(data.peak_bytes);

    const room = c.measureText(label).width;

    c.textAlign = left ? "right" : "left";
    c.textBaseline = "bottom";
    c.fillStyle = colour("card");
    c.globalAlpha = 0.85;
    c.fillRect(left ? x - room - 13 : x + 5, y - 20, room + 8, 17);
    c.globalAlpha = 1;
    c.fillStyle = colour("text");
    c.fillText(label, x + (left ? -9 : 9), y - 4);
}


function timelineCursor(c, p) {
    const t = data.times;
    const x = Math.round(p.x(t[timeline.axis][timeline.at])) + 0.5;

    c.strokeStyle = colour("soft");
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(x, p.top);
    c.lineTo(x, p.bottom);
    c.stroke();
    for (const l of timeLines) {
        if (!timeline.hidden.has(l.key)) {
            c.fillStyle = colour("line-" + l.key);
            c.beginPath();
            c.arc(x, p.y(t[l.key][timeline.at]), 3.5, 0, 7);
            c.fill();
        }
    }
}


function timelineDraw() {
    const canvas = $("timeline-canvas");
    const width = canvas.parentElement.clientWidth;
    const t = data.times;
    const n = t.ms.length;

    if (width < 2) {
        return;
    }
    const height = width < 500 ? 220 : 300;
    const c = canvasOf(canvas, width, height);
    let most = timeline.hidden.has("live") ? 1 : Math.max(1, data.peak_bytes);

    for (const l of timeLines) {
        if (!timeline.hidden.has(l.key)) {
            for (let i = 0; i < n; i++) {
                most = Math.max(most, t[l.key][i]);
            }
        }
    }
    most *= 1.06;

    const end = Math.max(1, n > 0 ? t[timeline.axis][n - 1] : 1);
    const p = {left: 74, right: width - 12, top: 12, bottom: height - 30,
        most, end};

    p.x = (v) => p.left + v / end * (p.right - p.left);
    p.y = (v) => p.bottom - v / most * (p.bottom - p.top);
    timeline.plot = p;
    timelineAxes(c, p);
    for (const l of timeLines.slice().reverse()) {
        if (!timeline.hidden.has(l.key)) {
            timelineLine(c, p, l);
        }
    }
    timelinePeak(c, p);
    if (timeline.at >= 0 && timeline.at < n) {
        timelineCursor(c, p);
    }
}


function timelineMove(i) {
    const t = data.times;
    const n = t.ms.length;

    timeline.at = n === 0 || i < 0 ? -1 : Math.min(i, n - 1);
    if (timeline.at < 0) {
        $("timeline-read").textContent = n === 0
            ? "Nothing was recorded over time."
            : "Move over the drawing, or use the arrow keys.";
    } else {
        const now = timeline.at;

        fill($("timeline-read"), el("b", {}, duration(t.ms[now])),
            el("span", {class: "soft"}, bytes(t.clock[now]) + " allocated"),
            ...timeLines.map((l) => el("span", {class: "key"},
                keyBox("var(--line-" + l.key + ")"),
                l.label + " " + bytes(t[l.key][now]))));
    }
    timelineDraw();
}


function timelinePoint(event) {
    const r = $("timeline-canvas").getBoundingClientRect();
    const p = timeline.plot;
    const column = data.times[timeline.axis];
    const v = (event.clientX - r.left - p.left) / (p.right - p.left) * p.end;
    let low = 0;
    let high = column.length - 1;

    while (low < high) {
        const middle = (low + high) >> 1;

        if (column[middle] < v) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low > 0 && v - column[low - 1] < column[low] - v) {
        low--;
    }
    timelineMove(low);
}


function timelineKey(event) {
    const n = data.times.ms.length;
    const far = Math.max(1, Math.round(n / 20));
    const to = {
        ArrowLeft: Math.max(0, timeline.at - 1), ArrowRight: timeline.at + 1,
        PageUp: Math.max(0, timeline.at - far), PageDown: timeline.at + far,
        Home: 0, End: n - 1, Escape: -1,
    }[event.key];

    if (to !== undefined) {
        event.preventDefault();
        timelineMove(to);
    }
}


function timelineInit() {
    const canvas = $("timeline-canvas");

    fill($("timeline-keys"), ...timeLines.map((l) => {
        const button = el("button", {
            type: "button", class: "key", title: l.help,
            "aria-pressed": "true",
        }, keyBox("var(--line-" + l.key + ")"), l.label);

        button.addEventListener("click", () => {
            const hide = !timeline.hidden.has(l.key);

            timeline.hidden[hide ? "add" : "delete"](l.key);
            button.setAttribute("aria-pressed", String(!hide));
            timelineDraw();
        });
        return button;
    }));
    $("timeline-axis").addEventListener("change", (e) => {
        timeline.axis = e.target.value;
        timelineDraw();
    });
    canvas.setAttribute("aria-label", "Memory over time: peak of live bytes "
        + bytes(data.peak_bytes) + " after " + duration(data.peak_ms)
        + ", peak RSS " + bytes(data.peak_rss));
    canvas.addEventListener("pointermove", timelinePoint);
    canvas.addEventListener("pointerdown", timelinePoint);
    canvas.addEventListener("pointerleave", () => timelineMove(-1));
    canvas.addEventListener("keydown", timelineKey);
    drawings.push(timelineDraw);
    timelineMove(-1);
}
