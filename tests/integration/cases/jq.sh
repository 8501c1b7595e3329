# shellcheck shell=bash
# needs: jq python3

set -e
seq 1 30000 | jq -c '{id: ., name: "n\(. * 7919 % 1000)",
    tags: [range(. % 7)], nested: {odd: (. % 2 == 1), list: [., . * 2]}}' \
    >data
sha256sum <data
jq -s 'group_by(.name) | map({name: .[0].name, n: length,
    sum: (map(.id) | add)}) | sort_by(-.sum) | .[:5]' data
jq -s 'map(select(.nested.odd)) | map(.tags | length) | add' data
jq -r '[.id, .name] | @csv' data | sha256sum
jq -n '[limit(5; "x" | recurse(. + "y"))]'
echo '{"a": [1, 2}' | jq . 2>&1 || echo "jq: $?"
