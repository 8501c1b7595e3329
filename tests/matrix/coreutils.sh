# shellcheck shell=bash
#
# The small programs everything else is made with: text, files, archives,
# digests.

program coreutils coreutils "sort, uniq, join, cut, shuf, split, digests"
task <<'END'
seq 1 400000 | awk '{ print $1 * 7919 % 1000003, "text", $1 % 1013 }' >data
sort --parallel=2 -S 10M -k3,3n -k1,1 data | sha256sum
sort -n data | uniq -c | tail -n 1
cut -d' ' -f1,3 data | tr ' ' ',' | paste -d: - - | b2sum
sort -k1,1 data >s; join s s | wc -c
shuf --random-source=data data | head -n 9
split -n l/7 data part.; sha1sum part.* | sha256sum
ls -lR --time-style=+ /usr/include/linux | sha256sum
factor 1000000000000000003 123456789012345678901
tac data | nl | fold -w 20 | cksum; expr 12345 : '\(.*\)3'
END

program findutils findutils "find over /usr/include, xargs -P"
task <<'END'
find /usr/include -name '*.h' -size -20k | sort | sha256sum
find /usr/include -regex '.*/[a-m].*\.h' -printf '%s %m %P\n' | sort | md5sum
find /usr/include/linux -name '*.h' -print0 | xargs -0 -n 40 -P 2 cat | wc -c
END

