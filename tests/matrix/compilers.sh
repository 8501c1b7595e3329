# shellcheck shell=bash
#
# Compilers and what builds with them.  The tasks make their sources, compile
# them, and run the result.

program gcc gcc "150 functions at -O2 and with -flto"
prepare <<'END'
for i in {1..150}; do
    echo "long f$i(long *a, long n) { long i, s = $i; for (i = 0; i < n; i++)"
    echo "{ if (a[i] % $((i + 2)) == 0) s += a[i] * f$((i - 1))(a, i / 9);"
    echo "else switch (a[i] & 7) { case 1: s ^= 3; break; case 5: s--; } }"
    echo "return s; }"
done | sed '1i long f0(long *a, long n) { return a[n]; }' >a.c
cat >m.c <<'E'
#include <stdio.h>
long f150(long *, long);
int main(void) { long a[90], i; for (i = 0; i < 90; i++) a[i] = i * i;
    printf("%ld\n", f150(a, 90)); return 0; }
E
END
task <<'END'
gcc -O2 -g -c a.c; gcc -O1 -S a.c; gcc a.o m.c -o m; ./m
gcc -O1 -flto -fwhole-program a.c m.c -o lto; ./lto
gcc -c -x c - <<<'int f( {' -o n.o 2>&1 || echo $?
END

program g++ g++ "templates, the standard library, exceptions"
prepare <<'END'
cat >a.cc <<'E'
#include <algorithm>
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>
template <int N> struct fib { static constexpr long v = fib<N - 1>::v
    + fib<N - 2>::v; };
template <> struct fib<1> { static constexpr long v = 1; };
template <> struct fib<0> { static constexpr long v = 0; };
int main() {
    std::map<std::string, std::vector<int>> m;
    for (int i = 0; i < 100000; i++)
        m[std::to_string(i * 7919 % 1009)].push_back(i);
    std::unordered_map<long, std::string> u;
    std::vector<std::thread> t;
    std::vector<long> r(4);
    for (int n = 0; n < 4; n++) t.emplace_back([n, &r] {
        std::vector<std::string> v;
        for (int i = 0; i < 50000; i++) v.push_back(std::string(i % 60, 'x'));
        for (auto &s : v) r[n] += s.size(); });
    for (auto &x : t) x.join();
    std::regex e("([a-z]+)([0-9]+)");
    int caught = 0;
    for (int i = 0; i < 2000; i++)
        try { throw std::runtime_error("e" + std::to_string(i)); }
        catch (std::exception &x) { caught += std::regex_match(x.what(), e); }
    std::cout << m.size() << fib<80>::v << r[3] << caught << std::endl;
}
E
END
task <<'END'
g++ -std=c++17 -O1 a.cc -o a; ./a; sha256sum a
END

program clang clang "C at -O2, and its own LLVM bytecode"
prepare <<'END'
for i in {1..200}; do
    echo "long f$i(long *a, long n) { long i, s = $i; for (i = 0; i < n; i++)"
    echo "s += a[i] % $((i + 2)) ? a[i] * f$((i - 1))(a, i / 9) : $i;"
    echo "return s; }"
done | sed '1i long f0(long *a, long n) { return a[n]; }' >a.c
END
task <<'END'
clang -O2 -g -c a.c; clang -O1 -S -emit-llvm a.c
echo 'int main(void) { return __builtin_popcount(77); }' | clang -x c - -o m
./m || echo $?; clang -fsyntax-only -x c - <<<'int f( {' 2>&1 || echo $?
END

program gfortran gfortran "matrices, allocatable arrays"
task <<'END'
cat >a.f90 <<'E'
program a
  implicit none
  integer, allocatable :: l(:)
  real(8), allocatable :: x(:,:), y(:,:)
  character(:), allocatable :: s
  integer :: i
  allocate(x(200,200), y(200,200))
  do i = 1, 40000
     x(mod(i,200)+1, (i-1)/200+1) = mod(i * 7919, 1009)
  end do
  y = matmul(x, transpose(x))
  print *, sum(y)
  l = [integer ::]
  do i = 1, 5000
     l = [l, i]
  end do
  s = ''
  do i = 1, 5000
     s = s // 'ab'
  end do
  print *, sum(l), len(s)
end program
E
gfortran -O2 a.f90 -o a; ./a
END

program go golang-go "goroutines, maps, a sort; its collector"
note "its programs are linked statically and have a heap of their own"
task <<'END'
cat >a.go <<'E'
package main

import ("crypto/sha256"; "fmt"; "sort"; "strings"; "sync")

