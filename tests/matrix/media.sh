# shellcheck shell=bash
#
# Pictures, sound, video, documents.

program ffmpeg ffmpeg "a test picture and a tone: H.264, VP9 and AAC in two threads, back to frames"
task <<'END'
f() { ffmpeg -nostdin -v error -y "$@"; }
f -f lavfi -i testsrc=s=320x180:d=3 -f lavfi -i sine=d=3 -threads 2 -c:v libx264 \
    -preset fast -c:a aac -bitexact -fflags +bitexact a.mkv
f -i a.mkv -threads 2 -c:v libvpx-vp9 -cpu-used 8 -b:v 200k -an -bitexact b.webm
f -i a.mkv -vf 'scale=160:-1,hue=s=0' -f framemd5 - | md5sum
f -i a.mkv -map 0:a -f md5 -; ffprobe -v error -show_streams -of json a.mkv | md5sum
END

program imagemagick "imagemagick fonts-dejavu-core" "drawing, blur, resize, distort; PNG, JPEG, WebP"
task <<'END'
export MAGICK_THREAD_LIMIT=2
convert -size 500x500 gradient:red-blue -swirl 120 -blur 0x3 -resize 70% \
    -distort Barrel '0.2 0 0 1' -strip -define png:exclude-chunks=date,time a.png
convert a.png -fill white -font DejaVu-Sans -pointsize 30 -annotate +50+50 Text \
    -quality 80 b.jpg
convert a.png b.jpg -append -colors 64 -strip c.gif; compare -metric AE a.png a.png null: 2>&1
identify -format '%w %h %k %[mean]\n' a.png b.jpg c.gif
convert a.png +repage rgba:- | sha256sum
END
aside a.png

program graphicsmagick graphicsmagick "drawing and filters, OpenMP"
task <<'END'
export OMP_NUM_THREADS=2
gm convert -size 400x400 gradient:red-blue -swirl 90 -blur 0x2 -resize 60% a.ppm
gm convert a.ppm -colors 32 -rotate 30 b.gif; gm convert b.gif rgb:- | md5sum
gm identify -format '%w %h %k\n' a.ppm
END

program ghostscript "ghostscript fonts-dejavu-core" "PostScript to PNG and PDF, PDF to text"
prepare <<'END'
{ echo '%!PS
/Helvetica findfont 12 scalefont setfont
/tree { dup 0 gt { gsave 0 40 rlineto currentpoint stroke moveto currentpoint translate
  25 rotate 0.75 dup scale 0 0 moveto dup 1 sub tree pop grestore
  gsave 0 40 rmoveto currentpoint translate -25 rotate 0.75 dup scale 0 0 moveto
  dup 1 sub tree pop grestore } if } def'
for i in {1..6}; do
    seq 1 60 | sed "s/.*/50 & 12 mul moveto (page $i line & of text) show/"
    echo '300 200 moveto 8 tree pop showpage'
done; } >a.ps
END
task <<'END'
gs -q -dBATCH -dNOPAUSE -sDEVICE=png16m -r60 -dNumRenderingThreads=2 -o 'p%d.png' a.ps
gs -q -dBATCH -dNOPAUSE -sDEVICE=pdfwrite -o a.pdf a.ps
gs -q -dBATCH -dNOPAUSE -sDEVICE=txtwrite -o - a.pdf | md5sum
END
aside a.pdf

program poppler "poppler-utils ghostscript" "a PDF to text, PNG, SVG; taken apart and put together"
prepare <<'END'
{ echo '%!PS'; echo '/Times-Roman findfont 11 scalefont setfont'
for i in {1..12}; do
    seq 1 60 | sed "s/.*/50 & 12 mul moveto (page $i, line & of some text) show/"
    echo showpage
done; } | ps2pdf - a.pdf
END
task <<'END'
pdftotext -layout a.pdf - | sha256sum; pdftoppm -r 50 -png a.pdf p
pdftocairo -svg -f 2 -l 2 a.pdf - | md5sum; pdfinfo a.pdf | grep Pages
pdfseparate a.pdf 's%d'; pdfunite s1 s2 s3 u.pdf; pdftotext u.pdf - | md5sum
pdffonts a.pdf
END
aside u.pdf 's*'

program sox sox "synthesis, effects, spectrogram"
task <<'END'
sox -R -n -r 44100 a.wav synth 4 pluck C3 reverb 30 pitch 200 norm
sox -R a.wav b.flac rate 22050 tempo 1.3 compand 0.1,0.2 6:-70,-60,-20
sox a.wav -n stats 2>&1 | tail -n 5; sox b.flac -t raw - | md5sum
END
aside b.flac