program grep grep "regular expressions over a megabyte"
prepare <<'END'
cat /usr/include/*.h /usr/include/linux/*.h >text
END
task <<'END'
grep -cE '(^|[^a-z])struct +[a-z_]+ *\{' text
grep -oE '[A-Z_]{12,}' text | sort | uniq -c | sort -rn | head
grep -cP '(?<=define )\w+(?=\s+0x)' text
grep -iE '(a.*b.*c){3}' text | sha256sum
grep -Ff <(head -n 300 text | grep .) text | wc -l
grep -rl pthread /usr/include | wc -l
END

program sed sed "substitutions, hold space, a script"
prepare <<'END'
cat /usr/include/linux/*.h >text
END
task <<'END'
sed -E 's/([a-z_]+)\(([^)]*)\)/\2<\1>/g' text | sha256sum
sed -n '1!G;h;$p' <(head -n 4000 text) | sha256sum
sed -i.bak '/^#define/d; y/abc/xyz/' text; sha256sum text
END

program gawk gawk "hashes, regular expressions, big numbers"
task <<'END'
gawk 'BEGIN { srand(3); for (i = 0; i < 200000; i++) { k = int(rand() * 9999)
    a[k] = a[k] substr(i, 1, 3); if (i % 3 == 0) delete a[int(rand() * 9999)] }
    PROCINFO["sorted_in"] = "@ind_num_asc"
    for (k in a) n += length(a[k]); print length(a), n
    while (("seq 100" | getline l) > 0) s = s l; print s }'
gawk -M 'BEGIN { PREC = 200; print 2 ^ 500, atan2(0, -1) }'
END

program mawk mawk "hashes and strings"
task <<'END'
mawk 'BEGIN { for (i = 0; i < 300000; i++) { k = i * 7919 % 10007
    a[k] = a[k] % 1000 i; } for (k in a) n += length(a[k]); print n
    while (j < 20000) s = s substr(++j, 1, 1); print length(s) }'
END

program diffutils diffutils "diff, cmp and sdiff of 60000 lines"
prepare <<'END'
seq 60000 >a; seq 60000 | sed '/7$/d; s/^3/x/' >b
cp -r /usr/include/linux d1; cp -r d1 d2
find d2 -name 'a*.h' -exec sed -i 3d {} +
END
task <<'END'
diff a b | sha256sum; diff -u a b | tail -n +3 | sha256sum
diff -r d1 d2 | sha256sum; cmp a b || echo $?; sdiff -s a b | sha256sum
diff3 a b a | sha256sum
END

program tar tar "a tree in and out, in three formats"
prepare <<'END'
cp -r /usr/include/linux tree
END
task <<'END'
for format in gnu ustar 'pax --pax-option=delete=atime,delete=ctime'; do
    tar --format=$format --sort=name --mtime=@0 --owner=0 --group=0 \
        --numeric-owner -cf t.tar tree
    tar -tvf t.tar | sha256sum; sha256sum t.tar
    mkdir out; tar -xf t.tar -C out; diff -r tree out/tree; rm -rf out
done
END

program gzip "gzip pigz" "gzip, and pigz with two threads"
prepare <<'END'
cat /usr/include/*.h /usr/include/linux/*.h | head -c 6000000 >text
END
task <<'END'
gzip -nk9 text; sha256sum text.gz; gzip -dc text.gz | cmp - text
pigz -p 2 -n -c text >p.gz; pigz -dc p.gz | cmp - text; pigz -l p.gz | tail -1
END

program bzip2 bzip2 "in and out"
prepare <<'END'
cat /usr/include/*.h /usr/include/linux/*.h | head -c 4000000 >text
END
task <<'END'
bzip2 -k text; bzip2 -dc text.bz2 | cmp - text; bzip2 -t text.bz2 && echo good
END

program xz xz-utils "two threads, in and out"
prepare <<'END'
cat /usr/include/*.h /usr/include/linux/*.h | head -c 4000000 >text
END
task <<'END'
xz -T2 -4 --block-size=1MiB -k text; xz -T2 -dc text.xz | cmp - text
xz --robot --list text.xz | grep totals | cut -f2-5
END

program zstd zstd "two threads, a dictionary"
prepare <<'END'
cat /usr/include/*.h /usr/include/linux/*.h | head -c 9000000 >text
END
task <<'END'
for level in 1 9 15; do
    zstd -q -T2 -$level --long=24 -kf text -o t.zst
    sha256sum t.zst; zstd -q -dc --long=24 t.zst | cmp - text
done
split -n 300 text s.; zstd -q --train s.* --maxdict=8192 -o dict
END

program 7z p7zip-full "LZMA2 and PPMd, two threads"
prepare <<'END'
cp -r /usr/include/linux tree
END
task <<'END'
7z a -mmt2 -bd -mx5 t.7z tree >/dev/null; 7z t t.7z | grep Ok
7z a -m0=PPMd -bd p.7z tree >/dev/null; 7z x -oout p.7z >/dev/null
diff -r tree out/tree && echo same
END
aside '*.7z'

program rsync rsync "copies a tree, then a change, by itself through a pipe"
prepare <<'END'
cp -r /usr/include/linux tree
END
task <<'END'
rsync -a tree/ out/; find tree -name 'n*.h' -exec sed -i 2d {} +
rsync -ac --delete --no-whole-file -i tree/ out/ | sort
diff -r tree out && echo same
END

program bc bc "1500 digits of pi, 2^9999"
task <<'END'
echo 'scale=1500; 4*a(1); 2^9999; sqrt(2)' | BC_LINE_LENGTH=0 bc -l
END

program m4 m4 "recursion and 20000 definitions"
task <<'END'
cat >t.m4 <<'E'
define(`for', `ifelse($#, 0, ``$0'', eval($2 <= $3), 1,
  `pushdef(`$1', `$2')$4`'popdef(`$1')$0(`$1', incr($2), $3, `$4')')')dnl
for(`i', 1, 20000, `define(`v'i, `value of i'eval(i * i))')dnl
v7 v20000 len(esyscmd(seq 1000)) translit(`hello', `a-z', `A-Z')
E
m4 -L 0 t.m4
END

program jq jq "a hundred thousand objects"
prepare <<'END'
seq 100000 | awk '{ printf "{\"id\":%d,\"g\":\"g%d\",\"v\":[%d,%d]}\n", $1,
    $1 * 7919 % 101, $1, $1 * $1 }' >a.json
END
task <<'END'
jq -s 'group_by(.g) | map({g: .[0].g, n: length, s: (map(.v[0]) | add)})
    | sort_by(.n) | .[0:9]' a.json
jq -c 'select(.id % 1000 == 0) | .v | @csv, tojson' a.json | sha256sum
jq -e . <<<'{"a":' 2>&1 || echo $?
END

program xsltproc "xsltproc libxml2-utils" "a stylesheet, XPath, validation"
prepare <<'END'
{ echo '<r>'; seq 40000 | sed 's|.*|<i n="&"><t>text &</t><u/></i>|'
    echo '</r>'; } >a.xml
cat >a.xsl <<'E'
<xsl:stylesheet version="1.0"
  xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:key name="k" match="i" use="@n mod 97"/>
<xsl:template match="/"><o><xsl:for-each select="r/i">
<xsl:sort select="@n mod 1009" data-type="number"/>
<p c="{count(key('k', @n mod 97))}"><xsl:value-of select="t"/></p>
</xsl:for-each></o></xsl:template></xsl:stylesheet>
E
END
task <<'END'
xsltproc a.xsl a.xml | sha256sum
xmllint --xpath 'count(//i[@n mod 3 = 0])' a.xml; xmllint --format a.xml | md5sum
xmllint --noout <(echo '<a><b></a>') 2>&1 | tail -n 2 || :
END

program openssl openssl "keys, certificates, digests, ciphers, a handshake"
task <<'END'
openssl genrsa -out k.pem 2048 2>/dev/null
openssl req -x509 -key k.pem -subj /CN=localhost -days 30 -out c.pem
openssl x509 -in c.pem -noout -subject -issuer
head -c 3000000 /dev/zero >z
for c in aes-256-cbc chacha20 camellia-128-ctr; do
    openssl enc -$c -pbkdf2 -k secret -S 0011223344556677 -in z | sha256sum
done
openssl dgst -sha3-512 z; openssl ecparam -genkey -name prime256v1 -out e.pem
openssl dgst -sign e.pem -out s z
openssl dgst -prverify e.pem -signature s z
port=$(free_port)
np_serve openssl s_server -accept 127.0.0.1:$port -cert c.pem -key k.pem -www
get() {
    echo -e 'GET / HTTP/1.0\r\n\r' | openssl s_client -quiet \
        -connect 127.0.0.1:$port 2>/dev/null | grep -ac '^TLSv1.3'
}
np_wait_for get; get
stop_servers
END
aside '*.pem' s server.log

program gpg gnupg "a key, a signature, encryption"
task <<'END'
export GNUPGHOME=$HOME
echo '%no-protection
Key-Type: eddsa
Key-Curve: ed25519
Key-Usage: sign
Subkey-Type: ecdh
Subkey-Curve: cv25519
Subkey-Usage: encrypt
Name-Real: Matrix
%commit' | gpg --batch --quiet --gen-key 2>/dev/null
seq 300000 >data
gpg --batch -q --detach-sign -o data.sig data
gpg --batch --verify data.sig data 2>&1 | grep -c 'Good signature'
gpg --batch -q --trust-model always -r Matrix -e -o data.gpg data
gpg --batch -q -d data.gpg 2>/dev/null | cmp - data && echo same
gpgconf --kill all
END
aside 'data.*'

program parallel parallel "200 jobs, their output in order"
task <<'END'
mkdir -p "$HOME/.parallel"; touch "$HOME/.parallel/will-cite"
seq 60 | parallel -j2 -k 'echo {} $(({} * {}))'
seq 100000 | parallel -j2 -k --pipe --block 100k md5sum
END

impossible su util-linux /usr/bin/su secure
impossible sudo sudo /usr/bin/sudo secure
impossible passwd passwd /usr/bin/passwd secure
impossible mount mount /usr/bin/mount secure
impossible ping iputils-ping /usr/bin/ping secure
impossible ldconfig libc-bin /sbin/ldconfig static
