# shellcheck shell=bash
# needs: perl

cat >work.pl <<'END'
use strict;
use warnings;
my (%h, $seed);
$seed = 42;
sub rnd { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff; $seed % shift }
for my $i (1 .. 300000) {
    my $k = "key" . rnd(40000);
    if (exists $h{$k} && rnd(3) == 0) { delete $h{$k} }
    else { $h{$k} .= "x" x rnd(20); push @{ $h{"list" . rnd(100)} }, $i }
}
my $text = join ",", map { "$_=" . (ref $h{$_} ? scalar @{ $h{$_} } : $h{$_}) }
    sort keys %h;
print length $text, " ", unpack("%32C*", $text), "\n";
my $n = 0;
$n++ while $text =~ /key(\d+)=(x{3,9})/g;
(my $copy = $text) =~ s/(\d+)/<$1>/g;
print "$n ", length $copy, "\n";
print join(" ", sort { $a <=> $b } map { rnd(1000) } 1 .. 20), "\n";
my $pid = fork // die;
if (!$pid) { $h{$_} = "child" for 1 .. 10000; exit 7 }
waitpid $pid, 0;
print "child ", $? >> 8, " keys ", scalar(keys %h), "\n";
printf "%s\n", `echo "from a shell"`;
END
exec perl work.pl
