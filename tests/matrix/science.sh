# shellcheck shell=bash
#
# Mathematics, logic, circuits, life science.

program maxima "maxima maxima-share" "integrals, factors, matrices, big numbers, on GCL or ECL"
note "its objects are in its Lisp's heap"
task <<'END'
cat >a.mac <<'E'
display2d: false$
integrate(x^3*sin(x)*exp(-x), x);
factor(x^24 - 1); factor(2^101 - 1);
determinant(genmatrix(lambda([i, j], 1/(i + j - 1)), 9, 9));
taylor(tan(sin(x)) - sin(tan(x)), x, 0, 9);
solve([x^2 + y = 7, x + y^2 = 11], [x, y])$ length(%);
slength(string(3^9000));
E
maxima --very-quiet -b a.mac | grep -v a.mac
END

program gap "gap-core gap-smallgrp" "permutation groups, matrices, big numbers"
note "its objects are in a heap of its own"
task <<'END'
cat >a.g <<'E'
g := MathieuGroup(12);; Print(Size(g), " ", Length(ConjugacyClasses(g)), "\n");
s := SymmetricGroup(8);; Print(Size(SylowSubgroup(s, 2)), " ", Size(DerivedSubgroup(s)), "\n");
m := List([1 .. 40], i -> List([1 .. 40], j -> (i * j + i) mod 17 * Z(17)^0));;
Print(RankMat(m), " ", Factorial(200) mod 1000003, " ", Factors(2^67 - 1), "\n");
Print(Sum(List([1 .. 50000], i -> i^3 mod 97)), "\n"); QUIT_GAP(0);
E
gap -q -A a.g </dev/null
END

program gp pari-gp "number fields, series, factors, big integers"
task <<'END'
cat >a.gp <<'E'
print(factor(2^128+1)); print(bnfinit(x^4-x-1).no); print(polcoeff(eta(x+O(x^600)),590));
print(vecsum(vector(20000,i,numdiv(i)))); print(ellap(ellinit([0,0,1,-1,0]),10007));
print(matdet(mathilbert(40))!=0); print(#digits(7^50000)); print(nextprime(10^60)-10^60);
E
gp -q -f a.gp </dev/null
END

program z3 z3 "arithmetic, bit vectors, arrays, quantifiers"
task <<'END'
cat >a.smt2 <<'E'
(declare-const a Int) (declare-const b Int) (declare-const c Int)
(assert (and (> a 1) (> b a) (> c b) (= (* a b) (+ (* 2 c) 1)) (= (+ a b c) 41)))
(check-sat)
(push) (declare-const x (_ BitVec 24)) (declare-const y (_ BitVec 24))
(assert (and (= (bvmul x y) #x0f4243) (bvugt x #x000001) (bvugt y #x000001)
    (bvult x #x001000) (bvult y #x001000))) (check-sat) (pop)
(push) (declare-fun f (Int) Int) (assert (forall ((i Int)) (> (f i) i)))
(assert (< (f 3) 3)) (check-sat) (pop)
(declare-const m (Array Int Int)) (assert (= (select (store m 3 4) 3) 5)) (check-sat)
E
z3 a.smt2
awk 'BEGIN { for (i = 0; i < 8; i++) for (j = 0; j < 7; j++) {
    printf "(declare-const p%d_%d Bool)\n", i, j }
    for (i = 0; i < 8; i++) { printf "(assert (or"; for (j = 0; j < 7; j++) printf " p%d_%d", i, j; print "))" }
    for (j = 0; j < 7; j++) for (i = 0; i < 8; i++) for (k = i + 1; k < 8; k++)
    printf "(assert (or (not p%d_%d) (not p%d_%d)))\n", i, j, k, j; print "(check-sat)" }' >b.smt2
z3 b.smt2
END

program minisat minisat "a random formula, pigeons"
task <<'END'
awk 'BEGIN { srand(7); print "p cnf 220 930"; for (i = 0; i < 930; i++) { for (j = 0; j < 3; j++)
    printf "%d ", (rand() < .5 ? -1 : 1) * (1 + int(rand() * 220)); print 0 } }' >a.cnf
minisat -verb=0 a.cnf a.out >/dev/null || echo $?; cat a.out
awk 'BEGIN { print "p cnf 72 297"; for (i = 0; i < 9; i++) { for (j = 1; j <= 8; j++) printf "%d ", i * 8 + j; print 0 }
    for (j = 1; j <= 8; j++) for (i = 0; i < 9; i++) for (k = i + 1; k < 9; k++) print -(i * 8 + j), -(k * 8 + j), 0 }' >b.cnf
