# shellcheck shell=bash
#
# Web and other servers, on ports of the loopback, and their clients.

program nginx "nginx-light curl wrk" "30 files, gzip, a proxy to itself, wrk, a reload"
task <<'END'
bash "$NP_INTEGRATION/cases/nginx.sh"
END
aside '*'

# site: files for the servers below
SITE='mkdir www; for i in {1..30}; do seq $((i * i * 40)) >www/f$i.txt; done
cat >fetch <<"E"
for i in {1..30}; do curl -sf "$1/f$i.txt" | cmp - www/f$i.txt && echo f$i; done
curl -sf --compressed "$1/f30.txt" | sha256sum
curl -s -o /dev/null -w "%{http_code}\n" "$1/nosuch"
curl -sf -r 100-200 "$1/f20.txt" | md5sum
E
'

program apache2 "apache2 apache2-utils curl" "the event MPM, gzip, CGI, ab with 8 at once"
prepare <<<"$SITE"
task <<'END'
port=$(free_port); mkdir cgi; chmod -R a+rX .
printf '#!/bin/sh\necho "Content-Type: text/plain"; echo; seq 9\n' >cgi/s; chmod 755 cgi/s
cat >c <<E
ServerRoot $PWD
ServerName localhost
Listen 127.0.0.1:$port
PidFile $PWD/pid
ErrorLog $PWD/err
User nobody
Group nogroup
DefaultRuntimeDir $PWD
$(for m in mpm_event authz_core deflate filter alias cgid headers rewrite mime status; do
    echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"; done)
TypesConfig /etc/mime.types
ScriptSock $PWD/sock
ScriptAlias /cgi/ $PWD/cgi/
DocumentRoot $PWD/www
AddOutputFilterByType DEFLATE text/plain
RewriteEngine On
RewriteRule ^/g([0-9]+)$ /f\$1.txt
<Directory />
Require all granted
</Directory>
E
np_serve apache2 -f "$PWD/c" -DFOREGROUND
np_wait_for curl -sf "http://127.0.0.1:$port/f1.txt"
bash fetch "http://127.0.0.1:$port"; curl -s "http://127.0.0.1:$port/cgi/s" | md5sum
ab -q -n 3000 -c 8 -k "http://127.0.0.1:$port/g9" | grep -E '^(Complete|Failed)'
kill -USR1 "${NP_SERVERS[0]}"; sleep 0.5
np_wait_for curl -sf "http://127.0.0.1:$port/f1.txt"; bash fetch "http://127.0.0.1:$port"
stop_servers
END
aside c err pid server.log 'sock*'

program lighttpd "lighttpd curl" "files, CGI, a rewrite"
prepare <<<"$SITE"
task <<'END'
port=$(free_port)
cat >c <<E
server.bind = "127.0.0.1"
server.port = $port
server.document-root = "$PWD/www"
server.modules = ("mod_rewrite", "mod_deflate", "mod_setenv", "mod_access")
deflate.mimetypes = ("text/")
mimetype.assign = (".txt" => "text/plain")
url.rewrite-once = ("^/g([0-9]+)$" => "/f\$1.txt")
E
np_serve lighttpd -D -f c
np_wait_for curl -sf "http://127.0.0.1:$port/f1.txt"
bash fetch "http://127.0.0.1:$port"; bash fetch "http://127.0.0.1:$port" | md5sum
stop_servers
END
aside c server.log

program haproxy "haproxy lighttpd curl" "two threads before lighttpd, compression, ACLs"
prepare <<<"$SITE"
task <<'END'
back=$(free_port); port=$(free_port)
printf 'server.bind = "127.0.0.1"\nserver.port = %d\nserver.document-root = "%s"\n' \
    $back "$PWD/www" >l
cat >c <<E
global
    nbthread 2
    maxconn 200
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    compression algo gzip
frontend f
    bind 127.0.0.1:$port
    http-request set-path /f30.txt if { path_beg /g }
    default_backend b
backend b
    server s 127.0.0.1:$back
E
np_serve lighttpd -D -f l; np_serve haproxy -f c -db
np_wait_for curl -sf "http://127.0.0.1:$port/f1.txt"
bash fetch "http://127.0.0.1:$port"; curl -sf "http://127.0.0.1:$port/g" | md5sum
stop_servers
END
aside c l server.log

program squid "squid lighttpd curl" "a cache in memory, before lighttpd"
prepare <<<"$SITE"
task <<'END'
back=$(free_port); port=$(free_port); chmod 755 .
mkdir -m 777 logs; ! [ "$(id -u)" -eq 0 ] || chown proxy logs
printf 'server.bind = "127.0.0.1"\nserver.port = %d\nserver.document-root = "%s"\n' \
    $back "$PWD/www" >l
cat >c <<E
http_port 127.0.0.1:$port
http_access allow all
cache_mem 32 MB
pid_filename none
access_log none
cache_log $PWD/logs/cache
coredump_dir $PWD/logs
shutdown_lifetime 0 seconds
pinger_enable off
netdb_filename none
visible_hostname x
E
np_serve lighttpd -D -f l; np_serve squid -N -f "$PWD/c"
export http_proxy=http://127.0.0.1:$port
np_wait_for curl -sf "http://127.0.0.1:$back/f1.txt"
bash fetch "http://127.0.0.1:$back"; bash fetch "http://127.0.0.1:$back" | md5sum
stop_servers
END
aside c l server.log 'logs/*'

program curl "curl lighttpd" "HTTP, parallel transfers, URL globs, cookies, FTP refused"
prepare <<<"$SITE"
task <<'END'
port=$(free_port)
printf 'server.bind = "127.0.0.1"\nserver.port = %d\nserver.document-root = "%s"\n' \
    $port "$PWD/www" >l
np_serve lighttpd -D -f l; np_wait_for curl -sf "http://127.0.0.1:$port/f1.txt"
mkdir o; curl -sf -Z "http://127.0.0.1:$port/f[1-30].txt" -o 'o/#1' --create-dirs
sha256sum o/* | sha256sum
curl -sf -c jar -b a=b --http1.1 -T www/f3.txt "http://127.0.0.1:$port/f3.txt" || echo $?
curl -s "ftp://127.0.0.1:9/" || echo $?; curl -sf "file://$PWD/www/f9.txt" | md5sum
stop_servers
END
aside l server.log

program wget "wget lighttpd" "a recursive download"
prepare <<'END'
mkdir -p www/a; for i in {1..200}; do
    echo "<a href=p$((i + 1)).html>x</a> <a href=a/f$i.txt>y</a>" >www/p$i.html
    seq $((i * 30)) >www/a/f$i.txt
done
END
task <<'END'
port=$(free_port)
printf 'server.bind = "127.0.0.1"\nserver.port = %d\nserver.document-root = "%s"
mimetype.assign = (".html" => "text/html")\n' $port "$PWD/www" >l
np_serve lighttpd -D -f l
np_wait_for wget -q -O /dev/null "http://127.0.0.1:$port/p1.html"
wget -q -r -l 300 -nH -P out --no-parent "http://127.0.0.1:$port/p1.html" || echo $?
diff -r www out && echo same
stop_servers
END
aside l server.log

program bind9 "bind9 bind9-dnsutils" "a zone of 3000 names, dig, a transfer"
task <<'END'
port=$(free_port); chmod 755 .
{ printf '$TTL 300\n@ SOA ns a 1 300 300 300 300\n@ NS ns\nns A 127.0.0.1\n'
seq 3000 | sed 's/.*/h& A 10.0.0.1\nh& TXT "text &"/'; } >zone
cat >c <<E
options { directory "$PWD"; listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; };
    pid-file none; recursion no; session-keyfile none; allow-transfer { any; };
    managed-keys-directory "$PWD"; };
