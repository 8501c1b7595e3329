#ifndef NP_RULE_H
#define NP_RULE_H

/*
 * Frame rules by return address: a table read without a lock, which makes room
 * by growing, or without the rules of generations (np_module.h) that are gone.
 * A key has room for 16 bits of a generation: when they are all used, the table
 * begins anew.
 * A rule that two threads learn at once is the same rule.
 */

#include "profile/np_unwind.h"

/* room for the table; 0, or -1 out of memory.  Profile lock held. */
int np_rule_init_locked(void);

/* before the first rule of a generation is asked for, by each thread.  No lock
 * held. */
void np_rule_begin(unsigned generation);

/* the rule for frames left at f->ip, learnt if it is new.  No lock held. */
np_rule_t np_rule_find(const np_frame_t *f, unsigned generation);

/* rules in the table */
size_t np_rule_count(void);

#endif
