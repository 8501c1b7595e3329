# shellcheck shell=bash
#
# Programs with windows, on an Xvfb of the task's own, and what belongs to X.
# Xvfb is preloaded, too.

program xorg "xvfb x11-apps x11-utils x11-xserver-utils xterm imagemagick" "Xvfb, xterm, xclock, xdpyinfo, xrandr, xprop, xwd"
task <<'END'
display
xdpyinfo | grep -E 'vendor|dimensions|number of ext'; xrandr --query | head -n 1
xsetroot -solid '#123456'; xset q | grep -c auto; xlsfonts | wc -l
xterm -geometry 40x10+0+0 -e sh -c 'seq 300; tput cols >cols; sleep 1' &
xlogo -geometry 200x200+300+300 & logo=$!
np_wait_for xwininfo -name xlogo; sleep 0.5
xwd -silent -name xlogo | convert xwd:- rgb:- | md5sum
xprop -name xlogo WM_CLASS; xwininfo -tree -root | grep -c xlogo
wait %2 || :; cat cols; kill $logo; xrdb -query; stop_servers
END
aside server.log display

program xdotool "xdotool xvfb xterm" "types into an xterm"
task <<'END'
display
xterm -e sh -c 'read -r x; echo "$x" >typed' & sleep 1
xdotool search --sync --onlyvisible --class xterm >/dev/null
xdotool mousemove 100 100 type --delay 5 "some words"; xdotool key Return
wait %2 || :; cat typed; stop_servers
END
aside server.log display

program mesa "mesa-utils xvfb" "glxinfo and glxgears on llvmpipe (LLVM's JIT, threads)"
task <<'END'
display
export LIBGL_ALWAYS_SOFTWARE=1
glxinfo | grep -E 'renderer string|core profile version'
timeout 3 glxgears >/dev/null 2>&1 || echo $?; stop_servers
END
aside server.log display

program gtk "zenity gtk-3-examples xvfb dbus-x11 imagemagick" "GTK 3: a dialog of zenity's, gtk3-demo's window, both drawn"
task <<'END'
display
export NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory GTK_THEME=Adwaita
zenity --info --title zz --text "some words" --timeout 2 2>/dev/null || echo $?
seq 300 | zenity --list --title zz --column n --timeout 2 2>/dev/null || echo $?
gtk3-demo >/dev/null 2>&1 & np_wait_for xwininfo -name 'Application Class'; sleep 1
xwd -silent -name 'Application Class' | convert xwd:- -format '%k' info: \
    | awk '{ print ($1 > 20 ? "drawn" : "empty") }'
kill %2; wait %2 || echo $?; stop_servers
END
aside server.log display

program qt "featherpad xvfb x11-utils x11-apps imagemagick" "Qt 5: an editor with a file of 3000 lines, drawn"
task <<'END'
display
seq 3000 >a.txt; export QT_QPA_PLATFORM=xcb
featherpad --standalone a.txt >/dev/null 2>&1 & editor=$!
w() { xwininfo -root -tree | grep -i 'a.txt.*featherpad' | grep -oE '0x[0-9a-f]+' | head -n 1; }
np_wait_for bash -c 'xwininfo -root -tree | grep -qi "a.txt.*featherpad"'; sleep 1
xwd -silent -id "$(w)" | convert xwd:- -format '%k' info: \
    | awk '{ print ($1 > 20 ? "drawn" : "empty") }'
kill $editor; wait $editor || echo $?; stop_servers
END
aside server.log display

program wkhtmltopdf "wkhtmltopdf poppler-utils fonts-dejavu-core" "Qt WebKit: a page with JavaScript to PDF"
prepare <<'END'
{ echo '<html><body><script>for (var i = 0; i < 600; i++) document.write("<p>line "
    + i + "</p>")</script><table>'; seq 600 | sed 's|.*|<tr><td>&<td>cell</tr>|'
