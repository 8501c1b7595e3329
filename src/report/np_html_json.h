#ifndef NP_HTML_JSON_H
#define NP_HTML_JSON_H

/*
 * JSON to stand inside a script element: nothing that comes from a profile
 * can end the element or begin a comment, for < > & are written as \u003c and
 * so on, wherever they occur.  Errors of the stream show in ferror().
 */

#include <stdint.h>
#include <stdio.h>

/* bytes of a string that are kept; longer ones are cut and end in "..." */
#define NP_HTML_STRING 4096

/* any bytes; those that are no UTF-8 become U+FFFD.  -1: no memory */
int np_html_string(FILE *f, const char *s);

/* whole, or with two digits behind the point; with an exponent, if it is beyond
 * 2^53; null if it is no number */
void np_html_number(FILE *f, double value);

/* the same, behind ,"name": */
void np_html_member(FILE *f, const char *name, double value);

/* [1,2,3]; nothing behind the last that is not 0 */
void np_html_histogram(FILE *f, const uint32_t *count, unsigned n);

/* what stands between elements i - 1 and i of a list */
void np_html_comma(FILE *f, unsigned i);

#endif
