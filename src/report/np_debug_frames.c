/*
 * The functions at an address as DWARF knows them.
 *
 * Within the compilation unit the tree of entries is descended along those
 * that contain the address: the function, blocks, functions inlined there,
 * theirs.  Each that is inlined tells where it was called, which is the line
 * of the next outer one; the line table has that of the innermost.
 */
#include "config.h"

#include "report/np_debug_frames.h"

#include <dwarf.h>
#include <string.h>

#include <elfutils/libdw.h>

#define NP_DEBUG_NESTED 256 /* blocks and functions in each other */

typedef struct {
    Dwarf_Addr pc;
    unsigned   n;
    Dwarf_Die  die[NP_DEBUG_FRAMES]; /* outermost first */
} np_debug_chain_t;


static int
np_debug_is_function(int tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}


/* entries that have no addresses but hold functions */
static int
np_debug_is_scope(int tag)
{
    switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        return 1;
    default:
        return 0;
    }
}


/* 1: what contains pc was below die */
static int
np_debug_descend(np_debug_chain_t *c, Dwarf_Die *die, unsigned depth)
{
    Dwarf_Die child;
    int       tag, rc;

    if (depth == NP_DEBUG_NESTED || dwarf_child(die, &child) != 0) {
        return 0;
    }
    do {
        tag = dwarf_tag(&child);
        if (c->n == 0 && np_debug_is_scope(tag)) {
            if (np_debug_descend(c, &child, depth + 1)) {
                return 1;
            }
        } else if (np_debug_is_function(tag) || tag == DW_TAG_lexical_block) {
            if (dwarf_haspc(&child, c->pc) > 0) {
                if (np_debug_is_function(tag) && c->n < NP_DEBUG_FRAMES) {
                    c->die[c->n++] = child;
                }
                (void) np_debug_descend(c, &child, depth + 1);
                return c->n != 0;
            }
        }
        rc = dwarf_siblingof(&child, &child);
    } while (rc == 0);
    return 0;
}


/* most units are listed by address; those of some compilers are not */
static Dwarf_Die *
np_debug_unit(Dwfl_Module *m, uint64_t address, Dwarf_Addr *bias)
{
    Dwarf_Die *cu = dwfl_module_addrdie(m, address, bias);

    if (cu != NULL) {
        return cu;
    }
    while ((cu = dwfl_module_nextcu(m, cu, bias)) != NULL) {
        if (dwarf_haspc(cu, address - *bias) > 0) {
            return cu;
        }
    }
    return NULL;
}


static const char *
np_debug_linkage(Dwarf_Die *die)
{
    Dwarf_Attribute a;

    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &a) != NULL
        || dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &a) != NULL) {
        return dwarf_formstring(&a);
    }
    return NULL;
}


static void
np_debug_call(Dwarf_Die *cu, Dwarf_Die *die, np_debug_frame_t *f)
{
    Dwarf_Attribute a;
    Dwarf_Word      v;
    Dwarf_Files    *files;
    size_t          nfiles;

    f->file = NULL;
    f->line = 0;
    if (dwarf_attr(die, DW_AT_call_line, &a) != NULL
        && dwarf_formudata(&a, &v) == 0 && v <= INT32_MAX) {
        f->line = (unsigned) v;
    }
    if (dwarf_attr(die, DW_AT_call_file, &a) != NULL
        && dwarf_formudata(&a, &v) == 0
        && dwarf_getsrcfiles(cu, &files, &nfiles) == 0 && v < nfiles) {
        f->file = dwarf_filesrc(files, v, NULL, NULL);
    }
}


static void
np_debug_line(Dwfl_Module *m, uint64_t address, np_debug_frame_t *f)
{
    Dwfl_Line *line = dwfl_module_getsrc(m, address);
    int        n = 0;

    f->file = line == NULL ? NULL
                           : dwfl_lineinfo(line, NULL, &n, NULL, NULL, NULL);
    f->line = n > 0 ? (unsigned) n : 0;
}


void
np_debug_frames(Dwfl_Module *m, uint64_t address, np_debug_found_t *found)
{
    np_debug_chain_t c;
    Dwarf_Addr       bias = 0;
    Dwarf_Die       *cu = np_debug_unit(m, address, &bias);

    found->n = 0;
    if (cu == NULL) {
        return;
    }
    c.n = 0;
    c.pc = address - bias;
    (void) np_debug_descend(&c, cu, 0);
    while (c.n != 0) {
        np_debug_frame_t *f = &found->frame[found->n];
        Dwarf_Die        *die = &c.die[--c.n];

        f->name = dwarf_diename(die);
        f->linkage = np_debug_linkage(die);
        if (found->n == 0) {
            np_debug_line(m, address, f);
        } else {
            np_debug_call(cu, die + 1, f);
        }
        found->n++;
    }
    /* an entry without any name is none */
    if (found->n != 0 && found->frame[found->n - 1].name == NULL
        && found->frame[found->n - 1].linkage == NULL) {
        found->n = 0;
    }
}
