# shellcheck shell=bash
#
# Interpreters and virtual machines.

program python3 python3 "json, regular expressions, threads, children"
task <<'END'
bash "$NP_INTEGRATION/cases/python3.sh"
END

program python3-malloc python3 "the same with PYTHONMALLOC=malloc"
task <<'END'
PYTHONMALLOC=malloc bash "$NP_INTEGRATION/cases/python3.sh"
END

# python_tests NAME [-k PATTERN]...: of Python's own test suite, with the
# outcome of each test; the order is not the same in all runs
python_tests()
{
    program "$1" "libpython3.11-testsuite python3" \
        "Python's own tests${2:+, a part of them}"
    task <<END
mkdir -p "\$HOME/d"; cd "\$HOME/d"
/usr/bin/python3 -m unittest -v test.$* >log 2>&1 </dev/null || echo "\$?"
sed 's/ in [0-9.]*s\$//' log | grep -E '\.\.\. [a-zA-Z]|^(Ran|OK|FAILED)' | sort
END
}

python_tests test_threading -k SubinterpThreading -k ThreadTests \
    -k ThreadJoinOnShutdown
python_tests test_fork1
python_tests test_subprocess -k RunFuncTestCase -k test_preexec \
    -k test_threads -k test_close_fds -k test_communicate -k test_pipe
python_tests test_multiprocessing_fork -k WithProcessesTestPool \
    -k WithProcessesTestQueue -k TestHeap -k ManagerTestPool
python_tests test_ctypes
python_tests test_ssl -k ContextTests -k BasicSocketTests -k MemoryBIOTests \
    -k SSLErrorTests -k SSLObjectTests -k ThreadedTests.test_echo \
    -k ThreadedTests.test_asyncore_server -k ThreadedTests.test_alpn
python_tests test_gc
python_tests test_mmap
python_tests test_asyncio.test_tasks

program numpy "python3-numpy python3-scipy" "linear algebra, FFT, sparse matrices, OpenBLAS threads"
task <<'END'
cat >a.py <<'E'
import numpy as np, scipy.linalg as la, scipy.sparse as sp
from scipy import optimize, fft
r = np.random.default_rng(3)
a = r.standard_normal((300, 300))
print(np.round(la.svdvals(a)[:5], 6), np.round(np.linalg.det(a[:9, :9]), 6))
print(np.round(np.abs(fft.fft(r.standard_normal(50000)))[:4], 6))
m = sp.random(3000, 3000, 0.002, random_state=3, format="csr")
print((m @ m).nnz, np.round((m @ np.ones(3000)).sum(), 6))
print(np.round(optimize.rosen(optimize.fmin_bfgs(optimize.rosen,
      [1.3, 0.7, 0.8], disp=0)), 6))
print(sum(len(np.arange(i).astype(str)) for i in range(300)))
E
OPENBLAS_NUM_THREADS=2 /usr/bin/python3 a.py
END

program matplotlib python3-matplotlib "two figures as PNG and SVG"
task <<'END'
export SOURCE_DATE_EPOCH=0 MPLCONFIGDIR=$TMPDIR
cat >a.py <<'E'
import matplotlib
matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "x"
import matplotlib.pyplot as p, numpy as n
x = n.linspace(0, 9, 3000)
f, a = p.subplots(2, 2)
a[0][0].plot(x, n.sin(x * x)); a[0][1].hist(n.sin(x), 40)
a[1][0].imshow(n.outer(x[:200], x[:200])); a[1][1].scatter(x, x % 1.1, 3)
f.savefig("a.png"); f.savefig("a.svg")
E
/usr/bin/python3 a.py; sha256sum a.png
END

program pypy3 pypy3 "a compiled loop, dictionaries, strings"
note "its objects are in a heap of its own"
task <<'END'
cat >a.py <<'E'
import json, re
d = {}
for i in range(600000):
    d.setdefault(i * 7919 % 10007, []).append(i)
