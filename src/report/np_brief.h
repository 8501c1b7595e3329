#ifndef NP_BRIEF_H
#define NP_BRIEF_H

/*
 * Long names of C++ and Rust functions, short enough for a line.  Any thread,
 * no state.
 */

#define NP_BRIEF_MAX 81 /* a NUL included */

/* a short name is returned as it is; of a long one first what is between < and
 * > becomes "...", then what is between the last parentheses, and at last its
 * end goes */
const char *np_brief(const char *name, char buf[NP_BRIEF_MAX]);

#endif
