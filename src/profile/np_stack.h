#ifndef NP_STACK_H
#define NP_STACK_H

/*
 * The call stack of the calling thread, found in the cheapest way that is
 * right.  From cheap to dear:
 *
 *      recall  it is one of some that were met before (np_recall.h); not kept
 *              where samples are far apart, nor with a frame that was guessed
 *              (np_stack_leave.h); not sought for a while where more were
 *              missed than found
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
 * All four yield the same addresses.
 *
 * Our own frames at the inner end are no part of it.  They come in a few
 * chains of fixed size, which are known by their return addresses.
 *
 *      frame[0] outermost kept   ...   frame[n - 1] innermost
 *      frame[i].at: the registers that its callee's return finds
 *      frame[i].hash == frame[i - 1].hash * M + mix(frame[i].at.ip)
 *
 * so that the hash of any window of frames is had from its ends.  A stack
 * belongs to its thread.
 */

#include "profile/np_reach.h"
#include "profile/np_recall.h"
#include "profile/np_unwind.h"

#define NP_STACK_MOST 256 /* frames that may be asked for */
/* frames that the memo keeps; a deeper stack is kept from its inner end */
#define NP_STACK_KEEP 320
/* of our own, at the inner end; chains of them */
#define NP_STACK_OWN    24
#define NP_STACK_CHAINS 4

/* distances are from the stack pointer of np_stack_capture() */
typedef struct {
    uintptr_t ra; /* where the return address is */
    uintptr_t ip; /* what it is */
} np_stack_link_t;

typedef struct {
    unsigned        n;   /* 0: none */
    uint32_t        out; /* where the program's return address is */
    uint32_t        sp;  /* the program's stack pointer */
    uint32_t        fp;  /* where its frame pointer is; 0: in the register */
    np_stack_link_t link[NP_STACK_OWN];
} np_stack_chain_t;

typedef struct {
    np_stack_frame_t frame[NP_STACK_KEEP];
    /* scratch: threads may have small stacks */
    np_stack_frame_t  walked[NP_STACK_KEEP + 1];
    uintptr_t         ip[NP_STACK_MOST];
    np_stack_chain_t  chain[NP_STACK_CHAINS]; /* latest first */
    unsigned          n;
    unsigned          generation; /* of the memo */
    int               stepped;    /* by libunwind: ip[] holds it, n of them */
    int               whole;      /* frame[0] is the stack's outermost */
    int               vague;      /* that was told from what memory held */
    uint32_t          site;       /* of a stack that was recalled, or 0 */
    uint64_t          base;       /* hash of the frames before frame[0] */
    uint64_t          captured;   /* what np_stack_capture() gave */
    np_reach_t        reach;      /* what of it may be read */
    np_reach_t        known;      /* likewise, while a guess is followed */
    np_stack_frame_t *guess; /* the innermost of walked[] that was guessed;
                                  * behind its end: none was */

    np_recall_t      *recall; /* NULL: none is kept */
    np_recall_trial_t trial;
    int               sought; /* the stack captured last, there */

    /* how stacks were found */
    uint64_t memo_hits; /* and recalled */
    uint64_t walks;
    uint64_t steps;
    uint64_t cut;
    uint64_t broken;
} np_stack_t;

/* code that is not the program's: [low, high) is left out at the inner end.
 * depth: frames that are asked for, at most NP_STACK_MOST */
void np_stack_init(uintptr_t low, uintptr_t high, unsigned depth);

/* the calling thread's stack; a hash of the addresses that
 * np_stack_addresses() then yields.  The generation counts modules unloaded:
 * memos of another one are not used. */
uint64_t np_stack_capture(np_stack_t *s, unsigned generation);

/* the site that the stack captured last belongs to, not 0: s->site tells it
 * when that stack is recalled */
void np_stack_keep(np_stack_t *s, uint32_t site);

/* the return addresses of the stack captured last, if it was not recalled,
 * innermost first, in s->ip; how many */
unsigned np_stack_addresses(np_stack_t *s);

#endif
