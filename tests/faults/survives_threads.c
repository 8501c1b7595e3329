/*
 * Threads and children that go on when memory is refused.
 *
 * Each thread fills a set of places with objects of all sizes, resizes and
 * frees them, some of them the next thread's, and looks after each whether
 * what it holds is what it wrote.  A refusal must be NULL with ENOMEM and
 * leave the old object whole; it is no reason to end.  Then the process forks
 * while the threads run, and the children do the same alone.
 *
 * Prints "all kept", whatever was refused; ends with 1 and a line on standard
 * error if anything was lost.  An argument: so many children (0).
 */

#include "../progs/keep.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>

#define THREADS 3
#define PLACES  48
#define TURNS   600
#define ENDS    64

typedef struct {
    pthread_mutex_t lock;
    unsigned char  *m[PLACES];
    size_t          n[PLACES];
} shelf_t;

static const size_t sizes[]
    = {24, 700,     16,   3000, 100,   9000,    40000, 300,     200000,
       64, 1500000, 2000, 48,   12000, 4 << 20, 40000, 34 << 20};

static shelf_t shelf[THREADS + 1];


/* whether byte i of n is among those that are written: the ends, so that a
 * large object costs no time */
static size_t
next(size_t i, size_t n)
{
    return i + 1 == ENDS && n > 2 * ENDS ? n - ENDS : i + 1;
}


static void
mark(unsigned char *m, size_t n)
{
    size_t i;

    for (i = 0; i < n; i = next(i, n)) {
        m[i] = np_keep_byte(i, (unsigned) n);
    }
}


/* what was marked with n bytes, as far as there are so many now */
static int
is_marked(const unsigned char *m, size_t now, size_t n)
{
    size_t i;

    for (i = 0; i < n && i < now; i = next(i, n)) {
        if (m[i] != np_keep_byte(i, (unsigned) n)) {
            return 0;
        }
    }

    return 1;
}


static void
put(shelf_t *s, size_t i, void *m, size_t n)
{
    s->m[i] = m;
    s->n[i] = n;
    mark(m, n);
}


/* one step at one place */
static void
turn(shelf_t *s, size_t i, size_t n, uint64_t what)
{
    void *m;

    NP_NEED(s->m[i] == NULL || is_marked(s->m[i], s->n[i], s->n[i]));
    errno = 0;

    if (s->m[i] == NULL) {
        m = what % 3 == 0   ? calloc(1, n)
            : what % 3 == 1 ? memalign(64, n)
                            : malloc(n);
        NP_NEED(m != NULL || errno == ENOMEM);
        NP_NEED(m == NULL || what % 3 != 0 || n > 1 << 20
                || np_keep_is_zero(m, n));

        if (m != NULL) {
            put(s, i, m, n);
        }

    } else if (what % 4 == 0) {
        m = realloc(np_keep(s->m[i]), n);
        NP_NEED(m != NULL || errno == ENOMEM);

        if (m != NULL) {
            NP_NEED(is_marked(m, n, s->n[i]));
            put(s, i, m, n);
        }

    } else {
        free(s->m[i]);
        NP_NEED(errno == 0);
        s->m[i] = NULL;
    }
}


/* one of the largest grows and shrinks, moved or not */
static void
grow(void)
{
    static const size_t n[] = {33 << 20, 50 << 20, 40 << 20, 34 << 20};
    unsigned char      *m = malloc(n[0]), *other;
    size_t              i, old = n[0];

    NP_NEED(m != NULL || errno == ENOMEM);

    if (m == NULL) {
        return;
    }

    mark(m, old);

    for (i = 1; i < sizeof(n) / sizeof(*n); i++) {
        other = realloc(np_keep(m), n[i]);

        if (other != NULL) {
            m = other;
            NP_NEED(is_marked(m, n[i] - ENDS, old));
            mark(m, n[i]);
            old = n[i];
        }

        NP_NEED(is_marked(m, old, old));
    }

    free(m);
}


/* a child has no neighbour: that may have been in the middle of something */
static unsigned
next_to(unsigned self)
{
    return self == THREADS ? self : (self + 1) % THREADS;
}


static void
work(unsigned self)
{
    uint64_t random = self + 1;
    shelf_t *s;
    size_t   t, n;

    for (t = 0; t < TURNS; t++) {
        /* mostly its own */
        s = &shelf[np_keep_random(&random) % 5 == 0 ? next_to(self) : self];
        n = sizes[np_keep_random(&random) % (sizeof(sizes) / sizeof(*sizes))];
        NP_NEED(pthread_mutex_lock(&s->lock) == 0);
        turn(s, np_keep_random(&random) % PLACES,
             n > 1 << 20 && t % 8 ? n % 977 + 1 : n, np_keep_random(&random));
        NP_NEED(pthread_mutex_unlock(&s->lock) == 0);
    }

    grow();

    if (self == 0) {
        malloc_trim(0);
    }
}


static void *
run(void *self)
{
    work((unsigned) (uintptr_t) self);

    return NULL;
}


static void
drop(shelf_t *s)
{
    size_t i;

    for (i = 0; i < PLACES; i++) {
        NP_NEED(s->m[i] == NULL || is_marked(s->m[i], s->n[i], s->n[i]));
        free(s->m[i]);
        s->m[i] = NULL;
    }
}


/* its own place, which no other thread can hold at the moment of fork */
static pid_t
child(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        work(THREADS);
        drop(&shelf[THREADS]);
        exit(0);
    }

    return pid;
}


int
main(int argc, char **argv)
{
    int       children = argc == 2 ? atoi(argv[1]) : 0;
    pthread_t thread[THREADS];
    int       started[THREADS], status, i;
    pid_t     pid;

    for (i = 0; i <= THREADS; i++) {
        NP_NEED(pthread_mutex_init(&shelf[i].lock, NULL) == 0);
    }

    for (i = 0; i < THREADS; i++) {
        started[i]
            = pthread_create(&thread[i], NULL, run, (void *) (uintptr_t) i)
              == 0;
    }

    for (i = 0; i < children; i++) {
        pid = child();
        NP_NEED(pid != -1 || errno == ENOMEM);
        NP_NEED(pid == -1 || (waitpid(pid, &status, 0) == pid && status == 0));
    }

    for (i = 0; i < THREADS; i++) {
        if (started[i]) {
            NP_NEED(pthread_join(thread[i], NULL) == 0);

        } else {
            work((unsigned) i);
        }
    }

    for (i = 0; i < THREADS; i++) {
        drop(&shelf[i]);
    }

    dprintf(STDOUT_FILENO, "all kept\n");

    return 0;
}
