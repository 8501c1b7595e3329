# shellcheck shell=bash
#
# Terminals within terminals, virtual machines, containers, journals.

program tmux tmux "a server with sessions, windows, panes, 9000 lines of history"
task <<'END'
t() { tmux -L "m$$" -f /dev/null "$@"; }
t new-session -d -s a -x 100 -y 30 'seq 9000; exec cat'; t set -g history-limit 20000
for i in {1..8}; do t new-window -d -t a 'exec cat'; t split-window -d -t a:$i 'exec cat'; done
np_wait_for bash -c "tmux -L m$$ capture-pane -p -t a:0 | grep -q 9000"
t list-windows -t a -F '#I #{window_panes}'; t send-keys -t a:0 'some words' Enter; sleep 0.5
t capture-pane -p -t a:0 | grep -c 'some words'; t kill-server
END

program screen screen "a detached session, commands by -X, a hard copy"
task <<'END'
export SCREENDIR=$TMPDIR/s; mkdir -m 700 "$SCREENDIR"; export TERM=vt100
screen -dmS a -h 5000 sh -c 'seq 3000; exec cat'; sleep 1
for i in 1 2 3; do screen -S a -X screen cat; done; screen -S a -p 0 -X stuff $'some words\n'; sleep 0.5
screen -S a -p 0 -X hardcopy -h "$PWD/h"; sleep 0.5; grep -v '^$' h | tail -n 3; screen -S a -X quit; sleep 0.5; screen -ls | grep -c No || echo $?
END

program qemu-system "qemu-system-x86 qemu-utils" "firmware that finds nothing to boot, a monitor, snapshots of a disk"
task <<'END'
qemu-img create -q -f qcow2 d.qcow2 64M; qemu-img snapshot -c s d.qcow2; qemu-img info d.qcow2 | grep -oE 'virtual.*|^1 +s +0 B'
printf '{"execute":"qmp_capabilities"}\n{"execute":"query-status"}\n{"execute":"query-block"}\n{"execute":"quit"}\n' \
    | timeout 60 qemu-system-x86_64 -accel tcg -m 64 -display none -nodefaults -drive file=d.qcow2,if=virtio -qmp stdio \
    | grep -oE '"(status|virtual-size)": [^,]*'
qemu-system-x86_64 -machine help | wc -l; qemu-system-x86_64 -device help 2>&1 | wc -l
END
aside d.qcow2

program podman podman "version, an empty store; no container"
task <<'END'
export XDG_DATA_HOME=$HOME; podman --root "$TMPDIR/r" --runroot "$TMPDIR/rr" --storage-driver vfs version --format '{{.Client.Version}}'
podman --root "$TMPDIR/r" --runroot "$TMPDIR/rr" --storage-driver vfs images -q | wc -l
END

program systemd systemd "systemd-analyze, -escape, -id128, journalctl without a journal"
task <<'END'
systemd-analyze calendar '*-*-1/3 0:0:0' --iterations 1 --base-time '2015-01-01' | grep -E 'Normalized' || echo $?
systemd-analyze timespan 1d2h3min | tail -n 1; systemd-analyze syscall-filter | sha256sum
systemd-analyze unit-paths | wc -l; systemd-escape -p /a/b-c; systemd-id128 -a 2>/dev/null || true; journalctl --version | head -n 1
printf '[Unit]\nDescription=a\n[Service]\nExecStart=/bin/true\n' >a.service; systemd-analyze verify --man=no ./a.service 2>&1 | sort | head -n 3
END
