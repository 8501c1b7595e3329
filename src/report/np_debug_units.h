#ifndef NP_DEBUG_UNITS_H
#define NP_DEBUG_UNITS_H

/*
 * Where the compilation units of a module are, and the functions in each,
 * sorted by address.  For np_debug_frames.c.
 */

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t  low;
    uint64_t  high; /* behind the last address */
    Dwarf_Off die;
} np_debug_range_t;

typedef struct {
    np_debug_range_t *v;
    size_t            n;
    size_t            room;
} np_debug_ranges_t;

/* begins as zeroes */
typedef struct {
    void             *functions; /* of units that were asked for; a tree */
    np_debug_ranges_t units;     /* all, once one was not listed */
    int               all;
} np_debug_units_t;

void np_debug_units_free(np_debug_units_t *u);

/* the unit at an address of the module and its bias; 0: there is none */
int np_debug_units_find(np_debug_units_t *u, Dwfl_Module *m, uint64_t address,
                        Dwarf_Die *unit, Dwarf_Addr *bias);

/* where the unit's functions are: of a program built with -gsplit-dwarf in a
 * file apart, if that is still there; else the unit itself */
void np_debug_units_split(Dwarf_Die *unit, Dwarf_Die *split);

/* the function of the unit at pc, an address less the bias; 0: none */
int np_debug_units_function(np_debug_units_t *u, Dwarf_Die *unit,
                            Dwarf_Die *split, Dwarf_Addr pc,
                            Dwarf_Die *function);

#endif
