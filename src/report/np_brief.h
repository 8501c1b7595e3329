#ifndef NP_BRIEF_H
#define NP_BRIEF_H

/*
 * Long names of C++ and Rust functions, short enough for a line.  Any thread,
 * no state.
 */

#include "report/np_strings.h"
#include "report/np_symbols.h"

#define NP_BRIEF_MAX   81   /* a NUL included */
#define NP_BRIEF_WHOLE 900  /* of a name that must be told from another */
#define NP_BRIEF_LINE  1024 /* with a file's name and a line */

/* a short name is returned as it is; of a long one first what is between < and
 * > becomes "...", then what is between the last parentheses, and at last its
 * end goes */
const char *np_brief(const char *name, char buf[NP_BRIEF_MAX]);

/* np_symbol_text() with the name made short, so that the file and the line are
 * never what is cut off */
const char *np_brief_symbol(const np_symbol_t *s, char buf[NP_BRIEF_LINE]);

/* the short names of a list: which of them are of several functions.  One
 * thread; a table of zeroes is an empty one */
typedef struct {
    np_strings_t briefs;
    uint32_t     room;
    const char **name; /* by number of the short one: the first; NULL: there
                          are several */
} np_briefs_t;

/* the name must outlive the table.  -1: no memory */
int  np_briefs_add(np_briefs_t *t, const char *name);
void np_briefs_fini(np_briefs_t *t);

/* 1: another name that was added is as short a one.  Of names that were */
int np_briefs_is_shared(np_briefs_t *t, const char *name);

#endif
