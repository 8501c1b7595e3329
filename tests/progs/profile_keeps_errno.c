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
#include "frame_pointer_code.h"

#include <errno.h>
#include <signal.h>

typedef void *(*allocate_pt)(size_t n, void *fp, void *(*f)(size_t));


/* frame_pointer_code, to be called */
static allocate_pt
generate(void)
{
    char       *code = mmap(NULL, sizeof(frame_pointer_code),
                            PROT_READ | PROT_WRITE | PROT_EXEC,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    allocate_pt f;

    NP_NEED(code != MAP_FAILED);
    memcpy(code, frame_pointer_code, sizeof(frame_pointer_code));
    __builtin___clear_cache(code, code + sizeof(frame_pointer_code));
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
