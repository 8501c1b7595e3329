/*
 * Call stacks through real code; see sample_code.h.  The functions are kept
 * apart and none is left by a jump, so that each is a frame.
 */
#include "config.h"

#include "sample_code.h"

#include <execinfo.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_APART   __attribute__((noinline, noclone))
#define SAMPLE_STAYS() __asm__ volatile("" ::: "memory")

/* outer: frames from this function outwards, not wanted */
static unsigned        sample_outer;
static sample_stack_t *sample_stack;

/* assemblers take any name in quotation marks, as compilers of other languages
 * emit them */
__asm__(".text\n"
        ".globl \"" SAMPLE_HOSTILE "\"\n"
        ".type \"" SAMPLE_HOSTILE "\", %function\n"
        ".globl sample_hostile\n"
        "sample_hostile:\n"
        "\"" SAMPLE_HOSTILE "\":\n"
        ".zero 32\n"
        ".size \"" SAMPLE_HOSTILE "\", 32\n");


static SAMPLE_APART void
sample_catch(unsigned which)
{
    void           *frame[SAMPLE_FRAMES + 1];
    sample_stack_t *s = &sample_stack[which];
    int             n = backtrace(frame, SAMPLE_FRAMES + 1);

    /* less this function's own */
    s->n = (unsigned) n - 1 - sample_outer;
    memcpy(s->frame, frame + 1, s->n * sizeof(frame[0]));
    SAMPLE_STAYS();
}


static inline __attribute__((always_inline)) void
sample_copy(unsigned which)
{
    sample_catch(which);
    SAMPLE_STAYS();
}


static SAMPLE_APART void
sample_parse(void)
{
    sample_copy(SAMPLE_PARSE);
    SAMPLE_STAYS();
}


static SAMPLE_APART void
sample_cache(void)
{
    sample_catch(SAMPLE_CACHE);
    SAMPLE_STAYS();
}


static SAMPLE_APART void
sample_serve(void)
{
    sample_parse();
    sample_cache();
    SAMPLE_STAYS();
}


static SAMPLE_APART void
sample_tree(unsigned depth)
{
    if (depth == 1) {
        sample_catch(SAMPLE_TREE);
    } else {
        sample_tree(depth - 1);
    }
    SAMPLE_STAYS();
}


static int
sample_compare(const void *a, const void *b)
{
    sample_catch(SAMPLE_SORT);
    return *(const int *) a - *(const int *) b;
}


SAMPLE_APART void
sample_main(sample_stack_t stack[SAMPLE_STACKS])
{
    void *frame[SAMPLE_FRAMES];
    int   two[2] = {2, 1};

    sample_stack = stack;
    sample_outer = (unsigned) backtrace(frame, SAMPLE_FRAMES) - 1;
    sample_serve();
    qsort(two, 2, sizeof(two[0]), sample_compare);
    sample_tree(6);
    SAMPLE_STAYS();
}
