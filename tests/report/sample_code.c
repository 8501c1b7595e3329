/*
 * Call stacks through real code; see sample_code.h.  The functions are kept
 * apart and none is left by a jump, so that each is a frame.
 */
#include "config.h"

#include "sample_code.h"

#include <stdlib.h>
#include <string.h>
#include <unwind.h>

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


static _Unwind_Reason_Code
sample_frame(struct _Unwind_Context *context, void *data)
{
    sample_stack_t *s = data;

    if (s->n == SAMPLE_FRAMES) {
        return _URC_END_OF_STACK;
    }
    s->frame[s->n++] = (void *) _Unwind_GetIP(context);
    return _URC_NO_REASON;
}


/* without the frames of this function and its caller; not backtrace(), which
 * sanitizers wrap in frames of their own */
static SAMPLE_APART void
sample_backtrace(sample_stack_t *s)
{
    s->n = 0;
    (void) _Unwind_Backtrace(sample_frame, s);
    s->n -= 2;
    memmove(s->frame, s->frame + 2, s->n * sizeof(s->frame[0]));
}


static SAMPLE_APART void
sample_catch(unsigned which)
{
    sample_backtrace(&sample_stack[which]);
    sample_stack[which].n -= sample_outer;
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
    sample_stack_t outer;
    int            two[2] = {2, 1};

    sample_stack = stack;
    sample_backtrace(&outer);
    sample_outer = outer.n;
    sample_serve();
    qsort(two, 2, sizeof(two[0]), sample_compare);
    sample_tree(6);
    SAMPLE_STAYS();
}


void
sample_long(void)
{
    __asm__ volatile("nop\n\tnop\n\tnop");
}
