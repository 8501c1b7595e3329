# shellcheck shell=bash
# needs: make gcc

# shellcheck disable=SC2016 # the variables are those of make
set -e
{
    echo 'OBJ = $(patsubst %.c,%.o,$(sort $(wildcard f*.c)))'
    echo 'all: prog'
    printf 'prog: $(OBJ) main.o\n\t@gcc -o $@ $^\n'
    printf '%%.o: %%.c all.h\n\t@gcc -O1 -c -o $@ $<\n'
} >Makefile
: >all.h
{
    echo '#include <stdio.h>'
    echo '#include "all.h"'
    echo 'int main(void) { int r = 0;'
} >main.c
for i in $(seq 1 60); do
    echo "int f$i(int x);" >>all.h
    printf '#include <stdlib.h>\n#include "all.h"\n' >"f$i.c"
    echo "int f$i(int x) { return abs(x) * $i + 1; }" >>"f$i.c"
    echo "r = f$i(r % 1000);" >>main.c
done
echo 'return printf("%d", r) < 0; }' >>main.c
make -j2
./prog
make -j2
touch -d '+1 minute' f7.c
make -n | grep -c gcc
make no-such-target 2>&1 || echo "make: $?"
