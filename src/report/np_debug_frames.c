/*
 * The functions at an address as DWARF knows them.
 *
 * Within the function the tree of entries is descended along those that
 * contain the address: blocks, functions inlined there, theirs.  Each that is
 * inlined tells where it was called, which is the line of the next outer one;
 * the line table has that of the innermost.
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


/* along blocks and inlined functions */
static void
np_debug_descend(np_debug_chain_t *c, Dwarf_Die *die, unsigned depth)
{
    Dwarf_Die child;
    int       tag;

    if (depth == NP_DEBUG_NESTED || dwarf_child(die, &child) != 0) {
        return;
    }
    do {
        tag = dwarf_tag(&child);
        if ((tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block)
            && dwarf_haspc(&child, c->pc) > 0) {
            if (tag == DW_TAG_inlined_subroutine && c->n < NP_DEBUG_FRAMES) {
                c->die[c->n++] = child;
            }
            np_debug_descend(c, &child, depth + 1);
            return;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
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


/* the file that a function that others cannot see is declared in, or NULL.
 * dwarf_decl_file() does not know that the first file of DWARF 5 is number 0,
 * which it was not before */
static const char *
np_debug_scope(Dwarf_Die *die)
{
    Dwarf_Attribute a;
    Dwarf_Word      v;
    Dwarf_Half      version;
    Dwarf_Die       cu;
    Dwarf_Files    *files;
    size_t          n;

    if (dwarf_hasattr_integrate(die, DW_AT_external)
        || dwarf_attr_integrate(die, DW_AT_decl_file, &a) == NULL
        || dwarf_formudata(&a, &v) != 0
        || dwarf_cu_die(a.cu, &cu, &version, NULL, NULL, NULL, NULL, NULL)
               == NULL
        || (v == 0 && version < 5) || dwarf_getsrcfiles(&cu, &files, &n) != 0
        || v >= n) {
        return NULL;
    }
    return dwarf_filesrc(files, v, NULL, NULL);
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
np_debug_line(Dwarf_Die *cu, Dwarf_Addr pc, np_debug_frame_t *f)
{
    Dwarf_Line *line = dwarf_getsrc_die(cu, pc);
    int         n = 0;

    f->file = NULL;
    f->line = 0;
    if (line != NULL) {
        f->file = dwarf_linesrc(line, NULL, NULL);
        f->line = dwarf_lineno(line, &n) == 0 && n > 0 ? (unsigned) n : 0;
    }
}


/* of its first part; 0: it does not say */
static uint64_t
np_debug_start(Dwarf_Die *function, Dwarf_Addr bias)
{
    Dwarf_Addr base = 0, low, high;

    return dwarf_ranges(function, 0, &base, &low, &high) > 0 ? low + bias : 0;
}


void
np_debug_frames(np_debug_units_t *u, Dwfl_Module *m, uint64_t address,
                np_debug_found_t *found)
{
    np_debug_chain_t c;
    Dwarf_Addr       bias = 0;
    Dwarf_Die        cu, split;

    found->n = 0;
    memset(&found->frame[0], 0, sizeof(found->frame[0]));
    if (!np_debug_units_find(u, m, address, &cu, &bias)) {
        return;
    }
    np_debug_units_split(&cu, &split);
    c.pc = address - bias;
    c.n = (unsigned) np_debug_units_function(u, &cu, &split, c.pc, &c.die[0]);
    if (c.n != 0) {
        found->start = np_debug_start(&c.die[0], bias);
        np_debug_descend(&c, &c.die[0], 0);
    } else if (!dwarf_haschildren(&split)) {
        /* its file is gone, but the lines are here */
        np_debug_line(&cu, c.pc, &found->frame[0]);
    }
    while (c.n != 0) {
        np_debug_frame_t *f = &found->frame[found->n];
        Dwarf_Die        *die = &c.die[--c.n];

        f->name = dwarf_diename(die);
        f->linkage = np_debug_linkage(die);
        f->scope = np_debug_scope(die);
        if (found->n == 0) {
            np_debug_line(&cu, c.pc, f);
        } else {
            np_debug_call(&split, die + 1, f);
        }
        found->n++;
    }
    /* an entry without any name is none */
    if (found->n != 0 && found->frame[found->n - 1].name == NULL
        && found->frame[found->n - 1].linkage == NULL) {
        found->n = 0;
        found->start = 0;
        memset(&found->frame[0], 0, sizeof(found->frame[0]));
    }
}
