# Read by the tests of `ngxpool compare`: where things are, how to look into
# the CSV file, and how to fail.  They run in the top of the build tree.

# shellcheck disable=SC2034 # what those who read it use

set -u
export LC_ALL=C
unset LD_PRELOAD NO_COLOR
# ngxpool itself may be sanitised, and started with a library preloaded
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"

ngxpool=./ngxpool
progs=$PWD/tests/compare
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT


fail()
{
    echo "FAIL: $*" >&2
    for f in "$tmp"/out "$tmp"/err; do
        if test -s "$f"; then
            sed 's/^/    /' "$f" >&2
        fi
    done
    exit 1
}


# runs ngxpool compare; its output goes to $tmp/out and $tmp/err, its runs to
# $tmp/csv, its exit status to $rc
compare()
{
    rc=0
    timeout 300 $ngxpool compare --csv "$tmp/csv" "$@" \
        >"$tmp/out" 2>"$tmp/err" || rc=$?
}


# value ALLOCATOR METRIC: of its first run, empty when not measured
value()
{
    awk -F, -v a="$1" -v m="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == m) c = i; next }
        $1 == a { print $c; exit }' "$tmp/csv"
}


# between ALLOCATOR METRIC LOW HIGH: fails unless LOW <= value <= HIGH
between()
{
    v=$(value "$1" "$2")
    test -n "$v" || fail "$1 has no $2"
    awk -v v="$v" -v l="$3" -v h="$4" 'BEGIN { exit !(v >= l && v <= h) }' ||
        fail "$2 of $1 is $v, not $3 .. $4"
}


mib()
{
    echo $(($1 * 1048576))
}