minisat -verb=0 b.cnf b.out >/dev/null || echo $?; cat b.out
END

program clingo gringo "queens and a tour by answer sets, two threads"
task <<'END'
cat >q.lp <<'E'
{ q(I, 1..n) } = 1 :- I = 1..n.  { q(1..n, J) } = 1 :- J = 1..n.
:- { q(D - J, J) } >= 2, D = 2..2*n.  :- { q(D + J, J) } >= 2, D = 1-n..n-1.
E
clingo -c n=8 0 -q q.lp | grep Models || echo $?
clingo -c n=40 -t 2 --outf=3 q.lp >/dev/null || echo $?
END

program glpsol glpk-utils "a knapsack and a transport problem"
task <<'END'
cat >a.mod <<'E'
param n := 60; set I := 1..n; param w{i in I} := 5 + (i * 37 mod 41); param v{i in I} := 3 + (i * 53 mod 47);
var x{I} binary; maximize z: sum{i in I} v[i] * x[i];
s.t. c: sum{i in I} w[i] * x[i] <= 311; solve; printf "%d\n", z; end;
E
glpsol --math a.mod | grep -E '^[0-9]+$|OPTIMAL'
cat >b.mod <<'E'
set S := 1..40; set D := 1..50; var x{S, D} >= 0;
minimize z: sum{i in S, j in D} (1 + (i * j) mod 23) * x[i, j];
s.t. a{i in S}: sum{j in D} x[i, j] <= 60; s.t. b{j in D}: sum{i in S} x[i, j] >= 40;
solve; printf "%.3f\n", z; end;
E
glpsol --math b.mod | grep -E '^[0-9.]+$|OPTIMAL'
END

program ngspice ngspice "a transient and an AC analysis of a filter and an oscillator"
task <<'END'
cat >a.cir <<'E'
ring
.model n nmos (level=1 vto=0.7 kp=1e-4) 
.model p pmos (level=1 vto=-0.7 kp=5e-5)
vdd d 0 3
.subckt inv i o v
mp o i v v p w=20u l=1u
mn o i 0 0 n w=10u l=1u
cl o 0 50f
.ends
x1 a b d inv
x2 b c d inv
x3 c a d inv
.ic v(a)=0
.tran 20p 60n
.control
run
meas tran per trig v(a) val=1.5 rise=2 targ v(a) val=1.5 rise=3
print length(v(a)) > 100
quit
.endc
.end
E
ngspice -b a.cir 2>/dev/null | grep -E '^per|length' | cut -c1-30
END

