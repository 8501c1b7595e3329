# shellcheck shell=bash
#
# Typesetting, fonts, dictionaries, speech.

program pdftex "texlive-latex-base" "LaTeX: tables, formulas, a table of contents, twice"
task <<'END'
export SOURCE_DATE_EPOCH=0 FORCE_SOURCE_DATE=1
cat >a.tex <<'E'
\documentclass{article}\newcount\n
\begin{document}\tableofcontents
\loop\advance\n by 1 \section{Part \the\n}\label{s\the\n} See \ref{s1}: $\sum_{i=1}^{\the\n} i^2 = \frac{n(n+1)(2n+1)}{6}$
\begin{tabular}{|l|r|}\hline a & \the\n \\ b & $\sqrt{\the\n}$ \\ \hline\end{tabular}
some words and more words that fill lines until they break somewhere in the middle of it all
\ifnum\n<150 \repeat
\end{document}
E
pdflatex -interaction=batchmode a.tex >/dev/null; pdflatex -interaction=batchmode a.tex >/dev/null
grep -c contentsline a.toc; grep Output a.log; sha256sum a.pdf
END
aside a.log

program doxygen "doxygen" "HTML and LaTeX of a C++ header tree, two threads"
task <<'END'
mkdir s; for i in {1..40}; do printf '/** Class %d. @see C%d */\nclass C%d : public B { public:\n/** does %d. @param a a number @return it */\nint f(int a);\n/** @code f(1); @endcode */ template <class T> T g(T t);\n};\n' $i $((i % 40 + 1)) $i $i >s/c$i.h; done
printf 'INPUT = s\nQUIET = YES\nWARNINGS = NO\nHAVE_DOT = NO\nNUM_PROC_THREADS = 2\nHTML_TIMESTAMP = NO\nGENERATE_XML = YES\n' >Doxyfile
doxygen Doxyfile >/dev/null 2>&1; ls html | wc -l; grep -c compound xml/index.xml; cat xml/classC7.xml | sha256sum
END
aside '*'

program fontforge "fontforge-nox" "a font drawn, converted to TTF, OTF and SVG"
task <<'END'
export SOURCE_DATE_EPOCH=0
cat >a.pe <<'E'
New(); SetFontNames("Zz", "Zz", "Zz")
i = 65; while (i < 91) 
Select(i); SetWidth(600 + i)
i = i + 1
endloop
Generate("a.ttf"); Generate("a.svg"); Print(SizeOf(WorthOutputting())); Quit(0)
E
fontforge -lang=ff -script a.pe 2>/dev/null || echo $?; ls a.ttf a.svg
END
aside 'a.*'

program hunspell "hunspell hunspell-en-us" "a text with wrong words, suggestions, stems"
task <<'END'
for i in {1..200}; do echo "The quik brown foxs jumpd over teh lazzy dog numbr $i, wich was runing"; done >a.txt
hunspell -d en_US -l a.txt | sort | uniq -c; head -n 2 a.txt | hunspell -d en_US -a; echo running mice | hunspell -d en_US -s
END

program espeak espeak-ng "speaks to a file; phonemes"
task <<'END'
espeak-ng -v en -w a.wav "some words, and 1234 more of them"; espeak-ng -q -x -v de "Guten Tag, zweiundvierzig"
espeak-ng -q --ipa -v fr "bonjour tout le monde"; stat -c %s a.wav
END

program lilypond lilypond "engraves two pages, PDF and MIDI"
note "its objects are libgc's"
task <<'END'
export SOURCE_DATE_EPOCH=0
cat >a.ly <<'E'
\version "2.24.0"
\score { \new PianoStaff << \new Staff { \repeat unfold 20 { c'8 d' e' f' g'4 <c' e' g'> | a'16 b' c'' d'' e''4-. r2 } }
\new Staff { \clef bass \repeat unfold 20 { c4( d) e f | g2 c } } >> \layout {} \midi {} }
E
lilypond -s --svg a.ly; sha256sum a*.midi a*.svg
END
aside '*.pdf'
limit 240
