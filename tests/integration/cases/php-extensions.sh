# shellcheck shell=bash
# needs: php

# Debian's configuration: PHP opens its extensions with RTLD_DEEPBIND, and they
# and their libraries hand memory to each other
cat >work.php <<'END'
<?php
foreach (["dom", "xml", "simplexml", "mbstring", "pdo_sqlite"] as $name) {
    if (!extension_loaded($name)) {
        fwrite(STDERR, "the extension $name is not installed\n");
        exit(1);
    }
}

function xml() {
    $d = new DOMDocument();
    $d->loadXML("<a>" . str_repeat("<b c='d'>text</b>", 5000) . "</a>");
    $x = new DOMXPath($d);
    echo $x->query("//b[@c='d']")->length, " ", hash("sha256", $d->saveXML()),
        "\n";
    foreach ($x->query("//b[position() mod 3 = 0]") as $n) {
        $n->parentNode->removeChild($n);
    }
    echo strlen($d->saveXML()), "\n";
    libxml_use_internal_errors(true);
    var_dump(simplexml_load_string("<a><b></a>"));
    foreach (libxml_get_errors() as $e) { echo trim($e->message), "\n"; }
    libxml_clear_errors();
    $p = xml_parser_create();
    xml_parse_into_struct($p, "<a><b>1</b><b>2</b></a>", $values, $index);
    echo count($values), " ", json_encode($index), "\n";
}

function strings() {
    $s = str_repeat("Größe, naïve, 日本語, ", 2000);
    echo mb_strlen($s), " ", hash("sha256", mb_strtoupper($s)), "\n";
    echo hash("sha256", mb_convert_encoding($s, "UTF-16LE", "UTF-8")), "\n";
    echo mb_ereg_replace("n([aeiou])", "\\1n", "naneni"), "\n";
    echo iconv("UTF-8", "ASCII//TRANSLIT", "a é"), "\n";
}

function rows() {
    $db = new PDO("sqlite::memory:");
    $db->exec("create table t (k integer primary key, v text)");
    $put = $db->prepare("insert into t (v) values (?)");
    $db->beginTransaction();
    for ($i = 0; $i < 20000; $i++) { $put->execute([md5((string) $i)]); }
    $db->commit();
    foreach ($db->query("select count(*), min(v), max(v) from t") as $row) {
        echo implode(" ", array_slice($row, 0, 3)), "\n";
    }
    $db->sqliteCreateFunction("twice", fn($s) => $s . $s);
    echo $db->query("select twice(v) from t where k = 7")->fetchColumn(), "\n";
}

for ($i = 0; $i < 3; $i++) { xml(); strings(); rows(); }
echo posix_getpwuid(0)["name"], " ", gethostbyname("127.0.0.1"), "\n";
exit(5);
END
php work.php
echo "php: $?"
USE_ZEND_ALLOC=0 php work.php
echo "php: $?"
php -d opcache.enable_cli=1 work.php
echo "php: $?"
