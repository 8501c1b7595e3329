#ifndef NP_EXPORT_H
#define NP_EXPORT_H

/*
 * What all renderings of a profile into a file have in common: one function
 * each, one line each in the table of src/cli/cmd_report.c, which makes the
 * option --NAME=FILE of it.
 */

#include <stdio.h>

#include "report/np_profile.h"
#include "report/np_symbols.h"

typedef struct {
    const np_profile_t *profile;
    np_symbols_t       *symbols;
    const char         *name;   /* of the profile's file, as it was given */
    np_figure_e         figure; /* --metric, for forms that have one only */
} np_export_t;

/* writes to f, which stays open; sites that are hidden are left out.
 * -1: it failed (no memory, or see ferror) */
typedef int (*np_export_pt)(FILE *f, const np_export_t *x);

#endif
