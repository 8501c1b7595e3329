#!/usr/bin/python3
"""Generates the inputs of the real programs in scripts/bench.

    generate.py DIRECTORY full|quick|profile

The same numbers in each run and on each machine: everything comes from a
seeded generator.  Sizes are chosen so that the programs take about a second,
or a tenth to a third of it with "quick"; about five with "profile", which has
inputs for the C compiler and for python3 only (scripts/bench-profile).
"""

import json
import os
import random
import subprocess
import sys

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def vocabulary(rng, n):
    return ["".join(rng.choices(LETTERS, k=rng.randint(2, 11)))
            for _ in range(n)]


def sentence(rng, words, n):
    """n words, the first of the vocabulary far more often than the last"""
    size = len(words)
    return " ".join(words[int(size * rng.random() ** 3)] for _ in range(n))


def text(rng, lines):
    words = vocabulary(rng, 20000)
    with open("text.txt", "w", encoding="ascii") as f:
        for i in range(lines):
            f.write(f"{rng.randrange(1 << 30)} {sentence(rng, words, 9)}\n")


def records(rng, n):
    words = vocabulary(rng, 3000)
    data = []
    for i in range(n):
        data.append({
            "id": i,
            "name": sentence(rng, words, 2),
            "group": words[rng.randrange(200)],
            "amount": round(rng.random() * 1000, 2),
            "tags": rng.choices(words, k=rng.randint(0, 8)),
            "place": {"x": rng.random(), "y": rng.random(),
                      "note": sentence(rng, words, rng.randint(1, 20))},
        })
    return data


def json_file(rng, n):
    with open("data.json", "w", encoding="ascii") as f:
        json.dump(records(rng, n), f)


def xml_file(rng, n):
    with open("data.xml", "w", encoding="ascii") as f:
        f.write('<?xml version="1.0"?>\n<records>\n')
        for r in records(rng, n):
            f.write(f'<record id="{r["id"]}" group="{r["group"]}">'
                    f'<name>{r["name"]}</name>'
                    f'<amount>{r["amount"]}</amount>')
            for tag in r["tags"]:
                f.write(f"<tag>{tag}</tag>")
            f.write(f'<note>{r["place"]["note"]}</note></record>\n')
        f.write("</records>\n")


def preprocess(compiler, source, target):
    subprocess.run([compiler, "-E", "-o", target, source], check=True)


C_HEADERS = """assert complex ctype errno fcntl fenv inttypes limits locale
math netdb pthread pwd regex sched search semaphore setjmp signal stdatomic
stdio stdlib string sys/mman sys/socket sys/stat sys/types sys/wait termios
time unistd wchar wctype""".split()


def c_function(rng, k):
    struct = f"struct s{k}"
    lines = [f"{struct} {{ int a, b; long c[8]; struct s{k} *next; }};",
             f"static int f{k}({struct} *s, int n)", "{", "    int i, t = n;"]
    for j in range(rng.randint(3, 9)):
        a, b, c = (rng.randrange(1, 99) for _ in range(3))
        lines += [
            f"    for (i = 0; i < n + {a}; i++) {{",
            f"        if (s->c[i & 7] > {b} && t % {c} != {j}) {{",
            f"            t += s->a * {a} - s->b; s->c[(i + {j}) & 7] ^= t;",
            "        } else if (s->next) {",
            f"            t -= f{max(k - 1, 0)}((void *) s->next, t & {c});",
            "        }",
            f"        switch (t & 7) {{ case {j % 8}: t++; break;",
            f"        case {(j + 3) % 8}: t ^= {a}; default: t -= {b}; }}",
            "    }"]
    lines += ["    return t;", "}", ""]
    return "\n".join(lines)


def c_file(rng, functions):
    with open("large.c", "w", encoding="ascii") as f:
        f.writelines(f"#include <{h}.h>\n" for h in C_HEADERS)
        for k in range(functions):
            f.write(c_function(rng, k))
        f.write("int main(int n, char **v)\n{\n    int t = n;\n")
        for k in range(functions):
            f.write(f"    t += f{k}((void *) v, n);\n")
        f.write("    return t;\n}\n")
    preprocess("gcc", "large.c", "large.i")


CXX_HEADERS = """algorithm any array bitset chrono deque filesystem functional
future iomanip iostream iterator list map memory mutex numeric optional queue
random regex set sstream string thread tuple unordered_map unordered_set
utility variant vector""".split()

