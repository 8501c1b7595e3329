#ifndef NP_PROFILE_STACK_H
#define NP_PROFILE_STACK_H

/*
 * The nodes of a profile as call stacks of places.  For np_profile.c, which
 * has filled in the modules and, for each site, in `depth`, its node.
 */

#include "report/np_profile.h"

/* makes p->place, p->stacks and each site's stack and depth; -1: err[] */
int np_profile_stacks(np_profile_t *p, const np_format_node_t *node,
                      uint32_t nnodes, char err[NP_PROFILE_ERROR]);

#endif
