#ifndef LARGE_PROFILE_H
#define LARGE_PROFILE_H

/*
 * Profiles that are too large for a page.
 */

#include "profile_maker.h"

/* `sites` call sites, each with a function of its own below one of 40 callers
 * and with live bytes of 16 * its number + 16; `blocks` blocks of a pool */
maker_t *large_profile(unsigned sites, unsigned blocks);

/* `sites` stacks of `depth` frames that share none; recursive ones are as
 * deep as this */
maker_t *deep_profile(unsigned sites, unsigned depth);

#endif
