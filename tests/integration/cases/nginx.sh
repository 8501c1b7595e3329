# shellcheck shell=bash
# needs: nginx curl wrk

# shellcheck source=tests/integration/servers.sh
. "$NP_INTEGRATION/servers.sh"
mkdir -p www logs tmp
for i in $(seq 1 30); do
    seq 1 $((i * i * 90)) >"www/f$i.txt"
done
: >www/empty.txt

configure()
{
    cat >nginx.conf <<END
worker_processes 2;
daemon off;
pid $PWD/pid;
error_log $PWD/logs/error.log;
$([ "$(id -u)" -ne 0 ] || echo "user root;")
events { worker_connections 256; }
http {
    types { text/plain txt; }
    access_log $PWD/logs/access.log;
    client_body_temp_path $PWD/tmp/b; proxy_temp_path $PWD/tmp/p;
    fastcgi_temp_path $PWD/tmp/f; uwsgi_temp_path $PWD/tmp/u;
    scgi_temp_path $PWD/tmp/s;
    gzip on; gzip_types text/plain; gzip_min_length 100;
    server {
        listen unix:$PWD/sock;
        listen 127.0.0.1:$1;
        root $PWD/www;
        location /again/ { proxy_pass http://unix:$PWD/sock:/; }
    }
}
END
}

# a port that somebody has taken ends nginx at once: another one is tried
for _ in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 20000))
    configure $port
    rm -f sock
    NP_SERVERS=()
    np_serve nginx -p "$PWD" -e logs/error.log -c nginx.conf
    for ((n = 0; n < 600; n++)); do
        if ! kill -0 "${NP_SERVERS[0]}" 2>/dev/null || [ -s pid ]; then
            break
        fi
        sleep 0.1
    done
    [ -s pid ] && break
done

fetch() { curl -s --unix-socket sock "$@"; }
np_wait_for fetch -f http://x/f1.txt
for i in $(seq 1 30); do
    fetch "http://x/f$i.txt" | cmp - "www/f$i.txt" && echo "f$i same"
    fetch --compressed "http://x/again/f$i.txt" | sha256sum
done
fetch -r 100-299 http://x/f20.txt | sha256sum
fetch -o /dev/null -w '%{http_code}\n' http://x/nosuch.txt
fetch http://x/empty.txt | wc -c

wrk -t2 -c20 -d1s "http://127.0.0.1:$port/f9.txt" >wrk.txt
grep -cE 'Requests/sec: +[1-9]' wrk.txt
grep -E 'Non-2xx|Socket errors' wrk.txt
kill -HUP "${NP_SERVERS[0]}"
fetch http://x/f5.txt | sha256sum
kill -QUIT "${NP_SERVERS[0]}"
np_wait_end "${NP_SERVERS[0]}"
grep -cE '\[(alert|crit|emerg)\]' logs/error.log
exit 0
