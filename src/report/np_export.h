#ifndef NP_EXPORT_H
#define NP_EXPORT_H

/*
 * What all renderings of a profile into a file have in common: one function
 * each, one line each in the table of src/cli/cmd_report.c, which makes the
 * option --NAME=FILE of it.
 */

#include <stdio.h>

#include "report/np_figure.h"
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

/* everything, names included; PROFILE.md is the schema */
int np_export_json(FILE *f, const np_export_t *x);

/* gzipped profile.proto: allocated and live, objects and bytes */
int np_export_pprof(FILE *f, const np_export_t *x);

/* "outermost;...;allocating VALUE", a line a site; by the figure */
int np_export_folded(FILE *f, const np_export_t *x);

/* all figures, the chosen one shown first */
int np_export_speedscope(FILE *f, const np_export_t *x);

/* all figures as events */
int np_export_callgrind(FILE *f, const np_export_t *x);

/* one self-contained page for a browser */
int np_export_html(FILE *f, const np_export_t *x);

/* for valgrind's dh_view.html */
int np_export_dhat(FILE *f, const np_export_t *x);

#endif
