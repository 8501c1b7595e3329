#ifndef NP_RECALL_H
#define NP_RECALL_H

/*
 * Stacks that were met before, to be known again without a walk.
 *
 * The place where a frame's return address was saved follows from the frame's
 * own registers.  So a stack is the same as an earlier one if the registers of
 * its innermost frame are, and then each place where the earlier one had a
 * return address has it still, from the inner end outwards: with each that
 * does, the next frame has the registers that it had then.  Frame pointers are
 * compared where a frame outside was found by one, and nowhere else: they are
 * the program's data in most code.
 *
 *      entry[hash of ip and sp]: ip, sp, fp | place, value | place, value ...
 *
 * Places are read in that order, so each is one that the walk would read.
 * Belongs to a thread.
 *
 * Where more are missed than found, a walk is quicker: then none is sought for
 * a while, which doubles each time.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"
#include "profile/np_reach.h"
#include "profile/np_unwind.h"

#define NP_RECALL_BITS   8  /* entries */
#define NP_RECALL_PLACES 36 /* stacks that have more are not kept */
#define NP_RECALL_HINTS  2
/* so many are missed before it is judged whether seeking pays; so many times
 * as many stacks are not sought then, at most */
#define NP_RECALL_TRIAL 512
#define NP_RECALL_PAUSE 64

typedef struct {
    np_frame_t at; /* the registers that the callee's return finds */
    uintptr_t *ra; /* where at.ip was saved */
    uintptr_t *fp; /* where at.fp was saved; NULL: nowhere */
    uint64_t   hash;
    int        by_fp; /* found by the frame pointer of its callee */
    int        leads; /* NP_STACK_OUTWARDS, NP_STACK_BEYOND */
} np_stack_frame_t;

/* at.fp leads to a frame outside; else it is data */
#define NP_STACK_OUTWARDS 1
/* it was guessed, or one inside of it: it may be none, and not be there */
#define NP_STACK_BEYOND 2

typedef struct {
    const uintptr_t *place;
    uintptr_t        value;
} np_recall_place_t;

typedef struct {
    uint32_t site; /* what it leads to; 0: no stack */
    uint32_t generation;
    uint64_t hash;
} np_recall_stack_t;

typedef struct {
    np_recall_stack_t as;
    np_frame_t        at;    /* of the innermost frame */
    int               by_fp; /* at.fp matters */
    unsigned          n;
    uintptr_t         end; /* behind the last place */
    uint64_t missed; /* hash of the last stack that belongs here and was not
                        * kept: the second time it is */

    np_recall_place_t place[NP_RECALL_PLACES];
} np_recall_entry_t;

typedef struct {
    /* by ip and sp: where the last such stack had return addresses that tell
     * it from others */
    const uintptr_t  *hint[1 << NP_RECALL_BITS][NP_RECALL_HINTS];
    np_recall_entry_t entry[1 << NP_RECALL_BITS];
} np_recall_t;

typedef struct {
    uint64_t found;
    uint64_t before; /* found by the last trial's end */
    unsigned missed; /* in this trial */
    unsigned pause;  /* trials left out after the last one */
    unsigned rest;   /* stacks that are not to be sought yet */
} np_recall_trial_t;


NP_INLINE size_t
np_recall_mix(uint64_t v)
{
    return v * UINT64_C(0x9e3779b97f4a7c15) >> (64 - NP_RECALL_BITS);
}


NP_OF_STACKS uintptr_t
np_recall_word(const uintptr_t *m)
{
    return *m;
}


/* 1 if the word at p may be read while `at` is a frame: it is outside of the
 * frame's callee, in the page in which that had its return address.  Stacks
 * further out may have been unmapped since a hint was left. */
NP_INLINE int
np_recall_is_near(const np_frame_t *at, const uintptr_t *p)
{
    return (uintptr_t) p >= at->sp
           && ((uintptr_t) p ^ (at->sp - 1)) < NP_REACH_PAGE;
}


/* the only entry that a stack with that innermost frame can have, as memory
 * is now */
NP_INLINE np_recall_entry_t *
np_recall_entry(np_recall_t *r, const np_frame_t *at)
{
    uint64_t                v = at->ip ^ at->sp << 20;
    const uintptr_t *const *hint = r->hint[np_recall_mix(v)];
    unsigned                i;

    for (i = 0; i < NP_RECALL_HINTS; i++) {
        if (np_recall_is_near(at, hint[i])) {
            v = (v << 7 | v >> 57) ^ np_recall_word(hint[i]);
        }
    }

    return &r->entry[np_recall_mix(v)];
}


/* as many were missed as a trial has: what comes after it */
void np_recall_judge(np_recall_trial_t *t);


/* 1 if the next stack is to be sought */
NP_INLINE int
np_recall_pays(np_recall_trial_t *t)
{
    if (np_likely(t->rest == 0)) {
        return 1;
    }

    t->rest--;

    return 0;
}


/* 1 if the stack that begins at `at` is that of the entry, which lies in
 * what may be read.  What is read is in frames that are there: each place that
 * holds its value vouches for the next. */
int np_recall_holds(const np_recall_entry_t *e, const np_frame_t *at,
                    unsigned generation, const np_reach_t *reach);

/* the n frames from frame[0], the outermost, are that stack; not kept if there
 * are too many */
void np_recall_keep(np_recall_t *r, const np_stack_frame_t *frame, unsigned n,
                    const np_recall_stack_t *as);

#endif
