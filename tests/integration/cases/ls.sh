# shellcheck shell=bash
# needs: ls

# shellcheck disable=SC2012 # it is ls that is tested
set -e
mkdir -p many
touch many/{a..z}{1..40}
ls many | sha256sum
ls -la --time-style=+ many | tail -n +3 | awk '{ print $1, $5, $6 }' \
    | grep -v '\.\.$' | sha256sum
ls -1RSr --color=always many | sha256sum
ls -d / /usr /etc
ls nosuch 2>&1 || echo "ls: $?"
