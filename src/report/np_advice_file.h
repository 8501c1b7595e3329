#ifndef NP_ADVICE_FILE_H
#define NP_ADVICE_FILE_H

/*
 * Advice for the machine: what NGXPOOL_ADVICE names.  Text, one line a site:
 *
 *      KIND module build-id offset  # who it is
 *
 * KIND is REGION, SCRATCH, RESERVE or SEGREGATE; module the file's name
 * without folders; build-id hexadecimal, "-" when the file has none; offset
 * hexadecimal with 0x, the return address of the call of malloc (or of its
 * like) as the module's file has it: the address in the program less the
 * module's bias.  Empty lines and what follows a # are no advice.
 */

#include <stdio.h>

#include "report/np_advice.h"
#include "report/np_symbols.h"

/* a longer file the library does not read (preload/np_advice.c) */
#define NP_ADVICE_FILE_SITES 4096
#define NP_ADVICE_FILE_BYTES ((1 << 20) - 2)

/* one line for each site that can be routed, the best first, and no more than
 * the library reads: *left are left out.  y may be NULL.  The number of lines;
 * errors show in ferror() */
unsigned np_advice_file_write(FILE *f, const np_advice_t *a, np_symbols_t *y,
                              unsigned *left);

/* whether a file has that form, and how many sites it names.  -1: err[] says
 * in one line what is wrong, the file's name included */
int np_advice_file_check(const char *file, unsigned *sites, char *err,
                         size_t size);

#endif
