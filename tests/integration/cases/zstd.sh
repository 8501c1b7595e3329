# shellcheck shell=bash
# needs: zstd

set -e
seq 1 1500000 >data
for level in 1 9; do
    zstd -q -T2 -$level --long=24 -k -f data -o data.zst
    sha256sum <data.zst
    zstd -q -dc --long=24 data.zst | cmp - data
done
seq -f 'small %g' 1 2000 | split -l 5 - s.
zstd -q --train s.* --maxdict=8192 -o dict
sha256sum <dict
zstd -q -D dict -c s.aa | sha256sum
