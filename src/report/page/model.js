/*
 * The embedded data and what is derived from it: columns of figures, the
 * stacks of sites, and one tree of functions for all flame graphs.
 */

const data = JSON.parse($("data").textContent);
const strings = data.strings.map(spell);
const modules = data.modules.map(spell);
const sites = data.sites;
const frames = data.frames;
const nodes = data.nodes;
const siteCount = sites.node.length;

/* when what is live was so */
const lastLook = {
    not: "so far",
    over: "when it ended",
    exec: "at exec",
    stopped: "when profiling stopped",
}[data.ended] || "at the end";

/* what a flame graph can measure; `column` of the sites */
const metrics = [
    {key: "live", label: "Live", column: "live_bytes",
        help: "Bytes still allocated " + lastLook + "."},
    {key: "peak", label: "Peak", column: "at_peak_bytes",
        help: "Bytes that were allocated when the program had its peak."},
    {key: "total", label: "Total", column: "alloc_bytes",
        help: "All bytes ever allocated."},
    {key: "temporary", label: "Temporary", column: "temporary_bytes",
        help: "Bytes freed again before the program had allocated another "
            + "16 KiB."},
    {key: "pinned", label: "Pinned", column: "pinned",
        help: "Free bytes that cannot be given back, because live objects "
            + "of the site keep their pages in use."},
];


/* the stack of a node, leaf first: indices of frames */
function stackOf(node) {
    const stack = [];

    for (let n = node; n > 0; n = nodes.parent[n]) {
        stack.push(nodes.frame[n]);
    }
    return stack;
}


function frameName(f) {
    return strings[frames.name[f]];
}


/* "file:line", the module, or nothing */
function framePlace(f) {
    const file = strings[frames.file[f]];
    const line = frames.line[f];

    if (file !== "") {
        return file.replace(/^.*\//, "") + (line ? ":" + line : "");
    }
    return frameModule(f).replace(/^.*\//, "");
}


function frameModule(f) {
    return modules[frames.module[f]];
}


/*
 * Nodes of the same functions, called alike, are one node of this tree,
 * whatever their addresses.  Parents come before their children, in the data
 * and so here; node 0 is the root.
 */
function buildTree() {
    const parent = [-1];
    const frame = [-1];
    const merged = new Int32Array(nodes.parent.length);
    const seen = new Map();
    const functions = modules.length * strings.length;

    for (let n = 1; n < nodes.parent.length; n++) {
        const p = merged[nodes.parent[n]];
        const f = nodes.frame[n];
        const key = p * functions + frames.module[f] * strings.length
            + frames.name[f];
        let m = seen.get(key);

        if (m === undefined) {
            m = parent.length;
            seen.set(key, m);
            parent.push(p);
            frame.push(f);
        }
        merged[n] = m;
    }
    return {parent, frame, merged, size: parent.length, value: {}, kids: {}};
}


const tree = buildTree();


/* bytes of each node of the tree and all below it, in a metric */
function treeValues(metric) {
    if (!tree.value[metric.key]) {
        const v = new Float64Array(tree.size);
        const column = sites[metric.column];

        for (let s = 0; s < siteCount; s++) {
            v[tree.merged[sites.node[s]]] += column[s];
        }
        if (data.left_out.sites > 0) {
            v[tree.merged[data.left_out.node]]
                += data.left_out[metric.column];
        }
        for (let n = tree.size - 1; n > 0; n--) {
            v[tree.parent[n]] += v[n];
        }
        tree.value[metric.key] = v;
    }
    return tree.value[metric.key];
}


/* the children of each node, largest first; those without bytes are none */
function treeKids(metric) {
    if (!tree.kids[metric.key]) {
        const v = treeValues(metric);
        const kids = new Map();

        for (let n = 1; n < tree.size; n++) {
            if (v[n] > 0) {
                const list = kids.get(tree.parent[n]);

                if (list) {
                    list.push(n);
                } else {
                    kids.set(tree.parent[n], [n]);
                }
            }
        }
        for (const list of kids.values()) {
            list.sort((a, b) => v[b] - v[a] || a - b);
        }
        tree.kids[metric.key] = kids;
    }
    return tree.kids[metric.key];
}


/* the frame that a site is named for: the first that is no malloc, operator
 * new or the like */
function siteFrame(s) {
    const stack = stackOf(sites.node[s]);
    const own = stack.find((f) => !frames.wrapper[f]);

    return own === undefined ? stack[0] : own;
}


function treeName(n) {
    return n === 0 ? "all" : frameName(tree.frame[n]);
}


/* which nodes of the data lie in a stack of which a function, file or
 * module matches; a Uint8Array */
function nodesMatching(match) {
    const hit = strings.map(match);
    const hitModule = modules.map(match);
    const marked = new Uint8Array(nodes.parent.length);

    for (let n = 1; n < marked.length; n++) {
        const f = nodes.frame[n];

        marked[n] = marked[nodes.parent[n]] || hit[frames.name[f]]
            || hit[frames.file[f]] || hitModule[frames.module[f]] ? 1 : 0;
    }
    return marked;
}


/* the modules whose functions have most bytes below them get a hue each */
function moduleHues() {
    const hues = [160, 212, 32, 268, 345, 190, 90, 12];
    const sum = new Float64Array(modules.length);
    const v = treeValues(metrics.find((m) => m.key === "total"));

    for (let n = 1; n < tree.size; n++) {
        sum[frames.module[tree.frame[n]]] += v[n];
    }
    const order = [...modules.keys()].filter((m) =>
        modules[m] !== "" && sum[m] > 0)
        .sort((a, b) => sum[b] - sum[a] || a - b);

    return new Map(order.slice(0, hues.length).map((m, i) => [m, hues[i]]));
}


const hueOfModule = moduleHues();
