# shellcheck shell=bash
# needs: valgrind

valgrind --version
valgrind --help | sha256sum