func main() {
    var w sync.WaitGroup
    r := make([]int, 4)
    for n := range r {
        w.Add(1)
        go func(n int) {
            defer w.Done()
            m := map[string][]int{}
            for i := 0; i < 100000; i++ {
                k := fmt.Sprint(i * 7919 % 1009)
                m[k] = append(m[k], i)
            }
            for _, v := range m { r[n] += len(v) * n }
        }(n)
    }
    w.Wait()
    s := strings.Fields(strings.Repeat("c b a ", 30000))
    sort.Strings(s)
    fmt.Println(r, fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(s, "")))))
}
E
export GOFLAGS=-mod=mod GO111MODULE=off GOCACHE=$TMPDIR/c GOPATH=$TMPDIR/p
go vet a.go; go run a.go
END
limit 300

program rustc rustc "generics, collections, threads; without cargo"
task <<'END'
cat >a.rs <<'E'
use std::collections::{BTreeMap, HashMap};
use std::thread;
fn main() {
    let h: Vec<_> = (0..4u64).map(|n| thread::spawn(move || {
        let mut m: HashMap<String, Vec<u64>> = HashMap::new();
        for i in 0..60000u64 { m.entry((i * 7919 % 1009).to_string())
            .or_default().push(i); }
        m.values().map(|v| v.len() as u64).sum::<u64>() * n
    })).collect();
    let r: Vec<u64> = h.into_iter().map(|x| x.join().unwrap()).collect();
    let mut b = BTreeMap::new();
    for i in 0..50000u32 { b.insert(i.wrapping_mul(2654435761), format!("{i}")); }
    let e = std::panic::catch_unwind(|| { Vec::<u8>::new()[3] }).is_err();
    println!("{:?} {} {:?} {}", r, b.len(), b.iter().next(), e);
}
E
rustc -O -C codegen-units=2 a.rs; ./a; sha256sum a
END

program ghc ghc "a Haskell program with Data.Map"
task <<'END'
cat >A.hs <<'E'
import qualified Data.Map.Strict as M
import Data.Char (toUpper)
primes = sieve [2..] where sieve (p:x) = p : sieve [y | y <- x, mod y p /= 0]
main = do
  let m = M.fromListWith (++) [(i * 7919 `mod` 1009, [i]) | i <- [1..60000 :: Int]]
  print (M.size m, sum (map length (M.elems m)))
  print (primes !! 900)
  putStrLn (map toUpper (show (2 ^ 400)))
E
ghc -v0 -O1 A.hs -o a; ./a
END
aside A.o A.hi a

program ocaml ocaml-nox "bytecode and native code, a Hashtbl, the toplevel"
task <<'END'
cat >a.ml <<'E'
let h = Hashtbl.create 7
let () = for i = 1 to 200000 do
  Hashtbl.replace h (i * 7919 mod 10007) (string_of_int i :: (try
    Hashtbl.find h (i * 7919 mod 10007) with Not_found -> [])) done;
  Printf.printf "%d %s\n" (Hashtbl.length h) (List.hd (Hashtbl.find h 5));
  let b = Buffer.create 1 in
  for i = 1 to 50000 do Buffer.add_string b (string_of_int i) done;
  print_endline (Digest.to_hex (Digest.string (Buffer.contents b)))
E
ocamlc a.ml -o a.byte; ocamlrun a.byte; ocamlopt a.ml -o a; ./a; ocaml a.ml
END

program fpc fp-compiler "Pascal: records, strings, a heap of its own"
note "its programs are linked statically"
task <<'END'
cat >a.pas <<'E'
program a; {$mode objfpc}{$H+}
type p = ^n; n = record v: longint; x: p; end;
var l, q: p; i: longint; t: int64; s: string;
begin
  l := nil; for i := 1 to 200000 do begin new(q); q^.v := i; q^.x := l;
  l := q end; t := 0;
  while l <> nil do begin t := t + l^.v; q := l^.x; dispose(l); l := q end;
  s := ''; for i := 1 to 2000 do s := s + 'ab'; writeln(t, ' ', length(s));
end.
E
fpc -O2 -v0 a.pas >/dev/null; ./a
END

