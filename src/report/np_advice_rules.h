#ifndef NP_ADVICE_RULES_H
#define NP_ADVICE_RULES_H

/*
 * The rules of the adviser, for np_advice.c: what a candidate's figures say.
 */

#include "report/np_advice.h"

/* sets kind, why, confidence, and what is gained and paid, from sum and
 * part[] */
void np_advice_judge(np_candidate_t *c, const np_profile_t *p);

#endif
