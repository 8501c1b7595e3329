#ifndef NP_IDENTITY_H
#define NP_IDENTITY_H

/*
 * Which of the functions of one name a function is: that of a module and, if
 * it is seen in one source file only, of that file.
 *
 *      "NAME\nMODULE\nFILE"     FILE may be empty
 *      "NAME"                   there can be only one
 *
 * None of the parts has a newline in it.
 */

#include <stddef.h>

/* what two of one name differ in */
#define NP_IDENTITY_MODULE 1u
#define NP_IDENTITY_FILE   2u /* of one module, in names without folders */
#define NP_IDENTITY_PATH   4u /* likewise, in folders only */

/* the length of a name without what compilers put behind those of copies and
 * parts of a function ("f.constprop.0", "f(int) [clone .cold]"): that changes
 * from build to build */
size_t np_identity_plain(const char *name);

/* of a name made plain; file NULL: other files see it, or it is not known.
 * For free(); NULL: no memory */
char *np_identity_of(const char *name, const char *module, const char *file);

/* how long its name is */
size_t np_identity_name(const char *identity);

int np_identity_is_named(const char *a, const char *b);

/* 0: they are of different names, or the same */
unsigned np_identity_differs(const char *a, const char *b);

/* "grow in libone.so": its name, and what of it is asked for.  For free();
 * NULL: no memory */
char *np_identity_label(const char *identity, unsigned differs);

#endif
