#ifndef NP_STACK_H
#define NP_STACK_H

/*
 * The call stack of the calling thread, found in the cheapest way that is
 * right.  From cheap to dear:
 *
 *      memo    the frames of the last stack are kept with the places where
 *              their return addresses and frame pointers were saved.  The
 *              stack is walked from its inner end until a frame is met that
 *              was there last time, with the same registers; what lies
 *              outside of it is the same if those places still hold the same
 *              values, since a frame and its caller's memory determine the
 *              caller's frame.
 *      walk    a frame is left by the rule for its return address
 *              (np_rule.h)
 *      steps   if a frame has no such rule, libunwind makes the whole stack
 *
 * All three yield the same addresses.
 *
 *      frame[0] outermost kept   ...   frame[n - 1] innermost
 *      frame[i].ip, .sp, .fp: as its callee's return finds them
 *
 * A stack belongs to its thread.
 */

#include "profile/np_unwind.h"

/* frames that the memo keeps; a deeper stack is kept from its inner end */
#define NP_STACK_KEEP 320
#define NP_STACK_MOST 256

typedef struct {
    np_frame_t at;
    uintptr_t *ra; /* where at.ip was saved */
    uintptr_t *fp; /* where at.fp was saved; NULL: nowhere */
} np_stack_frame_t;

typedef struct {
    np_stack_frame_t frame[NP_STACK_KEEP];
    /* scratch: threads may have small stacks */
    np_stack_frame_t walked[NP_STACK_KEEP];
    unsigned         n;
    unsigned         generation; /* of the memo */
    int              whole;      /* frame[0] is the stack's outermost */
    uintptr_t        low, high;  /* addresses known to be mapped */

    /* how stacks were found */
    uint64_t memo_hits;
    uint64_t walks;
    uint64_t steps;
    uint64_t cut;
    uint64_t broken;
} np_stack_t;

/* code that is not the program's: [low, high) is left out at the inner end */
void np_stack_skip(uintptr_t low, uintptr_t high);

/* the innermost return addresses of the calling thread's stack, at most
 * depth <= NP_STACK_MOST, innermost first; how many.  The generation counts
 * modules unloaded: memos of another one are not used. */
unsigned np_stack_capture(np_stack_t *s, uintptr_t *ip, unsigned depth,
                          unsigned generation);

#endif