program inkscape "inkscape fonts-dejavu-core" "an SVG with filters and text to PNG, PDF and paths (GTK, without a display)"
task <<'END'
cat >a.svg <<'E'
<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><defs>
<linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1"
stop-color="blue"/></linearGradient><filter id="f"><feGaussianBlur
stdDeviation="4"/></filter></defs><rect width="200" height="90" fill="url(#g)"
filter="url(#f)"/><text x="20" y="150" font-family="DejaVu Sans"
font-size="30">Some text</text><path d="M10 10 C 90 200 200 0 280 190"
fill="none" stroke="green" stroke-width="5"/></svg>
E
inkscape a.svg --export-type=png -o a.png 2>/dev/null
inkscape a.svg --export-text-to-path --export-plain-svg -o b.svg 2>/dev/null
inkscape -S a.svg 2>/dev/null
END
limit 240

program rsvg librsvg2-bin "an SVG of 4000 shapes to PNG (Rust, cairo)"
prepare <<'END'
{ echo '<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500">'
seq 4000 | awk '{ printf "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"#%06x\" "\
    "opacity=\"0.5\"/>\n", $1 * 7919 % 500, $1 * 104729 % 500, $1 % 19, $1 * 4001 }'
echo '</svg>'; } >a.svg
END
task <<'END'
rsvg-convert a.svg -o a.png; rsvg-convert -z 0.5 -f svg a.svg | sed 's/[a-z]*-[0-9]*//' | md5sum
END

program graphviz "graphviz fonts-dejavu-core" "dot, neato and fdp of a graph, SVG and PNG"
prepare <<'END'
{ echo 'digraph { node [fontname="DejaVu Sans"]'
seq 150 | awk '{ print $1, "->", $1 * 7919 % 151; print $1, "->", int($1 / 3) }'
echo '}'; } >a.dot
END
task <<'END'
dot -Tsvg a.dot | md5sum; neato -Tplain a.dot | md5sum; dot -Tpng a.dot -o a.png
gvpr -c 'N[outdegree > 1] { color = "red" }' a.dot | md5sum; ccomps -x a.dot | md5sum
END

program gnuplot "gnuplot-nox fonts-dejavu-core" "plots, a fit, a surface, as SVG and PNG"
task <<'END'
cat >a.gp <<'E'
set terminal svg size 600,400 font "DejaVu Sans"
set output "a.svg"; set samples 3000; plot sin(x) * x, besj0(x)
set output "b.svg"; set isosamples 60; splot sin(x) * cos(y) with pm3d
set terminal pngcairo; set output "c.png"; plot "<seq 900" using 1:(rand(-3)*$1)
f(x) = a * x + b; fit f(x) "<seq 90" using 1:($1 * 3 + 2) via a, b
print sprintf("%.4f %.4f", a, b)
E
gnuplot a.gp 2>&1 | tail -n 1
END
aside fit.log

program povray povray "a scene with glass and a fractal, two threads"
task <<'END'
cat >a.pov <<'E'
#version 3.7; global_settings { assumed_gamma 1 max_trace_level 8 }
camera { location <0, 2, -6> look_at 0 } light_source { <5, 9, -9> color rgb 1 }
plane { y, -1 pigment { checker rgb 0 rgb 1 } }
#declare I = 0; #while (I < 150) sphere { <sin(I) * 2, I / 90 - 1, cos(I) * 2>, 0.2
  pigment { rgb <I / 150, 0.5, 1> transmit 0.4 } finish { reflection 0.3 } }
#declare I = I + 1; #end
julia_fractal { <-0.08, 0, -0.8, -0.03> quaternion max_iteration 6 pigment { rgb 1 } }
E
povray +Ia.pov +FP +Oa.ppm +W200 +H150 +WT2 -D -V >/dev/null 2>&1
tail -c 90000 a.ppm | sha256sum
END
aside a.ppm

program tesseract "tesseract-ocr tesseract-ocr-eng imagemagick fonts-dejavu-core" "reads a page of text (OpenMP, LSTM)"
prepare <<'END'
convert -size 900x -font DejaVu-Sans -pointsize 22 caption:"$(head -n 12 \
    /usr/share/common-licenses/BSD)" a.png
END
task <<'END'
OMP_THREAD_LIMIT=2 tesseract a.png - 2>/dev/null
END

program webp "webp imagemagick" "cwebp with threads, dwebp, lossless and not"
prepare <<'END'
convert -size 700x700 gradient:red-blue -swirl 200 a.png
END
task <<'END'
cwebp -quiet -mt -q 60 a.png -o b.webp; cwebp -quiet -lossless -m 3 a.png -o c.webp
dwebp -quiet c.webp -ppm -o c.ppm; webpinfo -quiet b.webp
END

