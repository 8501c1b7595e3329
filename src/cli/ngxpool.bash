# bash completion of ngxpool(1)

# completes the words of the command that is run, as its own completion does if
# there is one; not 0: the word is still ours.  $1: options whose value is the
# next word
_ngxpool_command()
{
    local takes=" ${1//$'\n'/ } " cur=$2 ours=yes i

    for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --)
            ours=
            ((i++))
            break
            ;;
        -*)
            if [[ ${COMP_WORDS[i + 1]} == = ]]; then
                ((i += 2))
            elif [[ $takes == *" ${COMP_WORDS[i]} "* ]]; then
                ((i++))
            fi
            ;;
        *)
            break
            ;;
        esac
    done

    if ((i > COMP_CWORD)) ||
        [[ -n $ours && $i == "$COMP_CWORD" && $cur == -* ]]; then
        return 1
    elif ((i == COMP_CWORD)); then
        mapfile -t COMPREPLY < <(compgen -c -f -- "$cur")
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$i"
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}


_ngxpool_compare()
{
    local cur=$1 prev=$2
    local options="--runs --warmup --with --interval --seed --pin --timeout
        --linger --allow-different-output --load --port --ready
        --ready-timeout --idle --json --csv --html --export-samples --help"

    _ngxpool_command "-n --runs --warmup --with --interval --seed --pin
        --timeout --linger --load --port --ready --ready-timeout --idle --json
        --csv --html --export-samples" "$cur" && return

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

    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
}


_ngxpool_figures="live peak total temporary pinned objects allocs
    temporary-allocs slack copied remote"


# report, diff and check: $3 are the options that they do not share, $4 what
# --by takes
_ngxpool_profile()
{
    local cur=$1 prev=$2 kinds=${4-}
    local options="--filter --sysroot --debug-dir --debuginfod --exact --color
        --help $3"

    case $prev in
    --sort | --metric)
        mapfile -t COMPREPLY < <(compgen -W "$_ngxpool_figures" -- "$cur")
        return
        ;;
    --by)
        mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$cur")
        return
        ;;
    --tree)
        # its value is optional, and never a word of its own
        if [[ -n $joined ]]; then
            mapfile -t COMPREPLY < <(compgen -W "callees callers" -- "$cur")
            return
        fi
        ;;
    --color)
        mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur")
        return
        ;;
    --sysroot | --debug-dir)
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        return
        ;;
    --top | --filter | --tolerance | --max-*)
        return
        ;;
    esac

    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}


_ngxpool_run()
{
    local cur=$1 prev=$2
    local options="--profile --output --report --report-all --no-report
        --depth --follow --no-follow --only --advice --runs --help"

    _ngxpool_command "--profile -o --output --report --depth --only --advice -n
        --runs" "$cur" && return

    case $prev in
    --profile)
        mapfile -t COMPREPLY < <(compgen -W "exact sample" -- "$cur")
        return
        ;;
    -o | --output | --report | --advice)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --only)
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
        return
        ;;
    --depth | -n | --runs)
        return
        ;;
    esac

    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
}


_ngxpool_top()
{
    local cur=$1 prev=$2
    local options="--delay --looks --batch --sort --filter --top --profile
        --output --log --help"

    _ngxpool_command "-d --delay -n --looks --sort --filter --top --profile
        -o --output --log" "$cur" && return

    case $prev in
    --sort)
        mapfile -t COMPREPLY < <(compgen -W \
            "live peak rate temporary pinned" -- "$cur")
        return
        ;;
    --profile)
        mapfile -t COMPREPLY < <(compgen -W "exact sample" -- "$cur")
        return
        ;;
    -o | --output | --log)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    -d | --delay | -n | --looks | --filter | --top)
        return
        ;;
    esac

    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
}


_ngxpool_advise()
{
    local cur=$1 prev=$2
    local options="--top --json --advice --filter --sysroot --debug-dir
        --debuginfod --help"

    case $prev in
    --sysroot | --debug-dir)
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        return
        ;;
    --top | --filter)
        return
        ;;
    esac

    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}


_ngxpool()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local joined=

    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "run top advise compare report
            diff check help --help --version" -- "$cur")
        return
    fi

    # bash makes three words of --option=value
    if [[ $cur == = ]]; then
        cur=
        joined=yes
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
        joined=yes
    fi
    case ${COMP_WORDS[1]} in
    run) _ngxpool_run "$cur" "$prev" ;;
    top) _ngxpool_top "$cur" "$prev" ;;
    advise) _ngxpool_advise "$cur" "$prev" ;;
    compare) _ngxpool_compare "$cur" "$prev" ;;
    report)
        _ngxpool_profile "$cur" "$prev" "--sort --top --by --tree --json
            --pprof --folded --speedscope --callgrind --html --dhat
            --metric" "site stack function module thread size"
        ;;
    diff)
        _ngxpool_profile "$cur" "$prev" "--sort --top --by" \
            "stack function module"
        ;;
    check)
        _ngxpool_profile "$cur" "$prev" "--max-peak --max-live --max-allocs
            --max-total --max-leaked --max-rss --baseline --tolerance"
        ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W \
            "run top advise compare report diff check" -- "$cur")
        ;;
    esac
}

complete -F _ngxpool ngxpool
