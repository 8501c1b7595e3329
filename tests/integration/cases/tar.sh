# shellcheck shell=bash
# needs: tar

set -e
mkdir -p tree/{a,b,c}/{1,2,3}
for i in $(seq 1 300); do
    echo "file $i" >"tree/$(printf '%s\n' a b c | sed -n $((i % 3 + 1))p)/$((
        i % 3 + 1))/a-rather-long-name-of-a-file-$i"
done
ln -s nowhere tree/link
ln "tree/a/1/a-rather-long-name-of-a-file-3" tree/hard
options=(--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner)
for format in gnu pax ustar; do
    tar --format=$format "${options[@]}" -cf t.tar tree
    tar -tvf t.tar | sha256sum
    rm -rf out
    mkdir out
    tar -xf t.tar -C out
    diff -r --no-dereference tree out/tree
done
tar "${options[@]}" -czf t.tgz tree
tar -xzOf t.tgz | sort | sha256sum
tar -df t.tar && echo same
tar -xf nosuch.tar 2>&1 || echo "tar: $?"
