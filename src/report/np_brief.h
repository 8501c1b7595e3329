#ifndef NP_BRIEF_H
#define NP_BRIEF_H

/*
 * Long names of C++ and Rust functions, short enough for a line.  Any thread,
 * no state.
 */

#include "report/np_symbols.h"

#define NP_BRIEF_MAX  81   /* a NUL included */
#define NP_BRIEF_LINE 1024 /* with a file's name and a line */

/* a short name is returned as it is; of a long one first what is between < and
 * > becomes "...", then what is between the last parentheses, and at last its
 * end goes */
const char *np_brief(const char *name, char buf[NP_BRIEF_MAX]);

/* np_symbol_text() with the name made short, so that the file and the line are
 * never what is cut off */
const char *np_brief_symbol(const np_symbol_t *s, char buf[NP_BRIEF_LINE]);

#endif
