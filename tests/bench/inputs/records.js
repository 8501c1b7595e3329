// parses and writes records, works on typed arrays and buffers outside V8's
// own heap
const fs = require('fs');
const zlib = require('zlib');

const text = fs.readFileSync(process.argv[2], 'latin1');
let size = 0;
for (let i = 0; i < 3; i++) {
  const data = JSON.parse(text);
  const groups = new Map();
  for (const record of data) {
    const list = groups.get(record.group) || [];
    list.push(Buffer.from(JSON.stringify(record)));
    groups.set(record.group, list);
  }
  for (const list of groups.values()) {
    size += zlib.deflateSync(Buffer.concat(list), { level: 1 }).length;
  }
}
console.log(size);
