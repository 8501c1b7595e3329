# shellcheck shell=bash
# needs: autoreconf make g++ checkmk

# this project, built from nothing and unit-tested under itself
if [ "${NP_FULL-0}" != 1 ]; then
    echo "only in the full suite" >&2
    exit 77
fi
set -e
exec 3>&2
trap 'cat ../log ../build/test-suite.log >&3' ERR
mkdir source build
tar -C "$NP_SOURCE" --exclude=.git --exclude='./build*' --exclude=m4 \
    --exclude=autom4te.cache --exclude=configure -cf - . | tar -C source -xf -
cd source
{
    autoreconf -fi
    cd ../build
    ../source/configure -q
    make -s -j2
    # shellcheck disable=SC2016 # for make to expand
    make -s -j2 check TESTS='$(filter tests/unit/%,$(check_PROGRAMS))'
} >../log 2>&1
grep -E '^# PASS: +[1-9]' ../log
grep -E '^# (FAIL|ERROR|XPASS|SKIP):' ../log
