/*
 * Where the compilation units of a module are, and the functions in each.
 *
 * Most files list their units by address, which libdw looks up; some compilers
 * leave the list out, and then all units are asked for their ranges once.  In
 * a file of several compilers some units are listed and some not; for an
 * address between those that are libdw answers the one before.  The
 * functions of a unit are gathered when the first address in it is asked for:
 * to pass over all entries of a unit for each address takes minutes for large
 * C++ programs.
 */
#include "config.h"

#include "report/np_debug_units.h"

#include <dwarf.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#define NP_UNITS_NESTED 64 /* namespaces and classes in each other */
#define NP_UNITS_BACK   16 /* ranges that may end before an address in them */

typedef struct {
    Dwarf_Off         unit;
    np_debug_ranges_t functions;
} np_debug_unit_t;


static void
np_debug_ranges_add(np_debug_ranges_t *r, uint64_t low, uint64_t high,
                    Dwarf_Off die)
{
    if (r->n == r->room) {
        size_t            room = r->room == 0 ? 64 : 2 * r->room;
        np_debug_range_t *v = realloc(r->v, room * sizeof(*v));

        /* a function less has a name */
        if (v == NULL) {
            return;
        }
        r->v = v;
        r->room = room;
    }
    r->v[r->n].low = low;
    r->v[r->n].high = high;
    r->v[r->n].die = die;
    r->n++;
}


/* all ranges of an entry; cold parts of functions are apart */
static void
np_debug_ranges_of(np_debug_ranges_t *r, Dwarf_Die *die, Dwarf_Addr bias)
{
    Dwarf_Addr base = 0, low, high;
    ptrdiff_t  at = 0;

    while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
        if (low < high) {
            np_debug_ranges_add(r, low + bias, high + bias,
                                dwarf_dieoffset(die));
        }
    }
}


static int
np_debug_ranges_compare(const void *a, const void *b)
{
    const np_debug_range_t *x = a, *y = b;

    if (x->low != y->low) {
        return x->low < y->low ? -1 : 1;
    }
    return x->high > y->high ? -1 : x->high < y->high;
}


static void
np_debug_ranges_sort(np_debug_ranges_t *r)
{
    if (r->n != 0) {
        qsort(r->v, r->n, sizeof(*r->v), np_debug_ranges_compare);
    }
}


static const np_debug_range_t *
np_debug_ranges_find(const np_debug_ranges_t *r, uint64_t address)
{
    size_t low = 0, high = r->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (r->v[middle].low <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t i = low; i > 0 && low - i < NP_UNITS_BACK; i--) {
        if (address < r->v[i - 1].high) {
            return &r->v[i - 1];
        }
    }
    return NULL;
}


/* functions among the children of an entry, in namespaces and classes, and in
 * each other */
static void
np_debug_units_gather(np_debug_ranges_t *r, Dwarf_Die *die, unsigned depth)
{
    Dwarf_Die child;

    if (depth == NP_UNITS_NESTED || dwarf_child(die, &child) != 0) {
        return;
    }
    do {
        switch (dwarf_tag(&child)) {
        case DW_TAG_subprogram:
            np_debug_ranges_of(r, &child, 0);
            np_debug_units_gather(r, &child, depth + 1);
            break;
        case DW_TAG_namespace:
        case DW_TAG_module:
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
            np_debug_units_gather(r, &child, depth + 1);
            break;
        default:
            break;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
}


static int
np_debug_units_compare(const void *a, const void *b)
{
    const np_debug_unit_t *x = a, *y = b;

    return x->unit < y->unit ? -1 : x->unit > y->unit;
}


static void
np_debug_unit_free(void *unit)
{
    np_debug_unit_t *u = unit;

    free(u->functions.v);
    free(u);
}


void
np_debug_units_free(np_debug_units_t *u)
{
    tdestroy(u->functions, np_debug_unit_free);
    free(u->units.v);
    memset(u, 0, sizeof(*u));
}


static void
np_debug_units_all(np_debug_units_t *u, Dwfl_Module *m)
{
    Dwarf_Addr bias;

    u->all = 1;
    for (Dwarf_Die *cu = NULL; (cu = dwfl_module_nextcu(m, cu, &bias));) {
        np_debug_ranges_of(&u->units, cu, bias);
    }
    np_debug_ranges_sort(&u->units);
}


/* 1: the unit has that address; 0: it has others; -1: it does not say */
static int
np_debug_unit_has(Dwarf_Die *unit, Dwarf_Addr pc)
{
    Dwarf_Addr base = 0, low, high;

    if (dwarf_haspc(unit, pc) > 0) {
        return 1;
    }
    return dwarf_ranges(unit, 0, &base, &low, &high) > 0 ? 0 : -1;
}


int
np_debug_units_find(np_debug_units_t *u, Dwfl_Module *m, uint64_t address,
                    Dwarf_Die *unit, Dwarf_Addr *bias)
{
    Dwarf_Die              *cu = dwfl_module_addrdie(m, address, bias);
    int                     has = 0;
    const np_debug_range_t *r;
    Dwarf                  *dwarf;

    if (cu != NULL) {
        *unit = *cu;
        has = np_debug_unit_has(cu, address - *bias);
    }
    if (has > 0) {
        return 1;
    }
    if (!u->all) {
        np_debug_units_all(u, m);
    }
    r = np_debug_ranges_find(&u->units, address);
    dwarf = r != NULL ? dwfl_module_getdwarf(m, bias) : NULL;
    if (dwarf != NULL) {
        return dwarf_offdie(dwarf, r->die, unit) != NULL;
    }
    return has < 0;
}


void
np_debug_units_split(Dwarf_Die *unit, Dwarf_Die *split)
{
    uint8_t type = 0;

    memset(split, 0, sizeof(*split));
    if (dwarf_cu_info(unit->cu, NULL, &type, NULL, split, NULL, NULL, NULL)
            != 0
        || type != DW_UT_skeleton || split->addr == NULL) {
        *split = *unit;
    }
}


int
np_debug_units_function(np_debug_units_t *u, Dwarf_Die *unit, Dwarf_Die *split,
                        Dwarf_Addr pc, Dwarf_Die *function)
{
    np_debug_unit_t *new = calloc(1, sizeof(*new)), *found;
    void                   *node;
    const np_debug_range_t *r;

    if (new == NULL) {
        return 0;
    }
    new->unit = dwarf_dieoffset(unit);
    node = tsearch(new, &u->functions, np_debug_units_compare);
    found = node != NULL ? *(np_debug_unit_t **) node : NULL;
    if (found != new) {
        free(new);
    } else {
        np_debug_units_gather(&new->functions, split, 0);
        np_debug_ranges_sort(&new->functions);
    }
    r = found != NULL ? np_debug_ranges_find(&found->functions, pc) : NULL;
    return r != NULL
           && dwarf_offdie(dwarf_cu_getdwarf(split->cu), r->die, function)
                  != NULL;
}
