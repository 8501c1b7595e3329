# shellcheck shell=bash
# needs: node

cat >work.js <<'END'
const crypto = require('crypto');
const zlib = require('zlib');
const { Worker, isMainThread, parentPort, workerData } =
    require('worker_threads');
const sha = (x) => crypto.createHash('sha256').update(x).digest('hex');

if (!isMainThread) {
    const m = new Map();
    for (let i = 0; i < 60000; i++) {
        const k = 'k' + (i * 7919 * (workerData + 1)) % 9973;
        m.has(k) ? m.delete(k) : m.set(k, Buffer.alloc(i % 300, i % 256));
    }
    let h = '';
    for (const k of [...m.keys()].sort()) { h += k + m.get(k).length; }
    parentPort.postMessage(sha(h));
} else {
    const docs = [];
    for (let i = 0; i < 30000; i++) {
        docs.push({ id: i, s: 'x'.repeat(i % 50), n: [i, [i]] });
    }
    const text = JSON.stringify(docs);
    console.log(text.length, sha(text), JSON.parse(text).length);
    const packed = zlib.deflateSync(text);
    console.log(sha(packed), zlib.inflateSync(packed).length);
    Promise.all([0, 1, 2].map((n) => new Promise((done, fail) => {
        const w = new Worker(__filename, { workerData: n });
        w.on('message', done);
        w.on('error', fail);
    }))).then((r) => { console.log(r.join('\n')); });
    crypto.pbkdf2('a', 'b', 2000, 64, 'sha512',
        (e, key) => { process.exitCode = e ? 1 : 3; });
    process.on('exit', (code) => console.log('exit', code));
}
END
node work.js
echo "node: $?"
