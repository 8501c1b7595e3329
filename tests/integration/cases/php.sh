# shellcheck shell=bash
# needs: php

cat >work.php <<'END'
<?php
mt_srand(5);
function work() {
    $t = [];
    for ($i = 0; $i < 200000; $i++) {
        $k = "k" . mt_rand(0, 9999);
        if (isset($t[$k]) && mt_rand(0, 2) == 0) { unset($t[$k]); }
        else { $t[$k][] = str_repeat("x", mt_rand(0, 80)); }
    }
    ksort($t);
    $s = json_encode($t);
    echo count($t), " ", strlen($s), " ", hash("sha256", $s), "\n";
    echo count(json_decode($s, true)), "\n";
    echo preg_match_all('/k(\d+)7/', $s), "\n";
    echo hash("sha256", serialize($t)), "\n";
}
work();
$a = array_map(fn($i) => $i ** 2 % 1009, range(1, 50000));
sort($a);
echo array_sum(array_slice($a, 100, 1000)), "\n";
try { throw new RuntimeException("thrown"); }
catch (Exception $e) { echo $e->getMessage(), "\n"; }
echo shell_exec("echo shell");
exit(4);
END
php -n work.php
echo "php: $?"
# without PHP's own pools every value goes through malloc
USE_ZEND_ALLOC=0 php -n work.php
echo "php: $?"
