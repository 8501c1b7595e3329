# shellcheck shell=bash
#
# Editors, driven by scripts.

program vim vim-nox "vim -es: macros, substitutions, folds, undo, Vim script, Python"
prepare <<'END'
seq 9000 | sed 's/.*/line & of some text/' >a
END
task <<'END'
vim -es -N -u NONE -i NONE a <<'E' || echo $?
%s/\v(\d+) of/\=submatch(1) * 2 . ' von'/
g/7/m0
normal ggqaI> jq99@a
1,50sort! n
let d = {}
for i in range(20000) | let d[i % 997] = get(d, i % 997, '') . i | endfor
call append(0, [string(len(d)), d[5][0:50], sha256(join(values(d)))])
undo
redo
py3 import vim; vim.current.buffer.append(str(len(vim.current.buffer)))
syntax on
set filetype=c
w b
q!
E
sha256sum b; tail -n 1 b
END

program neovim neovim "nvim --headless: Lua, substitutions, a child's output"
prepare <<'END'
seq 9000 | sed 's/.*/line & of some text/' >a
END
task <<'END'
nvim --headless -u NONE -i NONE -n a -c '%s/\v(\d+)/<\1>/' -c 'g/7/m0' \
    -c 'lua local t = {} for i = 1, 90000 do t[i % 997] = i .. "" end vim.fn.append(0, #t .. "")' \
    -c 'r !seq 300' -c 'w b' -c 'qa!' 2>&1; sha256sum b
END

program emacs emacs-nox "batch: Lisp, byte compilation, org export, hash tables"
task <<'END'
cat >a.el <<'E'
(require 'org) (require 'cl-lib) (require 'json)
(defun f (n) (if (< n 2) 1 (* n (f (1- n)))))
(let ((h (make-hash-table :test 'equal)))
  (dotimes (i 90000) (push i (gethash (format "%d" (% (* i 7919) 1009)) h)))
  (princ (format "%d %d\n" (hash-table-count h) (f 90))))
(with-temp-buffer
  (dotimes (i 6000) (insert (format "word%d text\n" i)))
  (goto-char (point-min))
  (while (re-search-forward "word\\([0-9]+\\)" nil t) (replace-match "<\\1>"))
  (sort-lines t (point-min) (point-max))
  (princ (concat (secure-hash 'sha256 (current-buffer)) "\n")))
(with-temp-buffer (insert "* Head\n- a\n- b /c/\n| 1 | 2 |\n") (org-mode)
  (princ (org-export-as 'ascii)))
(with-temp-buffer (call-process "seq" nil t nil "900") (princ (buffer-size)))
E
emacs -Q --batch --eval '(byte-compile-file "a.el")' 2>&1
emacs -Q --batch -l a.elc; emacs -Q --batch -l a.el | md5sum
END
aside a.elc

program ed ed "a script of substitutions and moves"
prepare <<'END'
seq 20000 | sed 's/.*/line & of some text/' >a
END
task <<'END'
printf '%s\n' 'g/7/m0' ',s/\(line\) \([0-9]*\)/\2 \1/' '1,99t$' 'u' 'g/99$/d' w q | ed -s a
END
