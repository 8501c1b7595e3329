# a call in a subshell-free recursion, strings passed by name: bash's own
# stack of variables and words
fib()
{
    local -n into=$1
    local n=$2 a$2 b$2

    if [ "$n" -lt 2 ]; then
        into=x
        return
    fi
    fib "a$n" $((n - 1))
    fib "b$n" $((n - 2))
    local -n first=a$n second=b$n
    into=$first$second
}

fib answer "$1"
echo "${#answer}"
