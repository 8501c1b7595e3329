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

/* one line for each site that can be routed; y may be NULL.  Their number;
 * errors show in ferror() */
unsigned np_advice_file_write(FILE *f, const np_advice_t *a, np_symbols_t *y);

/* whether a file has that form, and how many sites it names.  -1: err[] says
 * in one line what is wrong, the file's name included */
int np_advice_file_check(const char *file, unsigned *sites, char *err,
                         size_t size);

#endif
