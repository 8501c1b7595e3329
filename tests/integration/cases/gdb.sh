# shellcheck shell=bash
# needs: gdb gcc

set -e
cat >prog.c <<'END'
#include <stdio.h>
#include <stdlib.h>
struct node { int value; struct node *next; };
static int sum(struct node *n)
{
    return n ? n->value + sum(n->next) : 0;
}
int main(void)
{
    struct node *list = NULL, *n;
    int i;
    for (i = 0; i < 5; i++) {
        n = malloc(sizeof(*n));
        n->value = i;
        n->next = list;
        list = n;
    }
    printf("%d\n", sum(list));
    return 0;
}
END
gcc -g -O0 prog.c -o prog
gdb -nx -batch -ex 'break sum' -ex 'info line main' -ex 'ptype struct node' \
    -ex 'list main' -ex 'info functions sum' prog
gdb -nx -batch -ex 'python import json; print(json.dumps({"a": [1, 2]}))'

# where tracing is not allowed, only what needs no running program is asked
if gdb -nx -batch -ex run --args /bin/true 2>&1 | grep -q 'exited normally'
then
    gdb -nx -batch -ex 'set disable-randomization off' -ex 'break sum' \
        -ex run -ex 'print n->value' -ex 'delete' -ex 'continue' prog 2>&1 \
        | grep -E '^[$]1|Inferior.*exited|^10$' \
        | sed 's/process [0-9]*/process/'
fi
