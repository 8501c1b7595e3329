#ifndef NP_DEBUG_FRAMES_H
#define NP_DEBUG_FRAMES_H

/*
 * The functions at an address as DWARF knows them, inlined ones first.  For
 * np_debug.c.
 */

#include <elfutils/libdwfl.h>

#include "report/np_debug.h"
#include "report/np_debug_units.h"

/* sets found->n, start and frames; 0 frames when there is no DWARF for the
 * address, of which the first one's file and line may be known all the same */
void np_debug_frames(np_debug_units_t *u, Dwfl_Module *m, uint64_t address,
                     np_debug_found_t *found);

#endif
