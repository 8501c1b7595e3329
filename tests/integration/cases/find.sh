# shellcheck shell=bash
# needs: find

set -e
mkdir -p d/{1..20}/{1..10}
for i in {1..20}; do
    touch "d/$i/"{1..10}/f{1..6}.txt
done
find d -type f | sort | sha256sum
find d -name 'f[2-4]*' -path '*/1?/*' -printf '%P %s %y\n' | sort | sha256sum
find d -type f -print0 | xargs -0 -n 50 -P 2 basename -a | sort | uniq -c
find d -depth -type d -empty -o -name f1.txt -delete
find d -type f -exec ls {} + | wc -l
find /usr/share/doc -maxdepth 2 -name copyright 2>/dev/null | wc -l
find nosuch 2>&1 || echo "find: $?"
