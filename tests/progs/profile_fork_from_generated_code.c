/*
 * A process forks while its other threads allocate from code that is in no
 * module, as compilers make it at run time: each new place has the loader's
 * list of modules looked at.  The children allocate from such a place, too,
 * and end.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile.h"

#include <pthread.h>
#include <sys/mman.h>

#define THREADS 3
#define BATCH   32 /* places that a thread uses beside one fork */
#define PLACE   32 /* bytes */

typedef void *(*allocate_pt)(size_t n);

static char             *code;
static long              forks;
static pthread_barrier_t next;
static int               number[THREADS];


/* a function that calls f with its argument; of PLACE bytes with f's address
 * at their end */
static void
generate(char *at, allocate_pt f)
{
#ifdef __x86_64__
    /* push %rbp; mov %rsp,%rbp; call *f; pop %rbp; ret */
    static const unsigned char function[]
        = {0x55, 0x48, 0x89, 0xe5, 0xff, 0x15, 14, 0, 0, 0, 0x5d, 0xc3};
#else
    /* stp x29, x30, [sp, #-16]!; mov x29, sp; ldr x16, f; blr x16;
     * ldp x29, x30, [sp], #16; ret */
    static const uint32_t function[] = {0xa9bf7bfd, 0x910003fd, 0x58000090,
                                        0xd63f0200, 0xa8c17bfd, 0xd65f03c0};
#endif

    memcpy(at, function, sizeof(function));
    memcpy(at + PLACE - sizeof(f), &f, sizeof(f));
}


static void
use(long place)
{
    allocate_pt allocate = (allocate_pt) (uintptr_t) (code + place * PLACE);

    free(np_keep(allocate(100)));
}


/* a batch of places of its own beside each fork */
static void *
runs(void *its_number)
{
    int  thread = *(int *) its_number, i;
    long n;

    for (n = 0; n < forks; n++) {
        (void) pthread_barrier_wait(&next);

        for (i = 0; i < BATCH; i++) {
            use((n * THREADS + thread) * BATCH + i);
        }
    }

    return NULL;
}


int
main(void)
{
    long      n, i, places;
    pthread_t t[THREADS];
    pid_t     pid;

    forks = np_keep_scale(100, 1000);
    places = forks * THREADS * BATCH + forks;
    code = mmap(NULL, (size_t) places * PLACE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NP_NEED(code != MAP_FAILED);

    for (i = 0; i < places; i++) {
        generate(code + i * PLACE, malloc);
    }

    NP_NEED(mprotect(code, (size_t) places * PLACE, PROT_READ | PROT_EXEC)
            == 0);
    __builtin___clear_cache(code, code + places * PLACE);

    NP_NEED(pthread_barrier_init(&next, NULL, THREADS + 1) == 0);

    for (i = 0; i < THREADS; i++) {
        number[i] = (int) i;
        NP_NEED(pthread_create(&t[i], NULL, runs, &number[i]) == 0);
    }

    for (n = 0; n < forks; n++) {
        (void) pthread_barrier_wait(&next);
        pid = fork();

        if (pid == 0) {
            use(places - 1 - n);
            _exit(0);
        }

        NP_NEED(np_prof_wait(pid) == 0);
    }

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_join(t[i], NULL) == 0);
    }

    return 0;
}
