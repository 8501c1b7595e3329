# shellcheck shell=bash
#
# For the cases that run servers: each listens on a socket in the case's own
# directory or on a free port of the loopback, and ends with the case.

NP_SERVERS=()


# np_serve COMMAND...: starts a server in the background
np_serve()
{
    "$@" >>server.log 2>&1 </dev/null &
    NP_SERVERS+=($!)
}


# np_wait_for COMMAND...: until it succeeds, for two minutes at the most
np_wait_for()
{
    local n

    for ((n = 0; n < 1200; n++)); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.1
    done
    echo "did not come up: $*" >&2
    cat server.log >&2
    exit 1
}


# np_wait_end PID: prints how the server ended
np_wait_end()
{
    wait "$1"
    echo "server ended with $?"
}


np_stop_servers()
{
    # what ignores this is ended with the case's process group
    kill -TERM "${NP_SERVERS[@]}" 2>/dev/null || :
}

trap np_stop_servers EXIT