CXX_CLASS = """
template <class T, int N> struct node%(k)d {
    std::map<std::string, std::vector<T>> index;
    std::unordered_map<T, std::shared_ptr<node%(k)d>> children;
    std::variant<T, std::string, std::array<T, N + 1>> value;
    template <class F> auto each(F f) const
    {
        std::vector<decltype(f(std::declval<T>()))> out;
        for (const auto &entry : index) {
            std::transform(entry.second.begin(), entry.second.end(),
                           std::back_inserter(out), f);
        }
        std::sort(out.begin(), out.end());
        return out;
    }
};
template <int N> struct chain%(k)d {
    static auto make()
    {
        return std::tuple_cat(std::make_tuple(node%(k)d<long, N>()),
                              chain%(k)d<N - 1>::make());
    }
};
template <> struct chain%(k)d<0> {
    static auto make() { return std::make_tuple(0); }
};
std::size_t use%(k)d()
{
    auto all = chain%(k)d<5>::make();
    auto found = std::get<0>(all).each([](long x) { return x * %(k)d; });
    std::function<long(long)> f = [&](long x) { return x + found.size(); };
    return f(std::get<1>(all).index.size());
}
"""


def cxx_file(classes):
    with open("large.cc", "w", encoding="ascii") as f:
        f.writelines(f"#include <{h}>\n" for h in CXX_HEADERS)
        for k in range(classes):
            f.write(CXX_CLASS % {"k": k})
    preprocess("g++", "large.cc", "large.ii")


def postscript(rng, pages):
    words = vocabulary(rng, 500)
    with open("pages.ps", "w", encoding="ascii") as f:
        f.write("%!PS-Adobe-3.0\n")
        for page in range(pages):
            f.write("/Times-Roman findfont 9 scalefont setfont\n")
            for line in range(70):
                f.write(f"40 {800 - 11 * line} moveto "
                        f"({sentence(rng, words, 14)}) show\n")
            for shape in range(150):
                x, y = rng.randrange(500), rng.randrange(800)
                f.write(f"{rng.random():.2f} {rng.random():.2f} 0.5 "
                        f"setrgbcolor newpath {x} {y} moveto "
                        f"{x + 50} {y} {x} {y + 90} {x + 30} {y + 30} "
                        "curveto closepath fill\n")
            f.write("0 setgray showpage\n")


def commit(out, rng, n, files, words):
    when = 1600000000 + n * 3600
    message = sentence(rng, words, 12).encode()
    out.write(b"commit refs/heads/main\ncommitter A <a@b> %d +0000\n" % when)
    out.write(b"data %d\n%s\n" % (len(message), message))
    for name in rng.sample(sorted(files), 8):
        lines = files[name]
        for _ in range(5):
            lines[rng.randrange(len(lines))] = sentence(rng, words, 8)
        body = "\n".join(lines).encode()
        out.write(b"M 644 inline %s\ndata %d\n%s\n"
                  % (name.encode(), len(body), body))


def repository(rng, commits):
    words = vocabulary(rng, 2000)
    files = {f"dir{i % 20}/file{i}.txt":
             [sentence(rng, words, 8) for _ in range(300)]
             for i in range(200)}
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "repo.git"],
                   check=True)
    with subprocess.Popen(["git", "-C", "repo.git", "fast-import", "--quiet"],
                          stdin=subprocess.PIPE) as git:
        for n in range(commits):
            commit(git.stdin, rng, n, files, words)
        git.stdin.close()
    if git.returncode != 0:
        sys.exit("generate.py: git fast-import failed")


def redis(rng, keys):
    """values of 16 to 2000 bytes, each octave as likely as the next"""
    order = list(range(keys))
    with open("redis-fill", "w", encoding="ascii", newline="") as f:
        for k in order:
            size = 16 << rng.randrange(7)
            size += rng.randrange(size)
            f.write(f"SET key:{k} {'x' * min(size, 2000)}\r\n")
    rng.shuffle(order)
    with open("redis-delete", "w", encoding="ascii", newline="") as f:
        for k in order[:keys * 72 // 100]:
            f.write(f"DEL key:{k}\r\n")


def pages(rng):
    words = vocabulary(rng, 1000)
    os.mkdir("www")
    for name, size in (("small", 100), ("page", 3000), ("large", 6000)):
        with open(f"www/{name}.html", "w", encoding="ascii") as f:
            f.write(f"<html><body>{sentence(rng, words, size)}")
            f.write("</body></html>\n")
    with open("www/parts.shtml", "w", encoding="ascii") as f:
        f.write('<!--#include file="small.html" -->\n' * 10)


def main():
    directory, size = sys.argv[1:]
    full = size == "full"
    os.makedirs(directory)
    os.chdir(directory)
    rng = random.Random(2024)
    if size == "profile":
        json_file(rng, 120000)
        c_file(rng, 300)
        return
    text(rng, 250000 if full else 50000)
    json_file(rng, 30000 if full else 6000)
    xml_file(rng, 20000 if full else 4000)
    c_file(rng, 100 if full else 15)
    cxx_file(4 if full else 0)
    postscript(rng, 60 if full else 12)
    repository(rng, 400 if full else 80)
    redis(rng, 200000 if full else 50000)
    pages(rng)


main()