controls { };
zone "x.test" { type primary; file "zone"; };
E
np_serve named -g -n 2 -c "$PWD/c"
ask() { dig +noall +answer @127.0.0.1 -p $port "$@"; }
np_wait_for dig +tries=1 +time=1 @127.0.0.1 -p $port ns.x.test
for i in {1..20}; do ask h$((i * 77)).x.test TXT; done
ask axfr x.test | sort | sha256sum; ask nosuch.x.test; named-checkzone x.test zone | tail -n 1
stop_servers
END
aside c server.log '*.jnl'

program ssh "openssh-server openssh-client" "keys, a session through sshd, a file by sftp"
task <<'END'
port=$(free_port); mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f h; ssh-keygen -q -t ed25519 -N '' -f k
chmod 755 .; mkdir -p -m 700 s; cp k.pub s/keys
cat >c <<E
Port $port
ListenAddress 127.0.0.1
HostKey $PWD/h
AuthorizedKeysFile $PWD/s/keys
StrictModes no
UsePAM no
PidFile none
PermitRootLogin yes
SetEnv LD_PRELOAD=$LD_PRELOAD
Subsystem sftp internal-sftp
E
np_serve /usr/sbin/sshd -D -e -f "$PWD/c"
o=(-q -i k -o "Port=$port" -o StrictHostKeyChecking=no -o UserKnownHostsFile="$PWD/known" -F /dev/null)
np_wait_for ssh "${o[@]}" 127.0.0.1 true
ssh "${o[@]}" -C 127.0.0.1 'seq 300000' | md5sum; seq 300000 >data
sftp "${o[@]}" -b - 127.0.0.1 <<<"put data $PWD/copy" >/dev/null; cmp data copy && echo same
stop_servers
END
aside c h h.pub k k.pub 's/*' known server.log
