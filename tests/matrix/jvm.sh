# shellcheck shell=bash
#
# Java: the objects are in a heap of the JVM's own, the JVM itself uses malloc.

program java openjdk-17-jdk-headless "collections, streams, threads, zlib, NIO; three collectors"
note "its objects are in a heap of its own"
prepare <<'END'
cat >A.java <<'E'
import java.nio.*; import java.util.*; import java.util.concurrent.*;
import java.util.stream.*; import java.util.zip.*;
public class A {
    public static void main(String[] a) throws Exception {
        Map<String, List<Integer>> m = new TreeMap<>();
        for (int i = 0; i < 200000; i++)
            m.computeIfAbsent("k" + i * 7919L % 1009, k -> new ArrayList<>()).add(i);
        System.out.println(m.size() + " " + m.get("k5").size());
        ExecutorService e = Executors.newFixedThreadPool(4);
        List<Future<Long>> f = new ArrayList<>();
        for (int n = 0; n < 40; n++) { final int k = n; f.add(e.submit(() -> {
            Deflater d = new Deflater(); byte[] b = new byte[200000], o = new byte[99999];
            Arrays.fill(b, (byte) k); d.setInput(b); d.finish(); long r = d.deflate(o);
            d.end(); ByteBuffer x = ByteBuffer.allocateDirect(70000 + k);
            return r + x.capacity(); })); }
        long s = 0; for (Future<Long> x : f) s += x.get(); e.shutdown();
        System.out.println(s);
        System.out.println(IntStream.range(0, 300000).parallel().mapToObj(Integer::toString)
            .collect(Collectors.groupingBy(String::length, Collectors.counting())));
        for (int n = 0; n < 300; n++) { Thread t = new Thread(() -> new Object()); t.start(); t.join(); }
        System.out.println(String.join("", Collections.nCopies(9999, "ab")).hashCode());
    }
}
E
javac A.java
END
task <<'END'
for gc in Serial G1 Parallel; do java -XX:+Use${gc}GC -Xmx200m -cp . A; done
END

program javac "openjdk-17-jdk-headless unzip" "300 classes, a jar, javap"
note "its objects are in a heap of its own"
prepare <<'END'
for i in {1..300}; do
    echo "class C$i<T extends Comparable<T>> { java.util.List<T> l; T f(T x)"
    echo "{ return l.stream().filter(y -> y.compareTo(x) > $i).findFirst()"
    echo ".orElseGet(() -> x); } }"
done >A.java
END
task <<'END'
javac -Xlint:all A.java; /usr/lib/jvm/java-17-openjdk-*/bin/jar --create --date=2020-01-01T00:00:00Z --file a.jar ./*.class
javap -c C7.class | sha256sum; unzip -l a.jar | tail -n 1
END
