# shellcheck shell=bash
#
# What looks at other programs while they run.

TRACED='cat >a.c <<"E"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { int v; struct node *next; };
int sum(struct node *n) { return n ? n->v + sum(n->next) : 0; }
int main(void) { struct node *l = 0, *n; int i; char *s = strdup("text");
    for (i = 0; i < 50; i++) { n = malloc(sizeof(*n)); n->v = i; n->next = l; l = n; }
    printf("%d %s\n", sum(l), s); free(s);
    while (l) { n = l->next; free(l); l = n; } return 0; }
E
gcc -g -O0 -fno-omit-frame-pointer a.c -o a
'

program gdb "gdb gcc" "breakpoints, a backtrace, calls into the program, Python, a core"
prepare <<<"$TRACED"
task <<'END'
gdb -nx -batch -ex 'set print address off' \
    -ex 'set print frame-arguments none' -ex 'break sum if n->v == 7' -ex run -ex bt \
    -ex 'print n->v' -ex finish \
    -ex 'call (int) sum(0)' -ex 'print ((char *(*)(const char *)) strdup)("x")[0]' \
    -ex 'python print(sum(range(9)))' -ex 'info sharedlibrary nosuch' -ex delete -ex continue \
    ./a 2>&1 | grep -vE 'thread_db|^\[Inf|debuginfod'
gdb -nx -batch -ex 'break sum' -ex run -ex 'gcore c' ./a >/dev/null 2>&1
gdb -nx -batch -ex 'set print address off' -ex 'bt -frame-arguments none' \
    -ex 'print n->v' ./a c 2>&1 | tail -n 2
END
aside c

program strace strace "a shell and its children; counts"
task <<'END'
strace -f -o t -e trace=execve,exit_group,pipe2,dup2 bash -c 'seq 9 | sort -r | tail -n 1; exit 3' || echo $?
grep -oE '(execve\("[^"]*"|exit_group\([0-9]+)' t | sort
strace -c -f -o c bash -c 'for i in {1..50}; do (true); done'; grep -c total c
END
aside t c

program ltrace "ltrace gcc" "library calls of a small program"
prepare <<<"$TRACED"
task <<'END'
ltrace -e malloc+free+strdup+printf -o t ./a; sed 's/(.*//' t | sort | uniq -c
END
aside t

program valgrind "valgrind gcc" "memcheck, callgrind, massif and helgrind of a preloaded program"
note "under memcheck it is valgrind's malloc that is used"
prepare <<<"$TRACED"
task <<'END'
valgrind -q --error-exitcode=9 --leak-check=full ./a
valgrind --tool=callgrind --log-file=l --callgrind-out-file=o ./a
valgrind --tool=massif --log-file=l --massif-out-file=m ./a
for tool in helgrind drd; do valgrind --tool=$tool --log-file=l ./a; done
grep -hoE 'ERROR SUMMARY: .* errors' l; callgrind_annotate o | grep -oE 'a.c:(sum|main)' | sort -u
END
aside l o m

program perf linux-perf "stat and record of software events, a report"
prepare <<<"$TRACED"
task <<'END'
perf stat -x, -e task-clock,page-faults -o s ./a; cut -d, -f3 s | grep -c -e clock -e faults
perf record -q -e cpu-clock -F 999 -g -o d bash -c 'for ((i = 0; i < 90000; i++)); do :; done' 2>&1
perf report -i d --stdio 2>/dev/null | grep -c 'bash' | awk '{ print ($1 > 0) }'
END
aside s d
