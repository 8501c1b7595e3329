# shellcheck shell=bash
#
# Name servers, mail, brokers, file servers, what looks at networks; on the
# loopback.

program samba "samba smbclient" "smbd on a port of its own; put, get, a listing"
task <<'END'
port=$(free_port); mkdir -m 777 share p; seq 90000 >big; chmod a+rx .
printf '[global]\nsmb ports = %d\nworkgroup = W\nprivate dir = %s\nlock directory = %s\nstate directory = %s\ncache directory = %s\npid directory = %s\nncalrpc dir = %s\nlog file = %s/log\nmap to guest = Bad User\nguest account = nobody\ninterfaces = lo\nbind interfaces only = yes\nload printers = no\ndisable spoolss = yes\n[s]\npath = %s/share\nguest ok = yes\nread only = no\nforce user = root\n' \
    $port "$PWD/p" "$PWD/p" "$PWD/p" "$PWD/p" "$PWD/p" "$PWD/p" "$PWD/p" "$PWD" >c
testparm -s c 2>/dev/null | grep -c '^\['
np_serve smbd -F -s "$PWD/c" -l "$PWD/p"
c() { smbclient -s "$PWD/c" -N -p $port //127.0.0.1/s -c "$1" 2>&1; }
np_wait_for smbclient -s "$PWD/c" -N -p $port //127.0.0.1/s -c ls
c 'put big a; mkdir d; put big d/b; get a got; recurse; ls' | grep -oE '^ +(a|b|d) +[AD]'
cmp big got; c 'rename a z; del d/b; rmdir d; ls z' | grep -o ' z .*528894'
stop_servers
END
aside c server.log 'p/*' 'log*'

program unbound "unbound bind9-dnsutils" "a resolver with local zones, two threads, dig"
task <<'END'
port=$(free_port); { printf 'server:\n interface: 127.0.0.1@%d\n do-daemonize: no\n username: ""\n chroot: ""\n directory: "%s"\n pidfile: ""\n use-syslog: no\n num-threads: 2\n local-zone: "zz." static\n' $port "$PWD"
for i in {1..3000}; do echo " local-data: \"h$i.zz. IN A 10.0.$((i / 250)).$((i % 250))\""; done; } >c
unbound-checkconf c; np_serve unbound -c "$PWD/c"
np_wait_for dig +short +tries=1 +time=1 @127.0.0.1 -p $port h1.zz
for i in {1..60}; do dig +short @127.0.0.1 -p $port h$((i * 47)).zz; done; dig @127.0.0.1 -p $port nosuch.zz | grep -o NXDOMAIN
stop_servers
END
aside c server.log

program knot "knot knot-dnsutils bind9-dnsutils" "an authoritative server, signed zone, kdig, a transfer"
task <<'END'
port=$(free_port); mkdir -p z db run; { printf '@ 300 IN SOA a.zz. b.zz. 1 9 9 9 9\n@ 300 IN NS a.zz.\na 300 IN A 10.0.0.1\n'; for i in {1..2000}; do echo "h$i 300 IN A 10.1.$((i / 250)).$((i % 250))"; done; } >z/zz
printf 'server:\n  rundir: "%s/run"\n  listen: 127.0.0.1@%d\ndatabase:\n  storage: "%s/db"\nacl:\n  - id: t\n    address: 127.0.0.1\n    action: transfer\nzone:\n  - domain: zz\n    storage: "%s/z"\n    file: zz\n    acl: t\n' "$PWD" $port "$PWD" "$PWD" >c
knotc -c c conf-check; np_serve knotd -c c; np_wait_for dig +short +tries=1 +time=1 @127.0.0.1 -p $port a.zz
for i in {1..20}; do kdig +short @127.0.0.1 -p $port h$((i * 77)).zz; done; dig axfr @127.0.0.1 -p $port zz | grep -vc '^;'
stop_servers
END
aside c server.log 'db/*' 'run/*'

program mosquitto "mosquitto mosquitto-clients" "2000 messages by MQTT, retained, wildcards"
task <<'END'
port=$(free_port); printf 'listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n' $port >c
np_serve mosquitto -c c; np_wait_for mosquitto_pub -p $port -t x -n
mosquitto_sub -p $port -q 1 -t 'a/#' -C 2001 >got & sub=$!; sleep 1
mosquitto_pub -p $port -q 1 -r -t a/keep -m kept; seq 2000 | mosquitto_pub -p $port -q 1 -t a/n -l
wait $sub; sort got | sha256sum; mosquitto_sub -p $port -t 'a/+' -C 1; stop_servers
END
aside c server.log

program varnish "varnish lighttpd curl" "a cache in memory before lighttpd; VCL compiled by gcc"
task <<'END'
back=$(free_port); port=$(free_port); mkdir -m 777 www v; seq 20000 >www/a.txt; seq 9 >www/b.txt; chmod a+rx .
printf 'server.bind = "127.0.0.1"\nserver.port = %d\nserver.document-root = "%s"\n' $back "$PWD/www" >l
printf 'vcl 4.1;\nbackend b { .host = "127.0.0.1"; .port = "%d"; }\nsub vcl_deliver { set resp.http.X-Hits = obj.hits; }\nsub vcl_recv { if (req.url ~ "^/g") { set req.url = "/b.txt"; } }\n' $back >c.vcl
np_serve lighttpd -D -f l; np_serve varnishd -F -j none -n "$PWD/v" -a 127.0.0.1:$port -f "$PWD/c.vcl" -s malloc,20m
np_wait_for curl -sf "http://127.0.0.1:$port/b.txt"
for i in {1..200}; do curl -sf "http://127.0.0.1:$port/a.txt"; done | sha256sum
curl -sf "http://127.0.0.1:$port/g1" | md5sum; curl -sfI "http://127.0.0.1:$port/a.txt" | grep -i x-hits
stop_servers
END
aside l c.vcl server.log 'v/*'

program postfix postfix "postmap, postalias, postconf, a queue id"
task <<'END'
for i in {1..5000}; do echo "user$i@zz box$((i % 91))"; done >m; printf 'queue_directory = %s\ndata_directory = %s\n' "$PWD" "$PWD" >main.cf; : >master.cf
postmap -c . hash:m; postmap -c . -q user77@zz hash:m; postmap -c . -s hash:m | sort | sha256sum
seq 300 | sed 's/.*/&: root/' >al; postalias -c . hash:al; postalias -c . -q 33 hash:al
postconf -d | wc -l; postmap -c . -q abc 'regexp:{{/^a(.*)$/ x$1}}'
END
aside '*.db'

program nmap "nmap ncat" "scans the loopback, a script; reads its tables"
task <<'END'
port=$(free_port); (cd /usr/share/doc && exec /usr/bin/python3 -m http.server --bind 127.0.0.1 $port) >/dev/null 2>&1 & NP_SERVERS+=($!)
np_wait_for bash -c ": </dev/tcp/127.0.0.1/$port"
nmap -n -sT -Pn -p $port --script http-title 127.0.0.1 | grep -E 'open|title' | sed "s/$port/P/"; nmap -n -sL 10.0.0.0/24 | tail -n 1 | cut -d' ' -f3-8
ncat --version 2>&1 | head -n 1; stop_servers
END

program tshark tshark "dissects packets made by a script: TCP, DNS, HTTP; statistics"
task <<'END'
/usr/bin/python3 - <<'E'
import struct, random
random.seed(4)
def ip(p, body): return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, p, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") + body
def udp(s, d, b): return ip(17, struct.pack("!HHHH", s, d, 8 + len(b), 0) + b)
def tcp(s, d, q, b): return ip(6, struct.pack("!HHIIBBHHH", s, d, q, 1, 0x50, 0x18, 9000, 0, 0) + b)
f = open("a.pcap", "wb"); f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)); q = 1
for i in range(3000):
    k = random.randrange(3)
    if k == 0: p = udp(5000 + i % 99, 53, struct.pack("!HHHHHH", i, 256, 1, 0, 0, 0) + b"\3www\2zz\0\0\1\0\1")
    elif k == 1: b = b"GET /f%d HTTP/1.1\r\nHost: zz\r\n\r\n" % i; p = tcp(4000, 80, q, b); q += len(b)
    else: p = udp(9, 9, bytes(random.randrange(256) for _ in range(i % 300)))
    f.write(struct.pack("<IIII", i, 0, len(p), len(p)) + p)
E
tshark -n -r a.pcap -T fields -e frame.number -e _ws.col.Protocol -e http.request.uri -e dns.qry.name 2>/dev/null | sha256sum
tshark -n -r a.pcap -q -z io,phs -z conv,tcp 2>/dev/null; tshark -n -r a.pcap -V -c 40 2>/dev/null | grep -vi time | sha256sum
END

program lynx lynx "HTML with tables, to text; links"
task <<'END'
{ echo "<html><body><h1>a</h1>"; for i in {1..3000}; do echo "<p>par <b>$i</b> <a href=x$i>l</a></p><table><tr><td>$i<td>b</table>"; done; } >a.html
lynx -nolist -dump a.html | sha256sum; lynx -listonly -dump a.html | tail -n 3 | sed 's/ .*\// /'
END

program w3m w3m "the same pages by w3m"
note "its objects are libgc's"
task <<'END'
{ echo "<html><body><h1>a</h1>"; for i in {1..3000}; do echo "<p>par <b>$i</b> <a href=x$i>l</a></p><table border><tr><td>$i<td>b</table>"; done; } >a.html
w3m -dump a.html | sha256sum; w3m -dump -cols 40 a.html | tail -n 3
END
