# shellcheck shell=bash
# needs: ruby

cat >work.rb <<'END'
require 'json'
require 'digest'
srand(7)
h = Hash.new { |hash, k| hash[k] = [] }
100_000.times { |i| h["k#{rand(5000)}"] << "v" * rand(40) }
h.delete_if { |k, _| k.hash && k.size.odd? }
puts h.size, Digest::SHA256.hexdigest(JSON.generate(h.sort.to_a))
r = 4.times.map { |n|
  Thread.new { (1..20_000).map { |i| (i * n).to_s }.sort.join.size }
}.map(&:value)
p r
GC.start
GC.compact if GC.respond_to?(:compact)
p (1..50).inject(:*), "a1b22c333".scan(/[a-z]\d+/)
big = (1..3000).map { |i| "x" * i }
p big.sum(&:size), big.reverse.each_slice(7).map(&:first).map(&:size).sum
pid = fork { exit 5 }
Process.wait(pid)
p $?.exitstatus
p `echo shell`
f = Fiber.new { 10.times { |i| Fiber.yield i } }
p 5.times.map { f.resume }
END
exec ruby work.rb
