# shellcheck shell=bash
# needs: python3

cat >work.py <<'END'
import collections
import concurrent.futures
import hashlib
import json
import random
import re
import subprocess
import sys
import threading


def documents(seed):
    rnd = random.Random(seed)
    docs = [{"id": i, "name": "n%d" % rnd.randrange(10**6),
             "tags": ["t%d" % rnd.randrange(50) for _ in range(5)],
             "nested": {"x": rnd.random(), "y": [None, True, i]}}
            for i in range(3000)]
    text = json.dumps(docs, sort_keys=True)
    back = json.loads(text)
    assert back == docs
    words = collections.Counter(re.findall(r'"(t\d+)"', text))
    return hashlib.sha256(text.encode()).hexdigest(), words.most_common(3)


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    for digest, common in pool.map(documents, range(8)):
        print(digest, common)

lock = threading.Lock()
table = {}


def churn(number):
    rnd = random.Random(number)
    mine = {}
    for i in range(30000):
        key = rnd.randrange(2000)
        if key in mine:
            del mine[key]
        else:
            mine[key] = "v" * rnd.randrange(300)
    with lock:
        table[number] = sum(len(v) for v in mine.values())


threads = [threading.Thread(target=churn, args=(n,)) for n in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(table.items()))

pattern = re.compile(r"(?P<word>\b[a-z]+)(\d+)?(?:-(?P<rest>\w+))?")
text = " ".join("word%d-tail%d" % (i, i * 7) for i in range(20000))
print(len(pattern.findall(text)), len(pattern.sub(r"<\g<word>>", text)))

for size in (1, 1000, 100000, 5000000):
    child = subprocess.run([sys.executable, "-c",
                            "import sys; d = sys.stdin.read();"
                            "print(len(d), d[-1])"],
                           input="x" * size, text=True, capture_output=True)
    print(child.returncode, child.stdout.strip(), child.stderr)

big = bytearray()
for i in range(200):
    big += bytes([i]) * 50000
print(hashlib.md5(big).hexdigest(), sys.getsizeof([0] * 1000))
END
exec /usr/bin/python3 -S work.py
