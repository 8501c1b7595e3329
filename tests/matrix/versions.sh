# shellcheck shell=bash
#
# Version control.  The times of commits are fixed.

program git git "300 files, branches, a merge, a rebase, gc, grep, bisect, clone"
task <<'END'
bash "$NP_INTEGRATION/cases/git.sh"
END
aside '*'

program mercurial mercurial "200 files, branches, a merge, clone, verify"
task <<'END'
export HGPLAIN=1 HGUSER=me HGRCPATH=/dev/null
h() { hg --config ui.merge=:merge -R r "$@"; }
hg init r
for n in {1..8}; do
    for i in {1..200}; do seq $n $((n + i)) >r/f$i; done
    h commit -q -A -m "n $n" -d "$n 0"
done
h up -q 3; seq 9 >r/new; h commit -q -A -m b -d '99 0'; h merge -q; h commit -m m -d '100 0'
h log -G -T '{node|short} {desc}\n'; h annotate r/f9 | md5sum
hg clone -q r c; hg -R c verify -q && echo good; h diff -c 5 | md5sum
END
aside 'r/.hg/*' 'c/.hg/*'

program subversion subversion "200 files, a branch, a merge, dump"
task <<'END'
svnadmin create r; u=file://$PWD/r
svn -q mkdir -m x "$u/trunk" "$u/branches"; svn -q co "$u/trunk" w; cd w
for i in {1..200}; do seq $i >f$i; done; svn -q add f*; svn -q ci -m one
svn -q cp -m b "$u/trunk" "$u/branches/b"; echo x >>f9; svn -q rm f8; svn -q ci -m two
svn -q switch "$u/branches/b"; svn up -q; svn merge -q "$u/trunk"; svn st; svn -q ci -m three
cd ..; svn log -q "$u" | grep -c '^r'; svn ls "$u/branches/b" | md5sum
svn diff -c 4 "$u" | md5sum; svnadmin verify -q r && echo good; svnadmin dump -q r | wc -l
END
aside 'r/*' 'w/.svn/*'

program fossil fossil "200 files, commits, a branch (SQLite inside)"
task <<'END'
export USER=me; fossil init r.fossil >/dev/null; mkdir w; cd w; fossil open --setmtime ../r.fossil >/dev/null
for n in {1..4}; do
    for i in {1..100}; do seq $n $((n + i)) >f$i; done
    fossil add f* >/dev/null; fossil commit --hash -m "n $n" --allow-older --date-override "2020-01-0$n" >/dev/null
done
fossil timeline -n 9 | grep -c 'n [1-4]'; fossil diff --from root:current f7 | md5sum
fossil ls | md5sum; fossil close
END
aside '*.fossil'

program breezy brz "100 files, commits, a branch, a merge (Python and C)"
task <<'END'
export BRZ_EMAIL=me@x BRZ_HOME=$HOME; brz init -q r; cd r
for n in {1..3}; do
    for i in {1..100}; do seq $n $((n + i)) >f$i; done
    brz add -q; brz commit -q -m "n $n" --commit-time "2020-01-0$n 00:00:00 +0000"
done
cd ..; brz branch -q -r 2 r b; cd b; echo x >new; brz add -q; brz commit -q -m b
brz merge -q ../r; brz commit -q -m m; brz log --line -n0 | cut -d' ' -f1,4- | md5sum
brz status; brz check 2>&1 | grep -c revisions
END
aside 'r/.bzr/*' 'b/.bzr/*'
