/*
 * A malloc that succeeds leaves errno alone, where it is the first of its
 * call stack: through code without unwind information, with a frame pointer
 * that leads nowhere, and in a signal handler.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <errno.h>
#include <signal.h>

typedef void *(*allocate_pt)(size_t n, void *fp, void *(*f)(size_t));


/* a function that calls its third argument with its first one, while the frame
 * pointer is its second */
static allocate_pt
generate(void)
{
#ifdef __x86_64__
    /* push %rbp; mov %rsi,%rbp; call *%rdx; pop %rbp; ret */
    static const unsigned char function[]
        = {0x55, 0x48, 0x89, 0xf5, 0xff, 0xd2, 0x5d, 0xc3};
#else
    /* stp x29, x30, [sp, #-16]!; mov x29, x1; blr x2;
     * ldp x29, x30, [sp], #16; ret */
    static const uint32_t function[]
        = {0xa9bf7bfd, 0xaa0103fd, 0xd63f0040, 0xa8c17bfd, 0xd65f03c0};
#endif

    char *code
        = mmap(NULL, sizeof(function), PROT_READ | PROT_WRITE | PROT_EXEC,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    allocate_pt f;

    NP_NEED(code != MAP_FAILED);
    memcpy(code, function, sizeof(function));
    __builtin___clear_cache(code, code + sizeof(function));
    memcpy(&f, &code, sizeof(code));

    return f;
}


static void
handles(int sig)
{
    void *m;

    errno = EINTR;
    m = np_keep(malloc((size_t) sig));
    NP_NEED(errno == EINTR);
    free(m);
}


static void
through(allocate_pt allocate, void *fp)
{
    void *m;

    errno = EINTR;
    m = np_keep(allocate(100, fp, malloc));
    NP_NEED(errno == EINTR);
    free(m);
}


int
main(void)
{
    np_prof_t   p = np_prof_own();
    allocate_pt allocate = generate();
    void       *hole
        = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *m;

    NP_NEED(hole != MAP_FAILED);
    errno = EINTR;
    m = np_keep(malloc(100));
    NP_NEED(errno == EINTR);
    free(m);
    through(allocate, NULL);
    through(allocate, hole);
    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);
    NP_NEED(raise(SIGUSR1) == 0);
    np_laws_sums(&p);

    return 0;
}
