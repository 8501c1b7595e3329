# shellcheck shell=bash
#
# Shells: functions, arrays, pipes, subshells, here documents, traps.

program bash bash "arrays, pipes, 200 subshells, a long string"
task <<'END'
declare -A words
for ((i = 0; i < 40000; i++)); do
    words[k$((i * 7919 % 10007))]+=$i
done
echo "${#words[@]} ${words[k17]}"
for i in {1..200}; do
    (echo "$i" | { read -r x; echo $((x * x)); })
done | sha256sum
s=
for ((i = 0; i < 3000; i++)); do s=$s"${s:0:20}$i"; done
echo ${#s}
mapfile -t lines < <(seq 30000)
printf '%s\n' "${lines[@]}" | sha256sum
coproc cat; echo through >&"${COPROC[1]}"; read -r x <&"${COPROC[0]}"; echo "$x"
END

program dash dash "functions, pipes, 300 subshells"
task <<'END'
cat >t <<'E'
f() { [ "$1" -le 1 ] && { echo 1; return; }; echo $(($1 * $(f $(($1 - 1))))); }
f 12
i=0; s=
while [ $i -lt 20000 ]; do i=$((i + 1)); s="$i ${s%% *}"; done; echo "$s"
i=0
while [ $i -lt 300 ]; do i=$((i + 1)); (echo $i | cat); done | sha256sum
trap 'echo bye' EXIT
E
dash t
END

program zsh zsh "associative arrays, globs, modules"
task <<'END'
cat >t <<'E'
zmodload zsh/datetime zsh/mathfunc zsh/regex
typeset -A h
for i in {1..30000}; do h[k$((i % 3001))]+=$i; done
print ${#h} ${#h[k5]} $((sqrt(2)))
touch f{1..300}; print -l f*(On) | sha256sum
print ${(j:,:)${(o)h}[1,5]}
[[ abc123 =~ '([a-z]+)([0-9]+)' ]] && print $match
for i in {1..100}; do print $(print $i); done | sha256sum
E
zsh -f t
END

program ksh ksh93u+m "arrays, compound variables, discipline functions"
task <<'END'
cat >t <<'E'
typeset -A h
integer i
for ((i = 0; i < 60000; i++)); do h[k$((i % 1009))]+=$i; done
print ${#h[@]} ${#h[k5]}
typeset -C p=(x=1 y=(z=2 w=3)); print -r -- "${p.y.z}"
for i in {1..200}; do print $(print $i | tr 1 2); done | sha256sum
printf '%(%Y)T\n' '2020-01-01'
E
ksh t
END

program mksh mksh "arrays and 200 subshells"
task <<'END'
cat >t <<'E'
i=0; set -A a
while (( i < 60000 )); do a[i % 5000]=$i; (( i += 1 )); done
print ${#a[*]} ${a[77]}
for i in $(seq 200); do (print $i | cat); done | sha256sum
E
mksh t
END

program tcsh tcsh "loops, history, globs"
task <<'END'
cat >t <<'E'
set i = 0
set list = ()
while ($i < 8000)
    @ i = $i + 1
    set last = "$i $i:q"
    if ($i % 20 == 0) set list = ($list $i)
end
echo $#list $last
foreach f (/usr/share/common-licenses/*)
    echo $f:t
end
echo `seq 20 | sort -r`
E
tcsh -f t
END

program fish fish "lists, string and math builtins"
task <<'END'
cat >t <<'E'
set -l l
for i in (seq 3000)
    set -a l (string repeat -n 3 x$i)
end
count $l
string join , $l | sha256sum
for i in (seq 100); math "$i ^ 2" ; end | sha256sum
function f; echo $argv | string upper; end
f a b c
E
fish --no-config t
END

program busybox busybox "ash, awk, sort, tar and gzip of its own"
task <<'END'
busybox seq 1 60000 | busybox awk '{ print $1 * 7919 % 60013, $1 }' >a
busybox sort -n a | busybox sha256sum
busybox tar -cf t.tar a && busybox gzip t.tar && busybox gunzip -c t.tar.gz \
    | busybox tar -xOf - | busybox md5sum
busybox ash -c 'i=0; while [ $i -lt 30000 ]; do i=$((i + 1)); done; echo $i'
END
aside t.tar.gz

impossible bash-static bash-static /bin/bash-static static
