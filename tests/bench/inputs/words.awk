# counts words, keeps the lines of each first letter and joins their ends
{
    for (i = 2; i <= NF; i++) {
        words[$i]++
        last[substr($i, 1, 2)] = last[substr($i, 1, 2)] substr($i, 3, 1)
    }
    line[NR % 50000] = toupper($0)
}
END {
    n = asorti(words, order)
    for (i in last) {
        length_of_all += length(last[i])
    }
    print n, order[1], order[n], length_of_all, length(line)
}
