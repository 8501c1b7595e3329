# shellcheck shell=sh
# short processes, one after another
i=0
while [ "$i" -lt "$1" ]; do
    /bin/true
    /usr/bin/basename "/a/b/$i" >/dev/null
    i=$((i + 2))
done
