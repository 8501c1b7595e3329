#ifndef SAMPLE_PROFILE_H
#define SAMPLE_PROFILE_H

/*
 * Two descriptions of a small server's memory.  Both have sites of every kind
 * (kept, temporary, growing, freed by other threads, pinning), hostile names,
 * threads, a time line, pools and blocks.
 */

#include "profile_maker.h"

/* modules of which there is no file, at fixed addresses: the same bytes
 * always, and names of the kind "sample+0x1234" */
maker_t *sample_plain(uint64_t interval);

/* stacks through this program's code and libc's besides, which can be
 * symbolised while the program's file is there */
maker_t *sample_rich(uint64_t interval);

#endif