echo '</table></body></html>'; } >a.html
END
task <<'END'
QT_QPA_PLATFORM=offscreen wkhtmltopdf -q a.html a.pdf 2>/dev/null; pdftotext a.pdf - | sha256sum
END
aside a.pdf

program libreoffice "libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils" "headless: CSV to XLSX and PDF, HTML to ODT and text"
prepare <<'END'
seq 3000 | awk '{ print $1 ",name " $1 "," $1 * 7919 % 1009 }' >a.csv
{ echo '<html><body>'; seq 300 | sed 's|.*|<h2>Head &</h2><p>some <b>text</b> &</p>|'
echo '</body></html>'; } >b.html
END
task <<'END'
office() { soffice --headless --norestore "-env:UserInstallation=file://$HOME/o" "$@" >/dev/null 2>&1; }
office --convert-to xlsx a.csv; office --convert-to pdf a.csv
office --convert-to csv --outdir back a.xlsx; office --convert-to 'txt:Text' b.html
cmp a.csv back/a.csv && echo same; pdftotext a.pdf - | md5sum
END
aside a.xlsx a.pdf
limit 300

program gnumeric gnumeric "ssconvert: CSV to XLSX and back, recalculated"
prepare <<'END'
seq 3000 | awk '{ print $1 "," $1 * 7919 % 1009 ",=A" $1 "*B" $1 }' >a.csv
END
task <<'END'
ssconvert --recalc a.csv a.xlsx 2>/dev/null; ssconvert a.xlsx b.csv 2>/dev/null; sha256sum b.csv
END
aside a.xlsx

program chromium chromium "headless: a page with JavaScript and a canvas: screenshot, DOM, PDF"
note "has an allocator of its own (PartitionAlloc); its libraries use malloc"
prepare <<'END'
cat >a.html <<'E'
<html><body><canvas id=c width=300 height=200></canvas><div id=d></div><script>
var x = c.getContext("2d"); for (var i = 0; i < 300; i++) { x.fillStyle = "hsl(" + i
+ ",80%,50%)"; x.fillRect(i, i * 7919 % 200, 30, 9); }
var m = {}; for (i = 0; i < 90000; i++) (m[i * 7919 % 1009] ||= []).push(i);
d.textContent = Object.keys(m).length + " " + JSON.stringify(m).length;
</script></body></html>
E
END
task <<'END'
c() { chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
    --user-data-dir="$HOME/c" --hide-scrollbars "$@" "file://$PWD/a.html" 2>/dev/null; }
c --dump-dom | grep '<div'; c --window-size=400,300 --screenshot=a.png >/dev/null; sha256sum a.png
END
limit 240

program firefox "firefox-esr" "headless: the same page, screenshot"
note "has an allocator of its own (mozjemalloc); its libraries use malloc"
prepare <<'END'
cat >a.html <<'E'
<html><body><canvas id=c width=300 height=200></canvas><div id=d></div><script>
var c = document.getElementById("c"), x = c.getContext("2d");
for (var i = 0; i < 300; i++) { x.fillStyle = "hsl(" + i + ",80%,50%)";
x.fillRect(i, i * 7919 % 200, 30, 9); }
var m = {}; for (i = 0; i < 90000; i++) (m[i * 7919 % 1009] ||= []).push(i);
document.getElementById("d").textContent = Object.keys(m).length;
</script></body></html>
E
END
task <<'END'
firefox-esr --headless --no-remote --profile "$TMPDIR" --window-size 400,300 \
    --screenshot "$PWD/a.png" "file://$PWD/a.html" >/dev/null 2>&1; sha256sum a.png
END
limit 240

program dbus "dbus-x11 dbus" "a session bus, 100 calls, introspection"
task <<'END'
cat >a <<'E'
for i in $(seq 100); do dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus \
    / org.freedesktop.DBus.ListNames >/dev/null && echo $i; done | md5sum
dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / \
    org.freedesktop.DBus.Introspectable.Introspect | md5sum
E
dbus-run-session sh a
END
