#include "config.h"

#include "profile/np_stack_leave.h"

/* a frame pointer farther away than that belongs to no frame next to this one
 * (libunwind's bound) */
#define NP_STACK_GUESS 0x4000

/* bits of an address that code can have */
#if defined(__x86_64__)
#define NP_STACK_CODE 47
#else
#define NP_STACK_CODE 48
#endif


NP_NOINLINE np_rule_e
np_stack_guess(np_stack_t *s, const np_stack_frame_t *from,
               np_stack_frame_t *to)
{
    uintptr_t *fp = (uintptr_t *) from->at.fp;

    if (to < s->guess) {
        s->guess = to;
        s->known = s->reach;
        s->reach = (np_reach_t){0, 0};
    }

    if (from->at.fp < from->at.sp || from->at.fp - from->at.sp > NP_STACK_GUESS
        || !np_reach_has(&s->reach, fp) || !np_reach_has(&s->reach, fp + 1)
        || fp[1] < np_mem_page() || fp[1] >> NP_STACK_CODE != 0) {
        s->vague = 1;
        return NP_RULE_END;
    }

    to->by_fp = 1;
    to->fp = fp;
    to->ra = fp + 1;
    to->at.ip = fp[1];
    to->at.sp = (uintptr_t) (fp + 2);
    to->at.fp = fp[0];

    return NP_RULE_SP;
}
