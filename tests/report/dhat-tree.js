// node dhat-tree.js DH_VIEW.JS FILE: loads FILE with the functions of DHAT's
// viewer.  Prints the sums of the root, and a line for each leaf of the tree:
// its bytes, and its frames up to those it shares with others.
"use strict";

const fs = require("fs");
const vm = require("vm");

// as much of a page as the viewer's tree needs
const page = {
    document: {},
    text: fs.readFileSync(process.argv[3], "utf8"),
    print: (line) => console.log(line),
};
vm.createContext(page);
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), page);
vm.runInContext(`
    gData = JSON.parse(text);
    gSelect = {
        childNodes: gSelectData.map(() => ({})),
        selectedIndex: gSelectData.findIndex((d) => d.isDefault),
    };
    buildTree();
    const numbers = [gRoot._totalBytes, gRoot._totalBlocks,
                     gRoot._atTGmaxBytes, gRoot._atTGmaxBlocks,
                     gRoot._atTEndBytes, gRoot._atTEndBlocks];
    print(numbers.join(" "));
    const show = (node, above) => {
        const frames = above.concat(node._frames);
        for (const kid of node._kids || []) {
            show(kid, frames);
        }
        if (!node._kids) {
            print(node._totalBytes + " " +
                  frames.slice(1).map((i) => gData.ftbl[i]).join(" < "));
        }
    };
    show(gRoot, []);
`, page);
