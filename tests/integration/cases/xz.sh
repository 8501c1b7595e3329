# shellcheck shell=bash
# needs: xz

set -e
seq 1 900000 >data
xz -T2 -2 --block-size=1MiB -k data
sha256sum <data.xz
xz -T2 -dc data.xz | cmp - data
xz -t data.xz
xz --robot --list data.xz | grep totals | cut -f2-5
head -c 100000 data.xz >cut.xz
xz -t cut.xz 2>&1 || echo "xz: $?"