program exiftool "libimage-exiftool-perl imagemagick" "reads and writes the tags of 30 pictures"
prepare <<'END'
for i in {1..30}; do convert -size 40x40 xc:red -comment "n $i" $i.jpg; done
END
task <<'END'
exiftool -q -overwrite_original -Artist=me -GPSLatitude=51 -P ./*.jpg
exiftool -j -Artist -GPSLatitude -ImageSize -Comment ./*.jpg | sha256sum
END
aside '*.jpg'

program pandoc pandoc "Markdown to HTML, DOCX, LaTeX and back (Haskell)"
note "its objects are in a heap of its own"
prepare <<'END'
for i in {1..400}; do
    printf '# Head %d\n\nSome *text* with `code` and [a link](http://x/%d).\n\n' $i $i
    printf '| a | b |\n|---|---|\n| %d | x |\n\n1. one\n2. two\n\n' $i
done >a.md
END
task <<'END'
pandoc a.md -s --metadata title=x -o a.html; pandoc a.md -t latex | md5sum
pandoc a.html -t rst | md5sum; pandoc a.md -o a.docx; pandoc a.docx -t plain | md5sum
END
aside a.docx

program groff groff "a manual page to text, PostScript and HTML"
prepare <<'END'
{ echo '.TH X 1'; for i in {1..500}; do printf '.SH HEAD %d\n.B bold\ntext\n.TP\n.I it\n%s\n' \
    "$i" "$(seq -s ' ' 60)"; done; } >a.1
END
task <<'END'
groff -man -Tutf8 a.1 | sha256sum; groff -man -Tps a.1 | grep -v '^%%' | md5sum
END

program mpv "mpv ffmpeg" "decodes a film and a sound to nothing, to pictures"
task <<'END'
ffmpeg -loglevel error -f lavfi -i testsrc=s=160x120:d=2 -f lavfi -i sine=d=2 -c:v libx264 -threads 1 -c:a flac a.mkv
mpv --no-config --really-quiet --vo=null --ao=null --untimed a.mkv; mpv --no-config --really-quiet --vo=image --vo-image-format=png --no-audio --frames=3 --vo-image-png-compression=1 a.mkv
mpv --no-config --msg-level=all=no,term-msg=info --term-status-msg= --vo=null --ao=null --length=0.1 a.mkv >/dev/null; sha256sum 0*.png
END
aside a.mkv

program vips "libvips-tools" "resize, convolution, FFT, a pyramid; threads"
task <<'END'
export VIPS_CONCURRENCY=2
vips gaussnoise a.v 600 500 --seed 5; vips gaussblur a.v b.v 3; vips resize b.v c.v 0.4; vips fwfft c.v f.v; vips invfft f.v g.v
vips cast c.v d.png uchar; vips dzsave d.png p --suffix .png; for i in a b c g; do vips avg $i.v | cut -c1-9; done; find p_files -name '*.png' | wc -l
END
aside '*'

program gstreamer "gstreamer1.0-tools gstreamer1.0-plugins-good gstreamer1.0-plugins-base" "pipelines of threads: test sources, scaling, PNG, FLAC, a tee"
task <<'END'
gst-launch-1.0 -q videotestsrc num-buffers=60 pattern=smpte ! video/x-raw,width=320,height=240 ! tee name=t ! queue ! videoscale ! video/x-raw,width=100,height=80 ! videoconvert ! pngenc ! multifilesink location=a%02d.png t. ! queue ! videoflip method=1 ! filesink location=raw
gst-launch-1.0 -q audiotestsrc num-buffers=90 wave=2 ! audioconvert ! audioresample ! audio/x-raw,rate=22050 ! flacenc ! filesink location=a.flac
gst-inspect-1.0 videotestsrc | grep -c pattern; sha256sum raw a59.png
END
aside a.flac

program x264 "x264 x265 ffmpeg" "x264 and x265 encode a test film, two threads"
task <<'END'
ffmpeg -loglevel error -f lavfi -i testsrc=s=160x120:r=25:d=2 -pix_fmt yuv420p a.y4m
x264 --quiet --threads 2 --preset fast -o a.264 a.y4m 2>/dev/null; x265 --log-level none --pools 2 --preset faster -o a.265 a.y4m 2>/dev/null; sha256sum a.264 a.265
END

program flac "flac" "encodes, verifies, decodes a minute of noise and tones"
task <<'END'
/usr/bin/python3 -c 'import struct,random,sys; random.seed(3); sys.stdout.buffer.write(b"".join(struct.pack("<hh", int(9000 * ((i * 440 // 44100) % 2)) + random.randrange(400), random.randrange(-99, 99)) for i in range(900000)))' >a.raw
flac -s -8 -V --force-raw-format --endian=little --channels=2 --bps=16 --sample-rate=44100 --sign=signed a.raw; flac -s -d --force-raw-format --endian=little --sign=signed -o b.raw a.flac; cmp a.raw b.raw; metaflac --show-md5sum a.flac
END
