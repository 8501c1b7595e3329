# shellcheck shell=bash
# needs: autoreconf make g++ checkmk

# this project, built from nothing and unit-tested under itself
if [ "${NP_FULL-0}" != 1 ]; then
    echo "only in the full suite" >&2
    exit 77
fi
set -e
mkdir source build
tar -C "$NP_SOURCE" --exclude=.git --exclude='build*' --exclude=m4 \
    --exclude=autom4te.cache --exclude=configure -cf - . | tar -C source -xf -
cd source
mkdir -p m4/aux
autoreconf -fi >../log 2>&1
cd ../build
../source/configure -q >>../log 2>&1
make -s -j2 >>../log 2>&1
make -s -j2 check TESTS='$(filter tests/unit/%,$(check_PROGRAMS))' \
    >>../log 2>&1
grep -E '^# [A-Z]+:' ../log
