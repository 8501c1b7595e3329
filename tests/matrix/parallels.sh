# shellcheck shell=bash
#
# OpenMP, MPI, TBB and plain threads: compiled before, run on the library.

program openmp "gcc libgomp1" "tasks, reductions, vectors that threads make and others free"
prepare <<'END'
cat >a.c <<'E'
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
long fib(int n) { long x, y; if (n < 2) return n;
    char *p = malloc(20 + n); memset(p, n, 20);
    #pragma omp task shared(x) if (n > 8)
    x = fib(n - 1);
    y = fib(n - 2);
    #pragma omp taskwait
    y += p[3] == n ? 0 : 1; free(p); return x + y; }
int main(void) { long s = 0, f; char **v = calloc(20000, sizeof(*v));
    #pragma omp parallel
    #pragma omp single
    f = fib(24);
    #pragma omp parallel for schedule(dynamic, 7)
    for (int i = 0; i < 20000; i++) { v[i] = malloc(i % 999 + 1); v[i][0] = i; }
    #pragma omp parallel for reduction(+ : s) schedule(static, 13)
    for (int i = 0; i < 20000; i++) { s += v[19999 - i][0]; free(v[19999 - i]); }
    printf("%ld %ld\n", f, s); return 0; }
E
gcc -O2 -fopenmp a.c -o a
END
task <<'END'
for n in 1 2 8; do OMP_NUM_THREADS=$n ./a; done
END

program openmpi "openmpi-bin libopenmpi-dev gcc" "four processes: broadcast, reduce, large messages both ways"
prepare <<'END'
cat >a.c <<'E'
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
int main(int c, char **v) { int r, n, i, k; double s = 0, t, *b;
    MPI_Init(&c, &v); MPI_Comm_rank(MPI_COMM_WORLD, &r); MPI_Comm_size(MPI_COMM_WORLD, &n);
    for (k = 1; k < 300000; k *= 3) { b = malloc(k * sizeof(*b));
        for (i = 0; i < k; i++) b[i] = r + i;
        MPI_Allreduce(MPI_IN_PLACE, b, k, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD); s += b[k / 2];
        MPI_Sendrecv_replace(b, k, MPI_DOUBLE, (r + 1) % n, 0, (r + n - 1) % n, 0,
            MPI_COMM_WORLD, MPI_STATUS_IGNORE); s += b[0]; free(b); }
    MPI_Reduce(&s, &t, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    if (r == 0) printf("%d %.1f\n", n, t);
    MPI_Finalize(); return 0; }
E
mpicc -O1 a.c -o a
END
task <<'END'
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_base_warn_component_unused=0
mpirun --oversubscribe -np 4 ./a; mpirun --oversubscribe -np 2 ./a
END

program tbb "libtbb-dev g++" "parallel_for, concurrent maps, scalable_allocator beside malloc"
note "tbbmalloc is a heap of its own, which asks ours for nothing"
prepare <<'END'
cat >a.cc <<'E'
#include <atomic>
#include <iostream>
#include <string>
#include <tbb/tbb.h>
#include <tbb/scalable_allocator.h>
int main() {
    tbb::concurrent_hash_map<std::string, int> m; std::atomic<long> n{0};
    tbb::parallel_for(0, 200000, [&](int i) {
        tbb::concurrent_hash_map<std::string, int>::accessor a;
        m.insert(a, "key number " + std::to_string(i * 7919L % 10007)); a->second++;
        std::vector<int, tbb::scalable_allocator<int>> v(i % 50); n += v.size(); });
    tbb::concurrent_vector<std::string> w;
    tbb::parallel_for(0, 50000, [&](int i) { w.push_back(std::string(i % 70, 'x')); });
    long s = tbb::parallel_reduce(tbb::blocked_range<size_t>(0, w.size()), 0L,
        [&](auto &r, long x) { for (auto i = r.begin(); i != r.end(); ++i) x += w[i].size();
            return x; }, std::plus<long>());
    std::cout << m.size() << " " << n << " " << s << std::endl; }
E
g++ -std=c++17 -O1 a.cc -o a -ltbb -ltbbmalloc
END
task <<'END'
./a; ./a
END

program pthreads gcc "3000 short threads, thread-local memory, cancellation, fork beside them"
prepare <<'END'
cat >a.c <<'E'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static __thread char *mine; static pthread_key_t key; static int stop;
static void *brief(void *x) { mine = malloc(200); memset(mine, 1, 200);
    pthread_setspecific(key, strdup("specific")); return mine; }
static void *busy(void *x) { void *v[64] = {0}; unsigned i = 0;
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) { free(v[i % 64]);
        v[i % 64] = malloc(i * 7919 % 5000); i++; pthread_testcancel(); }
    for (i = 0; i < 64; i++) free(v[i]);
    return NULL; }
int main(void) { pthread_t t[8], b[3]; void *r; int i, j, s, good = 0;
    pthread_key_create(&key, free);
    for (i = 0; i < 3; i++) pthread_create(b + i, NULL, busy, NULL);
    for (i = 0; i < 375; i++) {
        for (j = 0; j < 8; j++) pthread_create(t + j, NULL, brief, NULL);
        for (j = 0; j < 8; j++) { pthread_join(t[j], &r); good += *(char *) r; free(r); } }
    for (i = 0; i < 100; i++) { pid_t p = fork(); if (p == 0) {
            for (j = 0; j < 500; j++) free(malloc(j * 31));
            pthread_create(t, NULL, brief, NULL); pthread_join(*t, &r); _exit(7); }
        waitpid(p, &s, 0); good += WEXITSTATUS(s); }
    pthread_cancel(*b); stop = 1; for (i = 0; i < 3; i++) pthread_join(b[i], NULL);
    printf("%d\n", good); return 0; }
E
gcc -O1 -pthread a.c -o a
END
task <<'END'
./a; ./a
END
