# bash completion of ngxpool(1)

_ngxpool_compare()
{
    local cur=$1 prev=$2
    local options="--runs --warmup --with --interval --seed --pin --timeout
        --linger --allow-different-output --load --port --ready
        --ready-timeout --idle --json --csv --html --export-samples --help"

    case $prev in
    --json | --csv | --html | --export-samples)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --with)
        local head=
        if [[ $cur == *,* ]]; then
            head=${cur%,*},
        fi
        mapfile -t COMPREPLY < <(compgen -P "$head" -W "glibc ngxpool jemalloc
            mimalloc tcmalloc tbbmalloc snmalloc rpmalloc hardened" \
            -- "${cur##*,}")
        return
        ;;
    -n | --runs | --warmup | --interval | --seed | --pin | --timeout | \
        --linger | --port | --ready-timeout | --idle)
        return
        ;;
    esac

    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -c -f -- "$cur")
    fi
}


_ngxpool()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W \
            "compare help --help --version" -- "$cur")
        return
    fi
    case ${COMP_WORDS[1]} in
    compare) _ngxpool_compare "$cur" "$prev" ;;
    help) mapfile -t COMPREPLY < <(compgen -W "compare" -- "$cur") ;;
    esac
}

complete -F _ngxpool ngxpool
