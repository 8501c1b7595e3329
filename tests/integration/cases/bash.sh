# shellcheck shell=bash
# needs: bash

declare -A table
for i in {1..20000}; do
    key=k$((i * 7919 % 5003))
    table[$key]+="$i,"
    if ((i % 3 == 0)); then
        unset "table[k$((i % 5003))]"
    fi
done
echo "${#table[@]} ${#table[k17]}"
words=()
for i in {1..5000}; do
    words+=("w$((i * 31 % 977))")
done
IFS=$'\n'
sorted=$(sort -u <<<"${words[*]}")
unset IFS
echo "${#sorted} ${words[*]: -3}"
text=$(printf 'line %d\n' {1..20000})
echo "${#text} ${text//line/row}" | cksum

fib()
{
    if (($1 < 2)); then
        echo "$1"
    else
        echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2)))))
    fi
}

fib 10
children=()
for i in {1..100}; do
    (exit $((i % 7))) &
    children+=($!)
done
sum=0
for job in "${children[@]}"; do
    wait "$job"
    sum=$((sum + $?))
done
echo "$sum"
trap 'echo "trapped"' EXIT
eval 'f() { local a=("$@"); printf "%s|" "${a[@]@Q}"; echo; }'
f "a b" "" "c'd"