print(len(d), sum(len(v) for v in d.values()))
print(len(json.dumps({str(k): v[:3] for k, v in d.items()})))
print(len(re.findall(r"([a-z])\1", "aabbcdd" * 9000)))
E
pypy3 a.py
END

program perl perl "hashes, regular expressions, sort, fork, sprintf"
task <<'END'
bash "$NP_INTEGRATION/cases/perl.sh"
END

program perl-modules perl "Test::More suites: Storable, threads, Encode, Unicode, zlib, IPC, fork"
task <<'END'
cat >a.t <<'E'
use strict; use warnings; use threads; use threads::shared; use Thread::Queue;
use Test::More; use Storable qw(dclone freeze thaw); use Encode;
use Unicode::Normalize; use Digest::SHA qw(sha256_hex); use Compress::Zlib;
use IPC::Open3; use List::Util qw(sum shuffle reduce); use Time::Local;
use Math::BigInt; use POSIX qw(floor strftime); use Data::Dumper;
use File::Temp qw(tempfile); use IO::Select; use Scalar::Util qw(weaken);
my $d = { map { $_ => [ 1 .. $_ % 9 ] } 1 .. 5000 };
is_deeply(thaw(freeze($d)), $d, 'freeze'); is_deeply(dclone($d), $d, 'clone');
my $q = Thread::Queue->new; my $n :shared = 0;
my @t = map { threads->create(sub { my $s = 0;
    while (defined(my $i = $q->dequeue)) { $s += length('x' x $i) }
    lock $n; $n += $s; $s }) } 1 .. 4;
$q->enqueue(1 .. 3000); $q->end; my $s = sum(map { $_->join } @t);
is($s, 4501500, 'queue'); is($n, $s, 'shared');
my $u = decode('UTF-8', "\xc3\xa9" x 9000); is(length NFD($u), 18000, 'NFD');
is(encode('UTF-16LE', $u), "\xe9\0" x 9000, 'UTF-16');
is(uncompress(compress("abc" x 99999)), "abc" x 99999, 'zlib');
for my $i (1 .. 20) { my $p = open3(my $in, my $out, undef, $^X, '-e',
    'print scalar reverse <STDIN>'); print $in "abc$i"; close $in;
    is(<$out>, reverse("abc$i"), "open3 $i"); waitpid $p, 0 }
for my $i (1 .. 30) { my $p = fork // die; if (!$p) { my @x = map { [$_] }
    1 .. 3000; POSIX::_exit(@x % 251) } waitpid $p, 0; is($? >> 8, 3000 % 251) }
