#ifndef NP_COMPARE_RENDER_H
#define NP_COMPARE_RENDER_H

/*
 * The faces of a comparison.  Each writes to a stream that the caller opened
 * and closes, and changes nothing; errors show in ferror().  Those that
 * return int say -1 when memory runs out.
 */

#include <stdio.h>

#include "report/np_comparison.h"

/* for the terminal; colour: escape sequences may be used */
int np_compare_table(FILE *f, const np_comparison_t *c, int colour);

/* RSS over time of the typical run of each allocator, in characters */
void np_compare_plot(FILE *f, const np_comparison_t *c, unsigned columns,
                     int colour);

/* everything but the samples; the schema is in ngxpool-compare(1) */
int np_compare_json(FILE *f, const np_comparison_t *c);

/* one line a run, one column a metric, in bytes and seconds */
void np_compare_csv(FILE *f, const np_comparison_t *c);

/* one line a sample, of all runs */
void np_compare_samples_csv(FILE *f, const np_comparison_t *c);

/* one self-contained page: no network, every string escaped */
int np_compare_html(FILE *f, const np_comparison_t *c);

/* the drawings of that page */
void np_compare_svg_lines(FILE *f, const np_comparison_t *c);
int  np_compare_svg_boxes(FILE *f, const np_comparison_t *c, np_metric_e m);

/* a colour of the page for an allocator, "#rrggbb" */
const char *np_compare_svg_colour(unsigned allocator);

#endif
