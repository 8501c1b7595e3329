# shellcheck shell=bash
# arrays, string cutting, functions and pattern matching, in the shell itself
rounds=$1
declare -A count
list=()

cut()
{
    local word=$1 rest=${1#?}

    while [ -n "$rest" ]; do
        word=$word.${rest%"${rest#?}"}
        rest=${rest#?}
    done
    result=$word
}

for ((i = 0; i < rounds; i++)); do
    cut "item$((i * 7919 % 10007))"
    list+=("$result")
    count[$((i % 1000))]="${count[$((i % 1000))]-}${result:2:3}"
    if [ ${#list[@]} -gt 500 ]; then
        list=("${list[@]:400}")
    fi
done
echo "${#list[@]} ${#count[@]} ${count[7]}"
