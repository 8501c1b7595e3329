# shellcheck shell=bash
#
# Package managers, without changing what is installed and without a network.

program apt apt "apt-cache search, depends and policy, apt-get -s install"
task <<'END'
apt-cache stats | grep -i names; apt-cache search '^lib.*perl' | sort | sha256sum
apt-cache depends --recurse --important bash | sha256sum; apt-cache show bash | md5sum
apt-get -s -o Debug::NoLocking=1 install abiword 2>&1 | sha256sum
END

program dpkg "dpkg dpkg-dev" "dpkg-deb builds and unpacks, dpkg-query, an admindir of its own"
prepare <<'END'
mkdir -p p/DEBIAN p/usr/share/x; cp -r /usr/include/linux p/usr/share/x
printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: me <me@x>\nDescription: x\n' \
    >p/DEBIAN/control
find p -exec touch -h -d @1000000000 {} +
END
task <<'END'
export SOURCE_DATE_EPOCH=1000000000
dpkg-deb --root-owner-group -b p x.deb; dpkg-deb -c x.deb | md5sum; dpkg-deb -x x.deb out
diff -r p/usr out/usr && echo same; dpkg-query -W | wc -l; dpkg -S /usr/bin/env /usr/share/doc
dpkg-scanpackages . 2>/dev/null | md5sum; dpkg --compare-versions 1:2 gt 3~ && echo greater
END

program npm "nodejs npm" "npm offline: pack, install from files, a script"
task <<'END'
export npm_config_offline=true npm_config_update_notifier=false npm_config_fund=false \
    npm_config_audit=false npm_config_cache=$TMPDIR/n
for i in 1 2 3; do
    mkdir -p l$i; echo "{\"name\":\"l$i\",\"version\":\"1.0.0\"}" >l$i/package.json
    echo "module.exports = $i" >l$i/index.js; (cd l$i; npm -s pack)
done
mkdir a; cd a; echo '{"name":"a","scripts":{"x":"node -p \"require(\\\"l1\\\")+require(\\\"l3\\\")\""}}' >package.json
npm -s install ../l1 ../l2 ../l3; npm ls; npm -s run x; ls ../l1/*.tgz
END
aside '*.tgz' 'a/node_modules/.package-lock.json' 'a/package-lock.json'

program pip "python3-pip python3-setuptools python3-wheel" "builds and installs a wheel, offline"
task <<'END'
mkdir s; echo 'from setuptools import setup; setup(name="x", version="1", py_modules=["x"])' >s/setup.py
seq 900 | sed 's/.*/def f&(): return &/' >s/x.py
pip wheel -q --no-index --no-build-isolation --no-deps -w . ./s 2>/dev/null
pip install -q --no-index --no-deps --target t ./x-1-py3-none-any.whl 2>/dev/null
PYTHONPATH=t /usr/bin/python3 -B -c 'import x; print(x.f77())'; pip list --format=freeze | wc -l
END
aside '*.whl' 's/*' '*.pyc' '*/direct_url.json' '*/RECORD'
