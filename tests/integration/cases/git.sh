# shellcheck shell=bash
# needs: git

set -e
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example.org
export GIT_CONFIG_NOSYSTEM=1

git init -q -b main origin
cd origin
# one thread: what is packed as a delta of what depends on who comes first
git config pack.threads 1
for i in $(seq 1 40); do
    export GIT_AUTHOR_DATE="$((1700000000 + i * 1000)) +0000"
    export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
    mkdir -p "d$((i % 7))"
    seq "$i" 3 $((i * 400)) >"d$((i % 7))/file$i"
    seq 1 $((i * 50)) | sed "s/7/seven $i/" >shared
    git add .
    git commit -q -m "Commit $i" -m "A line of text about $i."
done
git checkout -q -b side HEAD~10
echo side >side
git add side
git commit -q -m side
git checkout -q main
git merge -q --no-edit side
cd ..

git clone -q --no-local origin copy 2>/dev/null
cd copy
git log --stat --format='%H %an %s' | sha256sum
git log -p --follow shared | sha256sum
git blame shared | cut -c1-60 | sha256sum
git diff --stat HEAD~20 | tail -n 1
git grep -c seven | sort | head -n 5
git repack -adfq --threads=2 --depth=20
git gc -q --prune=now
git fsck --strict 2>/dev/null
git count-objects -v | grep -E '^(count|in-pack|packs|garbage)'
git archive HEAD | sha256sum
git rev-list --objects --all | sort | sha256sum
git status --short --branch