is(Math::BigInt->new(3)->bpow(800)->length, 382, 'big');
{ my $x = {}; $x->{x} = $x; weaken($x->{x}); } my @a = (1) x 9;
my $str = ''; $str .= chr(65 + $_ % 26) for 1 .. 300000;
is(sha256_hex($str =~ s/([AEIOU])/<$1>/gr), sha256_hex(join '', map {
    /[AEIOU]/ ? "<$_>" : $_ } split //, $str), 'regular expressions');
is(eval("sub { $_ }")->(), $_, "eval $_") for 1 .. 300;
done_testing;
E
perl a.t; prove -Q a.t >/dev/null; perl -MO=Deparse -e 'print $_ for 1 .. 3' 2>&1
END

# perl_tests NAME "PATTERN..." "WORDS": of Perl's own core tests, from its
# source package, those of these files, run by Debian's perl; how each file
# ended and which of its tests succeeded
perl_tests()
{
    program "$1" perl "Perl's own core tests: $3"
    from_source perl
    prepare <<'END'
tar -xf "$NP_SOURCES"/perl/perl_*.orig.tar.xz --strip-components=1 \
    --wildcards 'perl-*/t' 'perl-*/lib'
for folder in $(perl -e 'print "@INC"'); do
    [ ! -d $folder ] || cp -asn $folder/. lib 2>/dev/null || :
done
ln -s /usr/bin/perl perl; ln -s /usr/bin/perl t/perl
END
    task <<END
cd t; export PERL_CORE=1
for file in $2; do
    timeout 300 ./perl "\$file" >"\$TMPDIR/log" 2>/dev/null && s=0 || s=\$?
    echo "\$file: exit status \$s, \$(grep -cE '^ok ' "\$TMPDIR/log") succeeded,"\
        "failed:" \$(sed -nE 's/^not ok ([0-9]+).*/\\1/p' "\$TMPDIR/log")
done
END
    aside '*'
    limit 900
}

perl_tests perl-base "base/*.t cmd/*.t comp/*.t io/*.t mro/*.t lib/*.t" \
    "the language's base, files, classes"
perl_tests perl-op "op/*.t opbasic/*.t" "operators and functions"
# fold_grind and uniprops, generated, would take ten minutes a run
perl_tests perl-re "\$(ls re/*.t | grep -vE 'fold_grind|uniprops')" \
    "regular expressions"
perl_tests perl-uni "uni/*.t" "Unicode"
# charnames tries another sample of the names each time
perl_tests perl-lib "\$(ls ../lib/*.t ../lib/*/*.t | grep -v charnames)" \
    "modules and pragmas"

program ruby ruby "JSON, threads, fibers, fork, GC.compact"
task <<'END'
bash "$NP_INTEGRATION/cases/ruby.sh"
END

program lua lua5.4 "tables, closures, string buffers"
task <<'END'
bash "$NP_INTEGRATION/cases/lua.sh"
END

program luajit luajit "traces, FFI with malloc and free"
note "its objects are in a heap of its own"
task <<'END'
cat >a.lua <<'E'
local ffi = require("ffi")
ffi.cdef[[void *malloc(size_t); void free(void *); char *strdup(const char *);]]
local t = {}
for i = 1, 2000000 do t[i % 5003] = (t[i % 5003] or 0) + i end
print(#t, t[77])
local n = 0
for i = 1, 200000 do
  local p = ffi.C.strdup(("x"):rep(i % 50)); n = n + #ffi.string(p); ffi.C.free(p)
end
print(n)
E
luajit a.lua
END

program php "php-cli php-xml php-mbstring php-sqlite3 php-intl" "arrays, DOM, intl, SQLite; extensions by dlopen(RTLD_DEEPBIND)"
task <<'END'
cat >a.php <<'E'
<?php
$a = [];
for ($i = 0; $i < 200000; $i++) { $a["k" . ($i * 7919 % 1009)][] = $i; }
ksort($a); echo count($a), " ", strlen(json_encode($a)), "\n";
$d = new DOMDocument(); $r = $d->appendChild($d->createElement("r"));
for ($i = 0; $i < 9000; $i++) {
    $e = $r->appendChild($d->createElement("e", "t$i")); $e->setAttribute("n", $i);
}
$x = new DOMXPath($d);
echo $x->query("//e[@n mod 7 = 0]")->length, " ", md5($d->saveXML()), "\n";
$c = new Collator("de"); $w = ["ö", "o", "z", "a", "Ä"]; $c->sort($w);
echo implode(",", $w), " ", mb_convert_case("straße ÄÖ", MB_CASE_UPPER), "\n";
$s = new SQLite3(":memory:"); $s->exec("create table t(a, b)");
$p = $s->prepare("insert into t values(?, ?)"); $s->exec("begin");
for ($i = 0; $i < 9000; $i++) {
    $p->bindValue(1, $i); $p->bindValue(2, str_repeat("x", $i % 90)); $p->execute();
}
echo $s->querySingle("select sum(length(b)) from t"), "\n";
echo preg_replace_callback('/\d+/', fn($m) => $m[0] * 2, "a1 b22 c333"), "\n";
echo count(get_loaded_extensions()) > 9 ? "loaded\n" : "";
E
php a.php; USE_ZEND_ALLOC=0 php a.php
END

program node nodejs "JSON, workers, zlib, crypto, children"
task <<'END'
bash "$NP_INTEGRATION/cases/node.sh"
END

program guile guile-3.0 "hash tables, bignums, compiled and interpreted"
note "its objects are libgc's"
task <<'END'
cat >a.scm <<'E'
(use-modules (srfi srfi-1) (ice-9 regex) (ice-9 threads))
(define h (make-hash-table))
(do ((i 0 (+ i 1))) ((= i 60000))
  (hashv-set! h (modulo (* i 7919) 1009) (cons i (hashv-ref h (modulo (* i 7919) 1009) '()))))
(display (hash-count (const #t) h)) (newline)
(define (f n) (if (< n 2) 1 (* n (f (- n 1))))) (display (modulo (f 1500) 1000003)) (newline)
(display (fold + 0 (par-map (lambda (x) (* x x)) (iota 500)))) (newline)
(display (length (fold-matches "[a-z]+" (apply string-append (make-list 900 "ab 1 ")) '() cons)))
(newline)
E
GUILE_AUTO_COMPILE=0 guile a.scm
END

program r r-base-core "matrices, a regression, data frames, strings, a plot as PDF"
task <<'END'
cat >a.R <<'E'
set.seed(3)
x <- matrix(rnorm(90000), 300)
print(round(svd(x)$d[1:4], 5))
d <- data.frame(g = rep(letters, 400), a = runif(10400), b = rnorm(10400))
print(round(coef(lm(a ~ b + g, d))[1:4], 6))
print(head(aggregate(a ~ g, d, mean), 4))
l <- list(); for (i in 1:9000) l[[i]] <- paste0("k", i %% 97, strrep("x", i %% 50))
print(length(unique(unlist(l)))); print(sum(nchar(gsub("x+", "y", unlist(l)))))
print(system("echo child", intern = TRUE))
r <- parallel::mclapply(1:6, function(i) sum(1:i), mc.cores = 2); print(unlist(r))
E
Rscript --vanilla a.R
END

program octave octave "matrices, cell arrays, strings, eigenvalues"
task <<'END'
cat >a.m <<'E'
a = reshape(mod((1:40000) * 7919, 1009), 200, 200);
printf("%.5g ", eig(a + a')(1:4), det(a(1:5, 1:5)), norm(a)); disp("");
c = {}; for i = 1:3000 c{end + 1} = sprintf("k%d", mod(i, 97)); end
disp(numel(unique(c))); disp(numel(strjoin(c, ",")));
s = struct(); for i = 1:900 s.(sprintf("f%d", i)) = ones(1, i); end
disp(numfields(s)); x = regexprep(repmat("ab1", 1, 900), '\d', '<$0>'); disp(size(x));
[q, r] = qr(a); disp(norm(q * r - a) < 1e-6); disp(ifft(fft(1:5)));
E
octave-cli --norc --no-history a.m
END
limit 240

program tcl tcl "lists, dictionaries, regular expressions, threads"
task <<'END'
cat >a.tcl <<'E'
for {set i 0} {$i < 100000} {incr i} {dict lappend d k[expr {$i * 7919 % 1009}] $i}
puts [dict size $d]; puts [llength [dict get $d k5]]
puts [llength [lsort -integer -unique [concat {*}[dict values $d]]]]
puts [string length [regsub -all {([0-9])} [string repeat a1b 9000] {<\1>}]]
puts [llength [glob /usr/include/*.h]]; puts [exec echo child]
proc f n {expr {$n < 2 ? 1 : $n * [f [expr {$n - 1}]]}}; puts [f 60]
interp create x; x eval {set a [string repeat b 99999]}; interp delete x
E
tclsh a.tcl
END

program swipl swi-prolog-nox "queens, assoc, assert, threads"
task <<'END'
cat >a.pl <<'E'
:- use_module(library(assoc)). :- use_module(library(clpfd)).
queens(N, Q) :- length(Q, N), Q ins 1..N, safe(Q), labeling([ff], Q).
safe([]). safe([H|T]) :- no(H, T, 1), safe(T).
no(_, [], _). no(A, [B|T], D) :- A #\= B, A #\= B + D, A #\= B - D,
  D1 is D + 1, no(A, T, D1).
main :- queens(12, Q), print(Q), nl,
  numlist(1, 30000, L), foldl([I, A, B]>>put_assoc(I, A, x, B), L, t, R),
  assoc_to_keys(R, K), length(K, N), print(N), nl,
  forall(between(1, 50000, I), assertz(f(I))), aggregate_all(count, f(_), C),
  print(C), nl, retractall(f(_)),
  concurrent_maplist([X, Y]>>(Y is X * X), [1, 2, 3], Z), print(Z), nl.
E
swipl -q -g main -t halt a.pl
END

program racket racket "hashes, contracts, places, regular expressions"
task <<'END'
cat >a.rkt <<'E'
#lang racket/base
(require racket/list racket/string)
(define h (make-hash))
(for ([i 100000]) (hash-update! h (modulo (* i 7919) 1009) (lambda (x) (cons i x)) '()))
(displayln (hash-count h))
(displayln (length (regexp-match* #rx"[a-z]+" (string-append* (make-list 900 "ab 1 ")))))
(define t (for/list ([n 4]) (thread (lambda () (for/sum ([i 20000]) i)))))
(for-each thread-wait t)
(displayln (apply + (remove-duplicates (for/list ([i 3000]) (modulo (* i i) 997)))))
E
racket a.rkt
END

program erlang erlang-base "processes, ETS tables, binaries"
note "has allocators of its own, over mmap and malloc"
task <<'END'
cat >a.erl <<'E'
-module(a). -export([main/1]).
main(_) ->
    S = self(),
    P = [spawn(fun() -> T = ets:new(t, []),
        [ets:insert(T, {I, integer_to_binary(I)}) || I <- lists:seq(1, 9000)],
        S ! {self(), ets:info(T, size) * N} end) || N <- lists:seq(1, 20)],
    io:format("~p~n", [lists:sum([receive {X, V} -> V end || X <- P])]),
    B = << <<I:32>> || I <- lists:seq(1, 60000) >>,
    io:format("~p ~p~n", [erlang:crc32(B), length(binary:matches(B, <<0, 1>>))]).
E
escript a.erl
END

program mono "mono-runtime mono-mcs" "C#: generics, threads, strings, collections"
note "its objects are in a heap of its own"
task <<'END'
cat >a.cs <<'E'
using System; using System.Collections.Generic; using System.Linq; using System.Text; using System.Threading;
class P { static void Main() {
  var d = new Dictionary<string, List<int>>();
  for (int i = 0; i < 100000; i++) { var k = "k" + i * 7919L % 1009; if (!d.ContainsKey(k)) d[k] = new List<int>(); d[k].Add(i); }
  Console.WriteLine(d.Count + " " + d.Values.Sum(v => (long) v.Sum()));
  long n = 0; var t = new List<Thread>(); for (int j = 0; j < 4; j++) { var th = new Thread(() => { var s = new StringBuilder();
    for (int i = 0; i < 50000; i++) s.Append(i); Interlocked.Add(ref n, s.Length); }); th.Start(); t.Add(th); }
  t.ForEach(x => x.Join()); Console.WriteLine(n); GC.Collect(); try { throw new Exception("e"); } catch (Exception e) { Console.WriteLine(e.Message); } } }
E
mcs a.cs; mono a.exe
END
aside a.exe

program elixir elixir "processes, maps, streams, a compiled module"
note "Erlang's allocators"
task <<'END'
cat >a.exs <<'E'
defmodule A do
  def f(0), do: 1
  def f(n), do: n * f(n - 1)
end
IO.inspect rem(A.f(2000), 1_000_003)
1..20 |> Enum.map(fn i -> Task.async(fn -> Enum.sum(1..(i * 1000)) end) end) |> Enum.map(&Task.await/1) |> Enum.sum |> IO.inspect
1..50000 |> Enum.group_by(&rem(&1 * 7919, 1009)) |> map_size |> IO.inspect
String.duplicate("ab1 ", 9000) |> String.split |> Enum.frequencies |> IO.inspect
E
elixir a.exs
END

program gforth gforth "a sieve, strings, ALLOCATE and FREE"
task <<'END'
cat >a.fs <<'E'
100000 constant n  n allocate throw constant s
: sieve s n 1 fill 400 2 do s i + c@ if n i 2* ?do 0 s i + c! j +loop then loop 0 n 2 do s i + c@ + loop ;
: churn 0 20000 0 do i 7 + allocate throw i over ! dup @ swap free throw + loop ;
sieve . churn . s n + 1- c@ . s free throw cr bye
E
gforth a.fs 2>&1 || echo $?
END

program ecl "ecl gcc" "Common Lisp: bignums, hash tables, compiled by gcc"
note "its objects are libgc's"
task <<'END'
cat >a.lisp <<'E'
(defun f (n) (if (< n 2) 1 (* n (f (- n 1))))) (print (mod (f 900) 1000003))
(let ((h (make-hash-table :test 'equal))) (dotimes (i 40000) (push i (gethash (format nil "k~d" (mod (* i 7919) 1009)) h)))
  (print (hash-table-count h))) (print (length (format nil "~r" 123456789)))
(terpri)
E
ecl --norc --shell a.lisp; ecl --norc -compile a.lisp >/dev/null 2>&1; ls a.fas
END
aside a.fas

program clisp clisp "Common Lisp: the same, byte code"
note "its objects are in a heap of its own"
task <<'END'
cat >a.lisp <<'E'
(defun f (n) (if (< n 2) 1 (* n (f (- n 1))))) (print (mod (f 900) 1000003))
(let ((h (make-hash-table :test 'equal))) (dotimes (i 40000) (push i (gethash (format nil "k~d" (mod (* i 7919) 1009)) h)))
  (print (hash-table-count h))) (print (length (format nil "~r" 123456789))) (terpri)
E
clisp -norc -q a.lisp; clisp -norc -q -c a.lisp >/dev/null; clisp -norc -q a.fas
END
aside 'a.fas' 'a.lib'

program polyml polyml "Standard ML: trees, big integers, threads"
note "its objects are in a heap of its own"
task <<'END'
cat >a.ml <<'E'
datatype t = L | N of t * t; fun mk 0 = L | mk d = N (mk (d - 1), mk (d - 1)); fun c L = 1 | c (N (a, b)) = c a + c b;
fun f n : IntInf.int = if n = 0 then 1 else IntInf.fromInt n * f (n - 1);
val _ = print (Int.toString (c (mk 16)) ^ " " ^ IntInf.toString (f 1500 mod 1000003) ^ "\n");
val _ = print (Int.toString (length (List.filter (fn x => x mod 7 = 0) (List.tabulate (90000, fn i => i)))) ^ "\n");
E
poly -q --use a.ml </dev/null
END

program rakudo rakudo "grammars, hashes, concurrency"
limit 240
task <<'END'
cat >a.raku <<'E'
grammar G { rule TOP { <e>+ % ',' }; token e { \w+ '=' \d+ } }
say G.parse("a=1,b=22,c=333")<e>.elems; my %h; %h{"k" ~ $_ * 7919 % 1009}.push($_) for ^20000; say %h.elems;
say [+] await (^4).map: { start { [+] ^2000 } }; say (^3000).grep(*.is-prime).elems; say ([*] 1..300) % 1000003;
E
raku a.raku
END

program chicken "chicken-bin gcc" "Scheme to C, compiled; interpreted"
task <<'END'
cat >a.scm <<'E'
(import (chicken sort) (chicken string))
(define (f n) (if (< n 2) 1 (* n (f (- n 1))))) (print (modulo (f 500) 1000003))
(let loop ((i 0) (l '())) (if (< i 50000) (loop (+ i 1) (cons (modulo (* i 7919) 1009) l)) (print (length (sort l <)) (apply + l))))
(print (string-length (string-intersperse (string-split (apply string-append (map (lambda (x) "ab ") (sort '(1 2 3) <)))) "")))
E
csi -s a.scm; csc -o a a.scm && ./a
END
aside a
