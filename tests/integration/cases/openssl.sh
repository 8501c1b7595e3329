# shellcheck shell=bash
# needs: openssl

set -e
# speed prints rates: only that it ran through counts
openssl speed -seconds 1 -bytes 1024 sha256 >speed.txt 2>/dev/null
grep -c '^sha256' speed.txt
openssl speed -seconds 1 -bytes 4096 -multi 2 -evp aes-128-cbc >multi.txt \
    2>/dev/null
grep -ci '^aes-128-cbc' multi.txt
seq 1 300000 >data
openssl dgst -sha512 data
openssl enc -aes-256-cbc -pbkdf2 -pass pass:secret -S 0102030405060708 \
    -in data -out data.enc
sha256sum <data.enc
openssl enc -d -aes-256-cbc -pbkdf2 -pass pass:secret -in data.enc \
    -S 0102030405060708 | cmp - data
openssl genrsa -out key.pem 2048 2>/dev/null
openssl req -new -x509 -key key.pem -subj /CN=example.org -days 2 -out c.pem
openssl verify -CAfile c.pem c.pem
openssl dgst -sha256 -sign key.pem -out data.sig data
openssl x509 -in c.pem -pubkey -noout >pub.pem
openssl dgst -sha256 -verify pub.pem -signature data.sig data
