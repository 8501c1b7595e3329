# shellcheck shell=bash
# needs: gcc python3

# a large generated source, and what the headers of the system bring
set -e
/usr/bin/python3 - >large.c <<'END'
print("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>")
print("struct s { int a[8]; double d; char *name; struct s *next; };")
for i in range(350):
    print("""
static int f%d(struct s *p, int n)
{
    int i, sum = %d;
    for (i = 0; i < n; i++) {
        switch ((p->a[i & 7] + i) %% 5) {
        case 0: sum += p->a[(i + %d) & 7] * 3; break;
        case 1: sum ^= (int) p->d; break;
        case 2: sum -= i << (%d & 3); break;
        case 3: if (p->next) { sum += p->next->a[i & 7]; } break;
        default: p->a[i & 7] = sum %% 1000; break;
        }
    }
    return sum %s;
}""" % (i, i, i % 7, i, "+ f%d(p, n / 2)" % (i - 1) if i else ""))
print("int main(void) { struct s s = { { 1, 2, 3, 4, 5, 6, 7, 8 }, 2.5, 0, 0 };")
print("int r = 0;")
for i in range(0, 350, 10):
    print("r += f%d(&s, %d);" % (i, i % 90))
print('printf("%d\\n", r); return 0; }')
END
gcc -O2 -S large.c -o large.s
sha256sum <large.s
gcc -O2 -g large.c -o large
./large
gcc -O2 -flto=1 large.c -o large-lto
./large-lto
gcc -E -dD large.c | sha256sum
echo 'int main(void) { return undeclared; }' >bad.c
gcc -c bad.c 2>&1 || echo "bad.c: $?"

