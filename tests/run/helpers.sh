# Read by the tests of `ngxpool run`, `top` and `advise`: a copy of the command
# beside a stand-in for libngxpool.so, which makes profiles that are known, and
# how to fail.  They run in the top of the build tree.

# shellcheck disable=SC2034 # what those who read it use

set -u
export LC_ALL=C.UTF-8
unset LD_PRELOAD NO_COLOR
# ngxpool itself may be sanitised, and started with a library preloaded
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"

top=$PWD
from=${srcdir:-.}
test "${from#/}" != "$from" || from=$top/$from
progs=$top/tests/run
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

mkdir "$tmp/bin" "$tmp/work"
cp "$top/ngxpool" "$tmp/bin/"
cp "$progs/.libs/fake_profile.so" "$tmp/bin/libngxpool.so"
ngxpool=$tmp/bin/ngxpool
"$top/tests/report/make_profile" --rich "$tmp/image" || exit 99
export FAKE_IMAGE="$tmp/image" FAKE_LOG="$tmp/log"
cd "$tmp/work" || exit 99


fail()
{
    echo "FAIL: $*" >&2
    for f in "$tmp"/out "$tmp"/err "$tmp"/log; do
        if test -s "$f"; then
            sed "s|^|    ${f##*/}: |" "$f" >&2
        fi
    done
    exit 1
}


# runs ngxpool in $tmp/work, which is empty before; its output goes to
# $tmp/out and $tmp/err, its exit status to $rc
ngxpool()
{
    rm -rf "$tmp/work"/* "$tmp/log"
    rc=0
    timeout 300 "$ngxpool" "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
}


# the number of profiles in $tmp/work
profiles()
{
    find "$tmp/work" -name '*.prof*' | wc -l
}


# waits until a command succeeds; two minutes at most
until_true()
{
    n=0
    until "$@" >/dev/null 2>&1; do
        sleep 0.05
        n=$((n + 1))
        test "$n" -lt 2400 || return 1
    done
}


# 1 for a profile as its program writes it, 3 for one that was compressed
form()
{
    test "$(head -c 7 "$1")" = NGXPROF || return 1
    od -An -tu4 -j8 -N4 "$1" | tr -d ' '
}
