#ifndef NP_PROGS_PROFILE_PINS_H
#define NP_PROGS_PROFILE_PINS_H

/* Objects that stay and objects that go, of one size and of two call sites,
 * for programs about what is pinned. */

#include "profile_laws.h"

#define NP_SIZE 64

int ngxpool_profile_dump(void) __attribute__((weak));


static NP_SITE void *
stays(void)
{
    return np_keep(malloc(NP_SIZE));
}


static NP_SITE void *
goes(void)
{
    return np_keep(malloc(NP_SIZE));
}

#endif
