#ifndef ADVICE_PROFILES_H
#define ADVICE_PROFILES_H

/*
 * Profiles for the tests of the adviser: a program with one module at
 * ADVICE_BASE, whose build-id is ab01ff, and sites that live in a known way.
 */

#include "profile_maker.h"
#include "report/np_profile.h"

#define ADVICE_BASE 0x555555554000ull

maker_t *advice_maker(uint64_t interval);

/* a site called from main by way of `caller`; offsets in the module */
uint32_t advice_site(maker_t *m, uint64_t caller, uint64_t leaf);

/* takes m over; the run has taken a second more */
np_profile_t *advice_load(maker_t *m);

/* n objects of 100 bytes that die together, so many times */
void advice_batches(maker_t *m, uint32_t site, unsigned batches, unsigned n,
                    uint64_t clock);

/* 300 objects that die as soon as they were made */
void advice_scratch(maker_t *m, uint32_t site, uint64_t size);

#endif
