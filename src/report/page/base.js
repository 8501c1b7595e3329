"use strict";

/*
 * Numbers as people read them, elements, and small drawing aids.  Whatever
 * came from a profile goes through text() or textContent, never into markup.
 */

const $ = (id) => document.getElementById(id);

/* what would move, hide or reorder the text around it is spelt out */
const HIDDEN = new RegExp("[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c"
    + "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]", "g");


function spell(s) {
    return String(s).replace(HIDDEN, (c) => "\\u"
        + c.charCodeAt(0).toString(16).padStart(4, "0"));
}


/* el("td", {class: "x"}, "text", node, ...); strings become text nodes */
function el(tag, attributes, ...children) {
    const e = document.createElement(tag);

    for (const k in attributes || {}) {
        if (k.startsWith("on")) {
            e.addEventListener(k.slice(2), attributes[k]);
        } else if (attributes[k] !== undefined && attributes[k] !== false) {
            e.setAttribute(k, attributes[k]);
        }
    }
    for (const c of children) {
        if (c !== undefined && c !== null) {
            e.append(c);
        }
    }
    return e;
}


function fill(parent, ...children) {
    parent.replaceChildren(...children);
}


function digits(x) {
    return x >= 99.95 ? x.toFixed(0) : x >= 9.995 ? x.toFixed(1)
        : x.toFixed(2);
}


function bytes(n) {
    const units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let u = -1;
    let x = Math.abs(n);

    if (!isFinite(n)) {
        return "–";
    }
    if (x < 1024) {
        return Math.round(n) + " B";
    }
    while (x >= 1023.5 && u < units.length - 1) {
        x /= 1024;
        u++;
    }
    return (n < 0 ? "−" : "") + digits(x) + " " + units[u];
}


/* round numbers as such: "64 KiB", not "64.0 KiB" */
function roundBytes(n) {
    return bytes(n).replace(/\.0+ /, " ");
}


function count(n) {
    const units = ["", " k", " M", " G", " T", " P", " E"];
    let u = 0;
    let x = Math.abs(n);

    if (!isFinite(n)) {
        return "–";
    }
    if (x < 99999.5) {
        const whole = x >= 100 || Number.isInteger(x);

        return (n < 0 ? "−" : "") + (whole ? String(Math.round(x))
            : digits(x).replace(/\.?0+$/, ""));
    }
    while (x >= 999.5 && u < units.length - 1) {
        x /= 1000;
        u++;
    }
    return (n < 0 ? "−" : "") + digits(x) + units[u];
}


function duration(ms) {
    if (!isFinite(ms)) {
        return "–";
    }
    if (ms < 1000) {
        return (ms < 10 ? digits(ms).replace(/\.?0+$/, "")
            : Math.round(ms)) + " ms";
    }
    if (ms < 60000) {
        return digits(ms / 1000) + " s";
    }
    const s = Math.round(ms / 1000);
    const two = (x) => String(x).padStart(2, "0");

    return s < 3600 ? Math.floor(s / 60) + " min " + two(s % 60) + " s"
        : Math.floor(s / 3600) + " h " + two(Math.floor(s / 60) % 60)
            + " min";
}


function percent(part, whole) {
    if (!(whole > 0)) {
        return "–";
    }
    const p = 100 * part / whole;

    return (p === 0 ? "0" : Math.abs(p) < 0.1 ? "< 0.1"
        : p >= 9.95 ? p.toFixed(0) : p.toFixed(1)) + " %";
}


/* "1 site", "2 sites" */
function plural(n, one, many) {
    return count(n) + " " + (n === 1 ? one : many || one + "s");
}


/* a predicate on strings: part of a name, or /regular expression/; null:
 * nothing is looked for; undefined: the expression is not one */
function matcher(query) {
    const q = query.trim();
    const r = /^\/(.*)\/$/.exec(q);

    if (q === "" || q === "/" || q === "//") {
        return null;
    }
    if (r) {
        try {
            const e = new RegExp(r[1], "i");

            return (s) => e.test(s);
        } catch (error) {
            return undefined;
        }
    }
    const part = q.toLowerCase();

    return (s) => s.toLowerCase().includes(part);
}


/* makes the canvas as large as its place in device pixels; a context in
 * which one unit is one CSS pixel */
function canvasOf(canvas, width, height) {
    const ratio = window.devicePixelRatio || 1;
    const w = Math.max(1, Math.round(width * ratio));
    const h = Math.max(1, Math.round(height * ratio));

    if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
    }
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";

    const c = canvas.getContext("2d");

    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    return c;
}


/* the page's colours: custom properties of its style sheet */
function colour(name) {
    return getComputedStyle(document.documentElement)
        .getPropertyValue("--" + name).trim();
}


function isDark() {
    const t = document.documentElement.dataset.theme;

    return t ? t === "dark"
        : window.matchMedia("(prefers-color-scheme: dark)").matches;
}


/* what draws itself anew when the theme or the width changes */
const drawings = [];


function redraw() {
    for (const d of drawings) {
        d();
    }
}


/* calls f once in the next frame, however often it is asked to */
function soon(f) {
    let asked = false;

    return () => {
        if (!asked) {
            asked = true;
            requestAnimationFrame(() => {
                asked = false;
                f();
            });
        }
    };
}


/* the floating label beside the pointer */
function tip(event, ...lines) {
    const t = $("tip");

    if (!event) {
        t.hidden = true;
        return;
    }
    fill(t, ...lines.map((l, i) => el("div", {class: i ? "" : "first"}, l)));
    t.hidden = false;

    const w = t.offsetWidth;
    const h = t.offsetHeight;
    const right = document.documentElement.clientWidth;
    const x = Math.max(4, Math.min(event.clientX + 14, right - w - 8));
    const below = event.clientY + 18;
    const y = below + h + 8 > window.innerHeight ? event.clientY - h - 12
        : below;

    t.style.left = x + "px";
    t.style.top = Math.max(4, y) + "px";
}


/* one of several, as radio buttons that look like a strip */
function choice(box, name, options, chosen, change) {
    fill(box, ...options.map(([value, label, title]) => {
        const input = el("input", {
            type: "radio", name: name, value: value, class: "hidden",
            onchange: () => change(value),
        });

        input.checked = value === chosen;
        return el("label", {title: title}, input, el("span", {}, label));
    }));
}
