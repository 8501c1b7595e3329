# shellcheck shell=bash
# needs: sort

set -e
seq 1 700000 | awk '{ print $1 * 7919 % 1000003, "text", $1 % 1013 }' >data
for keys in "-n" "-k3,3n -k1,1" "-r" "-u -k3,3"; do
    # shellcheck disable=SC2086 # several words
    sort --parallel=4 -S 20M $keys data | sha256sum
done
sort --parallel=2 -S 1M data | uniq -c | tail -n 1
