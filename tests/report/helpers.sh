# Read by the tests that show exports to the programs they are for: profiles,
# and their sums.  They run in the top of the build tree.

# shellcheck disable=SC2034 # what those who read it use

set -u
export LC_ALL=C.UTF-8
unset LD_PRELOAD
# ngxpool itself may be sanitised, and started with a library preloaded
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"

ngxpool=./ngxpool
make_profile=tests/report/make_profile
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


# need PROGRAM: or the test is skipped
need()
{
    command -v "$1" >/dev/null || { echo "no $1"; exit 77; }
}


# the profiles, one a line: FILE, made
profiles()
{
    $make_profile "$tmp/exact" || fail "make_profile"
    $make_profile --interval 65536 "$tmp/sampled" || fail "make_profile"
    $make_profile --rich "$tmp/rich" || fail "make_profile"
    $make_profile --rich --interval 8192 "$tmp/rich-sampled" ||
        fail "make_profile"
    for f in exact sampled rich rich-sampled; do
        echo "$tmp/$f"
    done
}


# sum PROFILE FIGURE: of the JSON export, like live.bytes, rounded
sum()
{
    $ngxpool report --json=- "$1" |
        jq ".sums.$2 | if . == null then error else round end" ||
        fail "no $2 in $1"
}