program sbcl sbcl "Lisp: hash tables, bignums, compile, save"
task <<'END'
cat >a.lisp <<'E'
(let ((h (make-hash-table :test 'equal)))
  (dotimes (i 100000) (push i (gethash (format nil "~d" (mod (* i 7919) 1009)) h)))
  (print (hash-table-count h)) (print (length (gethash "5" h))))
(defun f (n) (if (< n 2) 1 (* n (f (- n 1)))))
(compile 'f) (print (integer-length (f 2000))) (gc :full t) (print (f 30))
E
sbcl --noinform --no-userinit --script a.lisp
END

program make make "400 targets, pattern rules, two jobs"
task <<'END'
cat >Makefile <<'E'
N := $(shell seq 400)
T := $(N:%=t%)
all: sum
t%: ; @echo $* $(words $(foreach n,$(N),$(if $(findstring $*,$n),$n))) >$@
sum: $(T) ; @cat $(sort $(T)) | sha256sum
.PHONY: all
E
make -s -j2; make -n; make -s clean 2>&1 || echo $?
END

program cmake "cmake ninja-build gcc g++" "configures a project, ninja builds and ctest tests it"
task <<'END'
mkdir s; cat >s/CMakeLists.txt <<'E'
cmake_minimum_required(VERSION 3.20)
project(m C)
enable_testing()
foreach(i RANGE 1 8)
  file(WRITE ${CMAKE_BINARY_DIR}/f${i}.c "int f${i}(void) { return ${i}; }")
  list(APPEND f ${CMAKE_BINARY_DIR}/f${i}.c)
endforeach()
add_library(f STATIC ${f})
file(WRITE ${CMAKE_BINARY_DIR}/m.c "int f8(void); int main(void) { return f8() - 8; }")
add_executable(m ${CMAKE_BINARY_DIR}/m.c)
target_link_libraries(m f)
add_test(NAME t COMMAND m)
E
cmake -G Ninja -S s -B b | grep -c Detecting; ninja -C b -j2 | tail -n 1
cd b; ctest | grep 'tests passed'
END
aside 'b/*'

program nasm "nasm binutils" "40000 lines of assembly, as, ld, objdump, nm, strip"
prepare <<'END'
seq 20000 | sed 's/.*/l&: mov rax, &\n add rax, [rel l&]/' \
    | sed '1i global _start\n_start:' >a.asm
END
task <<'END'
nasm -O2 -f elf64 a.asm -o a.o; ld a.o -o a; objdump -d a.o | tail -n 9
nm a.o | sha256sum; strip a; readelf -S a; ar rcD a.a a.o
END

impossible go-compile golang-1.19-go /usr/lib/go-1.19/pkg/tool/linux_amd64/compile static

program ldc "ldc" "D: LLVM; associative arrays, threads, garbage collection"
task <<'END'
cat >a.d <<'E'
import std.stdio, std.conv, std.algorithm, std.parallelism, std.range, core.stdc.stdlib, core.memory;
class N { N l, r; this(int d) { if (d) { l = new N(d - 1); r = new N(d - 1); } } int c() { return 1 + (l ? l.c + r.c : 0); } }
void main() { int[][string] h; foreach (i; 0 .. 60000) h["k" ~ to!string(i * 7919L % 1009)] ~= i;
  writeln(h.length, " ", h.values.map!(v => v.length).sum, " ", new N(14).c);
  long[] s = new long[8]; foreach (i, ref x; parallel(s)) x = iota(i * 1000).map!(a => cast(long) a).sum; writeln(s.sum);
  foreach (i; 0 .. 20000) free(malloc(i)); GC.collect(); }
E
ldc2 -O1 a.d; ./a
END
aside a a.o

program gdc "gdc" "D by GCC: the same program"
task <<'END'
cat >a.d <<'E'
import std.stdio, std.conv, std.algorithm, std.range, core.stdc.stdlib, core.memory;
class N { N l, r; this(int d) { if (d) { l = new N(d - 1); r = new N(d - 1); } } int c() { return 1 + (l ? l.c + r.c : 0); } }
void main() { int[][string] h; foreach (i; 0 .. 60000) h["k" ~ to!string(i * 7919L % 1009)] ~= i;
  writeln(h.length, " ", h.values.map!(v => v.length).sum, " ", new N(14).c); foreach (i; 0 .. 20000) free(malloc(i)); GC.collect(); }
E
gdc a.d -o a; ./a
END
aside a

program protoc "protobuf-compiler" "messages to C++, Java, Python; text to binary and back"
task <<'END'
cat >a.proto <<'E'
syntax = "proto3"; message A { int32 n = 1; string s = 2; repeated A l = 3; map<string, int64> m = 4; enum E { X = 0; Y = 1; } E e = 5; }
E
protoc --cpp_out=. --java_out=. --python_out=. a.proto
awk 'BEGIN { for (i = 0; i < 9000; i++) printf "l { n: %d s: \"t%d\" m { key: \"k\" value: %d } e: Y }\n", i, i, i * i }' >a.txt
protoc --encode=A a.proto <a.txt >a.bin; protoc --decode=A a.proto <a.bin | sha256sum; protoc --decode_raw <a.bin | wc -l
END

program cppcheck cppcheck "a C and a C++ file with faults, two processes"
task <<'END'
for i in {1..6}; do printf '#include <vector>\nint f%d(int n) { int a[10]; int *p = new int[n]; a[10] = n; if (n > 5) return a[2]; delete[] p; return p[0]; }\nstruct S%d { std::vector<int> v; int g(unsigned u) { if (u < 0) return 1; for (auto i = v.begin(); i != v.end(); ++i) v.erase(i); return 0; } };\n' $i $i >c$i.cpp; done
cppcheck -q -j 2 --enable=all --std=c++17 . 2>&1 | grep -oE '^[a-z0-9]+\.cpp:[0-9]+:.*\]$' | sort
END
