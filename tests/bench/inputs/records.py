# parses records, regroups them in dictionaries, counts words, writes JSON
import collections
import json
import sys

with open(sys.argv[1], encoding="ascii") as f:
    data = json.load(f)

groups = collections.defaultdict(list)
words = collections.Counter()
for record in data:
    groups[record["group"]].append(record)
    words.update(record["place"]["note"].split())
    words.update(record["tags"])

summary = {
    group: {
        "sum": round(sum(r["amount"] for r in records), 2),
        "names": sorted({r["name"].title() for r in records}),
        "by_tag": {tag: [r["id"] for r in records if tag in r["tags"]]
                   for r in records for tag in r["tags"]},
    }
    for group, records in sorted(groups.items())
}
print(len(json.dumps(summary, sort_keys=True)), words.most_common(5))
