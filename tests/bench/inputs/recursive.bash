# shellcheck shell=bash
# functions that call themselves twice and join what they made: words and
# local variables come and go as a stack
fib()
{
    local left

    if [ "$1" -lt 2 ]; then
        answer=$1.
        return
    fi
    fib $(($1 - 1))
    left=$answer
    fib $(($1 - 2))
    answer=$left$answer
}

answer=
fib "$1"
echo "${#answer}"