program iverilog iverilog "compiles and simulates a memory and a counter"
task <<'END'
cat >a.v <<'E'
module fifo(input clk, input [31:0] d, output reg [31:0] q); reg [31:0] m [0:1023]; reg [9:0] i = 0;
always @(posedge clk) begin q <= m[i]; m[i] <= d ^ {d[15:0], d[31:16]}; i <= i + 7; end endmodule
module top; reg clk = 0; reg [31:0] d = 1; wire [31:0] q; integer n; reg [31:0] s = 0;
fifo f(clk, d, q); always #5 clk = ~clk;
always @(posedge clk) begin d <= d * 1103515245 + 12345; if (q !== 32'bx) s <= s + q; end
initial begin #200000 $display("%h %h", d, s); $finish; end endmodule
E
iverilog -Wall -o a.vvp a.v; vvp a.vvp
END
aside a.vvp

program verilator "verilator g++ make" "Verilog to C++, compiled, run"
task <<'END'
cat >t.v <<'E'
module t(input clk, output reg [31:0] s); reg [31:0] m [0:255]; reg [7:0] i = 0; reg [31:0] d = 1;
always @(posedge clk) begin d <= d * 32'd1103515245 + 32'd12345; m[i] <= d; i <= i + 8'd3; s <= s + m[i]; end endmodule
E
cat >m.cpp <<'E'
#include "Vt.h"
#include <cstdio>
int main() { Vt t; for (int i = 0; i < 100000; i++) { t.clk = i & 1; t.eval(); } std::printf("%08x\n", t.s); }
E
verilator --cc t.v --exe m.cpp -O3 -Wno-fatal >/dev/null; ls obj_dir | sort
make -s -C obj_dir -f Vt.mk OPT_FAST=-O0 Vt >/dev/null 2>&1; ./obj_dir/Vt
END
aside 'obj_dir/*'
limit 300

program yosys yosys "synthesis of a multiplier and a state machine, BLIF"
task <<'END'
cat >a.v <<'E'
module a(input clk, input [11:0] x, y, output reg [23:0] p, output reg [1:0] s);
always @(posedge clk) begin p <= x * y; case (s) 0: s <= x[0]; 1: s <= 2 + y[0]; 2: s <= 0; 3: s <= p[0]; endcase end endmodule
E
yosys -q -p 'read_verilog a.v; synth -top a; abc -g AND,XOR; opt_clean; write_blif a.blif; tee -o st stat'
grep -vE '^End|Time' st | tail -n 20
END

program samtools "samtools bwa" "aligns 4000 reads, sorts, indexes, pileup"
task <<'END'
awk 'BEGIN { srand(5); split("A C G T", b, " "); for (i = 0; i < 60000; i++) s = s b[1 + int(rand() * 4)]
    print ">r\n" s >"r.fa"; for (i = 0; i < 4000; i++) { t = substr(s, 1 + int(rand() * 59900), 90)
    q = t; gsub(/./, "I", q); print "@q" i "\n" t "\n+\n" q >"q.fq" } }'
bwa index r.fa 2>/dev/null; bwa mem -t 2 r.fa q.fq 2>/dev/null >a.sam
samtools sort -@ 2 -o a.bam a.sam; samtools index a.bam; samtools flagstat a.bam
samtools view a.bam | cut -f1-9 | sha256sum; samtools faidx r.fa
samtools mpileup -f r.fa a.bam 2>/dev/null | cut -f1-4 | sha256sum
END
aside '*'

program gdal gdal-bin "a raster: warped, contours, hill shade; vectors to GeoJSON and back"
task <<'END'
awk 'BEGIN { print "ncols 200\nnrows 200\nxllcorner 10\nyllcorner 45\ncellsize 0.01"
    for (i = 0; i < 200; i++) { for (j = 0; j < 200; j++) printf "%d ", 500 + 300 * sin(i / 20) * cos(j / 30); print "" } }' >a.asc
gdal_translate -q -a_srs EPSG:4326 -ot Int16 a.asc a.tif; gdalwarp -q -t_srs EPSG:32632 -wm 20 -multi a.tif b.tif
gdaldem hillshade -q -s 111120 a.tif h.tif; gdalinfo -checksum b.tif | grep -E 'Checksum|Size is'
gdal_contour -i 100 -a e a.tif c.gpkg >/dev/null; ogrinfo -so c.gpkg contour | grep -E 'Feature|Extent'
ogr2ogr -f GeoJSON c.json c.gpkg; ogr2ogr -f CSV c.csv c.json; wc -l c.csv; gdalinfo -checksum h.tif | grep Checksum
END
aside '*'

program stockfish stockfish "analyses four positions, one thread, fixed depth"
task <<'END'
printf 'setoption name Hash value 16\nposition startpos moves e2e4 e7e5\ngo depth 9\n' | { cat; sleep 5; echo quit; } | timeout 60 stockfish | grep -E '^bestmove'
stockfish bench 16 1 8 default depth 2>&1 | grep -E 'Nodes searched'
END
