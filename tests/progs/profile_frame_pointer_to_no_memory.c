/*
 * Code made at run time, which has no unwind information, allocates with a
 * frame pointer that leads to a page near the stack that nobody may read: its
 * call stack ends there, and the program goes on.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"
#include "frame_pointer_code.h"

#include <sys/mman.h>
#include <ucontext.h>

#define STACK ((size_t) 128 << 10)

typedef void *(*allocate_pt)(size_t n, void *fp, void *(*f)(size_t));

static allocate_pt allocate;
static char       *stack;
static ucontext_t  here, there;


/* frame_pointer_code, to be called */
static void
generate(char *at)
{
    memcpy(at, frame_pointer_code, sizeof(frame_pointer_code));
    __builtin___clear_cache(at, at + sizeof(frame_pointer_code));
}


static void
runs(void)
{
    free(np_keep(allocate(100, stack + STACK + 64, malloc)));
}


static NP_SITE void
runs_there(void)
{
    NP_NEED(getcontext(&there) == 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = STACK;
    there.uc_link = &here;
    makecontext(&there, runs, 0);
    NP_NEED(swapcontext(&here, &there) == 0);
}


int
main(void)
{
    size_t    page = (size_t) sysconf(_SC_PAGESIZE);
    char     *code = mmap(NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    np_prof_t p = np_prof_own();

    stack = mmap(NULL, STACK + page, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NP_NEED(code != MAP_FAILED && stack != MAP_FAILED);
    NP_NEED(mprotect(stack + STACK, page, PROT_NONE) == 0);
    generate(code);
    memcpy(&allocate, &code, sizeof(code));
    runs_there();
    np_laws_sums(&p);

    return 0;
}
