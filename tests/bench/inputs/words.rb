# splits lines into words, groups them, builds new strings and sorts them
words = Hash.new(0)
groups = Hash.new { |h, k| h[k] = [] }
File.foreach(ARGV[0]) do |line|
  number, *rest = line.split
  rest.each { |w| words[w] += 1 }
  groups[number.to_i % 1000] << rest.map(&:capitalize).join('-')
end
longest = groups.transform_values { |v| v.sort.uniq.max_by(&:length) }
puts words.size, longest.values.sort.first(3).inspect
