# counts words and pairs of words in hashes, sorts and joins them
use strict;
use warnings;

my (%words, %follows, $last);
while (my $line = <>) {
    for my $word (split ' ', lc $line) {
        next if $word =~ /^\d/;
        $words{$word}++;
        $follows{$last}{$word}++ if defined $last && length $last < 5;
        $last = $word;
    }
}
my @top = sort { $words{$b} <=> $words{$a} || $a cmp $b } keys %words;
my $pairs = join ' ', map { $_ . ':' . keys %{ $follows{$_} // {} } } @top;
print scalar(@top), ' ', length $pairs, " @top[0 .. 4]\n";
