#ifndef NP_STACK_LEAVE_H
#define NP_STACK_LEAVE_H

/*
 * How the walk of a stack goes from a frame to its caller's, by the rule for
 * its return address (np_rule.h).  Code without unwind information has none:
 * what its frame pointer leads to is taken for the caller's frame, if it looks
 * like one.  That is a guess, and so is all that follows from it; it may lead
 * into a stack that is unmapped, beside this one.  So of what is beyond a guess
 * nothing is read that the kernel was not asked for in the same walk: s->reach
 * begins anew there, and is s->known afterwards.
 */

#include "base/np_attr.h"
#include "profile/np_rule.h"
#include "profile/np_stack.h"

/* to: the frame that from's frame pointer leads to; both as below */
np_rule_e np_stack_guess(np_stack_t *s, const np_stack_frame_t *from,
                         np_stack_frame_t *to);


/* no guess was made yet */
NP_INLINE void
np_stack_be_sure(np_stack_t *s)
{
    s->guess = s->walked + NP_STACK_KEEP + 1;
}


NP_INLINE int
np_stack_is_sure(const np_stack_t *s)
{
    return s->guess == s->walked + NP_STACK_KEEP + 1;
}


/* to: the frame of from's caller, by the rule for it, in s->walked.
 * NP_RULE_SP: done; else why not. */
NP_INLINE np_rule_e
np_stack_leave(np_stack_t *s, const np_stack_frame_t *from,
               np_stack_frame_t *to)
{
    np_rule_t  rule = np_rule_find(&from->at, s->generation);
    uintptr_t *cfa;

    if (np_unlikely(rule.kind > NP_RULE_FP)) {
        return rule.kind == NP_RULE_GUESS ? np_stack_guess(s, from, to)
                                          : (np_rule_e) rule.kind;
    }

    cfa = (uintptr_t *) (rule.kind == NP_RULE_SP ? from->at.sp : from->at.fp)
          + rule.cfa;
    to->by_fp = rule.kind == NP_RULE_FP;
    to->ra = cfa + rule.ra;
    to->fp = rule.fp != NP_RULE_SAME ? cfa + rule.fp : NULL;

    if (np_unlikely((uintptr_t) cfa <= from->at.sp
                    || !np_reach_has(&s->reach, to->ra)
                    || (to->fp != NULL && !np_reach_has(&s->reach, to->fp)))) {
        return NP_RULE_DEAR;
    }

    to->at.ip = *to->ra;
    to->at.sp = (uintptr_t) cfa;
    to->at.fp = to->fp != NULL ? *to->fp : from->at.fp;

    if (np_unlikely(to->at.ip == 0)) {
        s->vague = 1;
        return NP_RULE_END;
    }

    return NP_RULE_SP;
}

#endif
